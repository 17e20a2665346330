"""A small network to hold events in, on a fixed day, and a way to add them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event as sqlalchemy_event

from portal.accounts.models import Role, User
from portal.actionplan.models import Action, ActionAgenda, Theme
from portal.agenda import services
from portal.agenda.models import Event, EventKind, EventStatus, PlaceMode
from portal.agenda.services import EventDraft
from portal.community.models import Municipality, Organisation
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.people import make_user

AddEvent = Callable[..., Event]
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
"""Wednesday 11 March 2026, one in the afternoon in Amsterdam."""
DEFAULTS: dict[str, Any] = {
    "title": "Kenniscafé over stages",
    "kind": "kenniscafe",
    "summary": "Wat een goede stage vraagt van school en bedrijf.",
    "body": "We beginnen met een rondje.",
    "first_day": date(2026, 3, 20),
    "last_day": date(2026, 3, 20),
    "start": time(15, 30),
    "end": time(17, 30),
    "place_mode": "place",
    "venue": "De Werkplaats",
    "address": "Kade 1",
    "municipality": "delft",
    "accessibility": None,
    "themes": ("techniek",),
    "organisers": ("museum",),
    "audience": None,
    "language": "nl",
    "costs": "gratis",
    "capacity": 50,
    "registration_note": None,
    "registration_deadline": None,
}
TEXTS = ("title", "summary", "body", "venue", "address", "accessibility", "audience", "language", "costs",
         "registration_note")  # fmt: skip


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
    """Return a function with which an editor puts an event in the agenda.

    `day` stands for first and last day; `status` with `status_reason` is what becomes of it; `fields` and a `uid` are
    set on the row afterwards.
    """
    editor = make_user("Redacteur van de agenda", Role.EDITOR)

    def make(day: date | None = None, *, fields: dict[str, Any] | None = None, **changes: Any) -> Event:
        with transaction():
            event = publish(editor, {**DEFAULTS, **({"first_day": day, "last_day": day} if day else {}), **changes})
            for name, value in (fields or {}).items():
                setattr(event, name, value)
        return event

    return make


def publish(editor: User, given: dict[str, Any]) -> Event:
    """Put an event in the agenda through the services, in the running transaction."""
    draft = EventDraft(
        texts={name: given[name] for name in TEXTS},
        kind=services.get_rows(EventKind, [given["kind"]])[0],
        place_mode=PlaceMode(given["place_mode"]),
        municipality=services.get_rows(Municipality, [given["municipality"]])[0] if given["municipality"] else None,
        themes=tuple(services.get_rows(Theme, given["themes"])),
        action=None,
        organisers=tuple(services.get_rows(Organisation, given["organisers"])),
        capacity=given["capacity"],
        registration_deadline=given["registration_deadline"],
    )
    times = services.wall_times(given["first_day"], given["last_day"], given["start"], given["end"])
    event = services.submit_event(editor, draft, times)
    event.author_id = None
    if "uid" in given:
        event.uid = services.calendar_uid(given["uid"])
    if given.get("report"):
        services.write_report(event, given["report"])
    reason = given.get("status_reason") or "De spreker is ziek."
    if given.get("status") == "cancelled":
        services.cancel_event(event, editor, reason, event.version)
    elif given.get("status") == "postponed":
        services.postpone_event(event, editor, None, reason, event.version)
    elif given.get("status") == "held":  # as facts of the network's documents are
        event.status = EventStatus.HELD
    return event
