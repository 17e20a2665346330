"""A small network to hold events in, on a fixed day, and a way to add them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event as sqlalchemy_event

from portal.actionplan.models import Action, ActionAgenda, Theme
from portal.agenda.models import Event, EventKind
from portal.agenda.services import EventDraft, add_event
from portal.community.models import Municipality, Organisation
from portal.core.extensions import db
from portal.core.storage.database import transaction

AddEvent = Callable[..., Event]
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
"""Wednesday 11 March 2026, one in the afternoon in Amsterdam."""
DRAFT = EventDraft(
    uid="",
    title="Kenniscafé over stages",
    kind="kenniscafe",
    summary="Wat een goede stage vraagt van school en bedrijf.",
    body="We beginnen met een rondje.",
    first_day=date(2026, 3, 20),
    last_day=date(2026, 3, 20),
    start=time(15, 30),
    end=time(17, 30),
    place_mode="place",
    venue="De Werkplaats",
    address="Kade 1",
    municipality="delft",
    accessibility=None,
    themes=("techniek",),
    organisers=("museum",),
    audience=None,
    language="nl",
    costs="gratis",
    capacity=50,
    registration_note=None,
    registration_deadline=None,
    status="planned",
    status_reason=None,
    report=None,
)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather what the database is asked, with nothing loaded beforehand."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    db.session.expunge_all()
    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def network(app: Flask) -> Flask:
    with transaction() as session:
        kinds = {"kenniscafe": "Kenniscafé", "excursie": "Excursie", "workshop": "Workshop"}
        session.add_all(
            EventKind(slug=slug, label=label, explanation="", synonyms=["bijeenkomst"]) for slug, label in kinds.items()
        )
        session.add_all(Municipality(slug=slug, name=slug.title()) for slug in ("delft", "rijswijk"))
        session.add_all(
            Organisation(slug=slug, name=name, kind="overig")
            for slug, name in {"museum": "Museum Het Gemaal", "school": "School De Kade"}.items()
        )
        agenda = ActionAgenda(slug="haaglanden", title="Agenda", region="Haaglanden", year=2014, summary="")
        session.add(agenda)
        session.flush()
        themes = [
            Theme(agenda=agenda, slug=slug, number=number, title=slug.title(), short_title=slug.title())
            for number, slug in enumerate(("techniek", "zorg"), start=1)
        ]
        session.add_all(themes)
        session.flush()
        session.add(
            Action(
                slug="techniek-1",
                agenda=agenda,
                theme=themes[0],
                number=1,
                title="Meer stages",
                summary="",
                status="planned",
            )
        )
    return app


@pytest.fixture
def add(network: Flask) -> AddEvent:
    """Add an event; `day` stands for first and last day, `fields` are set on the row afterwards."""
    added = 0

    def make(day: date | None = None, *, fields: dict[str, Any] | None = None, **changes: Any) -> Event:
        nonlocal added
        added += 1
        if day:
            changes = {"first_day": day, "last_day": day} | changes
        event = add_event(replace(DRAFT, **({"uid": f"test-{added}"} | changes)))
        if fields:
            with transaction():
                for name, value in fields.items():
                    setattr(event, name, value)
        return event

    return make
