"""Writing in the agenda: kinds and facts from the network's documents, and new events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from portal.actionplan.models import Theme
from portal.agenda import imprecise_dates
from portal.agenda.models import Event, EventKind, EventStatus, PlaceMode
from portal.community.models import Municipality, Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction, upsert
from portal.core.text import render_markdown, slugify
from portal.publishing.models import State

COPIED = ("title", "summary", "body", "first_day", "last_day", "venue", "address", "accessibility", "audience",
          "language", "costs", "capacity", "registration_note", "registration_deadline", "status_reason",
          "report")  # fmt: skip
"""What a draft and an event have alike."""
Slugged = TypeVar("Slugged", EventKind, Theme, Organisation, Municipality)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A new event: times are wall-clock times in Amsterdam, both None for whole days; slugs name the rest."""

    uid: str
    """The part of the UID that is ours; the host of the portal is added."""
    title: str
    kind: str
    summary: str
    body: str
    first_day: date
    last_day: date
    start: time | None
    end: time | None
    place_mode: str
    venue: str | None
    address: str | None
    municipality: str | None
    accessibility: str | None
    themes: tuple[str, ...]
    organisers: tuple[str, ...]
    audience: str | None
    language: str
    costs: str | None
    capacity: int | None
    registration_note: str | None
    registration_deadline: date | None
    status: str
    status_reason: str | None
    report: str | None


def import_kinds(categories: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the kinds of meeting (`categories.json`, type event)."""
    rows = {slug: row for slug, row in categories.items() if row["type"] == "event"}
    with transaction() as session:
        upsert(session, EventKind, "slug", rows, _apply_kind)


def _apply_kind(kind: EventKind, row: Mapping[str, Any]) -> None:
    kind.label, kind.explanation, kind.synonyms = row["label"], row["explanation"], row["synonyms"]


def import_events(events: Mapping[str, Mapping[str, Any]]) -> None:
    """Add or update the events of `events.json`, told apart by slug; what the source leaves open stays open."""
    with transaction() as session:
        places = {place.name: place for place in session.scalars(select(Municipality))}
        actions = imprecise_dates.actions(session)

        def apply(event: Event, row: Mapping[str, Any]) -> None:
            if event.published_at is None:
                event.slug, event.state, event.published_at = slugify(row["title"]), State.OPEN, clock.now()
            imprecise_dates.apply(event, row, places)
            event.kind = _one(EventKind, row["kind"])
            event.themes = _all(Theme, filter(None, [row["theme"]]))
            event.organisers = _all(Organisation, row["organisers"])
            event.action = actions[row["action"]] if row["action"] else None

        by_uid = {calendar_uid(f"fact-{slug}"): row for slug, row in events.items()}
        upsert(session, Event, "uid", by_uid, apply)


def add_event(draft: EventDraft) -> Event:
    """Add a public event; raises ValueError for an hour that the clock skips or an end before the start."""
    starts_at, ends_at = _moments(draft)
    with transaction() as session:
        event = Event(
            **{name: getattr(draft, name) for name in COPIED},
            uid=calendar_uid(draft.uid),
            slug=slugify(draft.title),
            body_html=render_markdown(draft.body),
            report_html=render_markdown(draft.report) if draft.report else None,
            starts_at=starts_at,
            ends_at=ends_at,
            date_precision="day" if draft.first_day == draft.last_day else "range",
            place_mode=PlaceMode(draft.place_mode),
            status=EventStatus(draft.status),
            kind=_one(EventKind, draft.kind),
            municipality=_one(Municipality, draft.municipality) if draft.municipality else None,
            themes=_all(Theme, draft.themes),
            organisers=_all(Organisation, draft.organisers),
            state=State.OPEN,
            published_at=clock.now(),
        )
        session.add(event)
        session.flush()
        return event


def _moments(draft: EventDraft) -> tuple[datetime | None, datetime | None]:
    """Return when it begins and ends; raises ValueError for what cannot be."""
    if draft.last_day < draft.first_day:
        raise ValueError("an event cannot end before the day on which it begins")
    if draft.start is None:
        return None, None
    starts_at = clock.from_local(draft.first_day, draft.start)
    ends_at = clock.from_local(draft.last_day, draft.end) if draft.end else None
    if ends_at and ends_at <= starts_at:
        raise ValueError("an event cannot end before it begins")
    return starts_at, ends_at


def calendar_uid(name: str) -> str:
    """Return the UID that calendars know an event by: `<name>@<host of the portal>`."""
    return f"{name}@{urlsplit(current_app.config['BASE_URL']).hostname}"


def _one(model: type[Slugged], slug: str) -> Slugged:
    """Return a row by its slug; raises LookupError for one that is not there."""
    row = db.session.scalar(select(model).where(model.slug == slug))
    if row is None:
        raise LookupError(f"there is no {model.__tablename__} {slug!r}")
    return row


def _all(model: type[Slugged], slugs: Iterable[str]) -> list[Slugged]:
    return [_one(model, slug) for slug in slugs]
