"""Services of the agenda: submit, update, postpone, cancel and withdraw events. `importing` adds those of documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from flask import current_app
from sqlalchemy import select

from portal.accounts import audit
from portal.accounts.models import User
from portal.actionplan.models import Action, Theme
from portal.agenda import policies, wording
from portal.agenda.models import Event, EventKind, EventStatus, PlaceMode
from portal.community.models import Municipality, Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.core.text import render_markdown, slugify
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.kinds import Kind
from portal.publishing import changes
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.publishing.services import NotAllowedNow

MAIL = kinds.register(
    Kind(
        "event.changed",
        lazy_gettext("Changes to your events by somebody else"),
        path_of=lambda context: str(context["event"].path),
    )
).name
Slugged = TypeVar("Slugged", EventKind, Theme, Organisation, Municipality, Action)


@dataclass(frozen=True, slots=True)
class Times:
    """The days of an event (Amsterdam) and its moments (UTC); both moments are None for whole days."""

    first_day: date
    last_day: date
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an event; `texts` maps column names to values."""

    mode: PlaceMode
    texts: Mapping[str, str | None]
    municipality: Municipality | None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """The contents of an event except its times; `texts` maps column names to values."""

    texts: Mapping[str, str | None]
    kind: EventKind
    place_mode: PlaceMode
    municipality: Municipality | None
    themes: tuple[Theme, ...]
    action: Action | None
    organisers: tuple[Organisation, ...]
    capacity: int | None
    registration_deadline: date | None


def submit_event(actor: User, draft: EventDraft, times: Times) -> Event:
    """Create an event; it is sent to the desk, or published when this user needs no review."""
    with transaction() as session:
        event = Event(uid=calendar_uid(f"event-{uuid4().hex}"), author=actor, state=State.DRAFT)
        write(event, draft, times)
        session.add(event)
        session.flush()
        _send(event, actor)
        return event


def update_event(
    event: Event, actor: User, draft: EventDraft, times: Times | None, version: int | None, *, send: bool
) -> None:
    """Update an event, and submit it (again) when `send`; without `times` its days stay as they are.

    Raises EditConflict when somebody saved it since `version`.
    """
    with transaction() as session:
        publishing.check_version(event, version)
        event.version += 1
        before = wording.describe(event)
        write(event, draft, times)
        session.flush()
        if event.is_visible or event.author_id != actor.id:
            changes.record(actor, event, before)
        if send and policies.may_send(actor, event):
            _send(event, actor)
        elif event.is_visible:
            _mail_author(event, actor, "changed", None)


def postpone_event(
    event: Event, actor: User, times: Times | None, reason: str, version: int | None, place: Place | None = None
) -> None:
    """Give an event other times or another place; without `times` its new day is not known yet.

    Without a new day, the event stays on its old one, marked as postponed. Raises EditConflict when somebody saved it
    since `version`.
    """
    with transaction() as session:
        publishing.check_version(event, version)
        event.version += 1
        event.status_reason = reason
        if times is None:
            event.status = EventStatus.POSTPONED
        else:
            if event.moved_from is None or times.first_day != event.first_day:
                event.moved_from = event.first_day
            event.status = EventStatus.PLANNED
            _set_times(event, times)
        if place is not None and times is not None:
            _set_place(event, place)
        session.flush()
        publishing.record_act(event, actor, "postponed" if times is None else "moved", reason)
        audit.record(actor, "event.postponed", event, note=reason)
        _mail_author(event, actor, "postponed", reason)


def cancel_event(event: Event, actor: User, reason: str, version: int | None) -> None:
    """Cancel an event, which stays in lists and calendars. Raises EditConflict when it changed since `version`."""
    with transaction() as session:
        publishing.check_version(event, version)
        event.version += 1
        event.status, event.status_reason = EventStatus.CANCELLED, reason
        session.flush()
        publishing.record_act(event, actor, "cancelled", reason)
        audit.record(actor, "event.cancelled", event, note=reason)
        _mail_author(event, actor, "cancelled", reason)


def withdraw_event(event: Event, actor: User) -> None:
    """Withdraw an event that was never public. Raises NotAllowedNow when it was published meanwhile."""
    with transaction():
        if not policies.may_withdraw(actor, event):
            raise NotAllowedNow(event.state, State.WITHDRAWN)
        publishing.move(event, State.WITHDRAWN, actor)


def write_report(event: Event, text: str) -> None:
    """Set the report of an event that is over; `text` is Markdown."""
    with transaction():
        event.report, event.report_html = text, render_markdown(text)


def write(event: Event, draft: EventDraft, times: Times | None) -> None:
    """Set the fields of an event from a draft within the running transaction; without times its days stay."""
    for name, text in draft.texts.items():
        setattr(event, name, text)
    event.summary, event.body = event.summary or "", event.body or ""
    event.slug = slugify(event.title)
    event.body_html = render_markdown(event.body)
    event.kind, event.place_mode = draft.kind, draft.place_mode
    event.municipality, event.action = draft.municipality, draft.action
    event.themes, event.organisers = list(draft.themes), list(draft.organisers)
    event.capacity, event.registration_deadline = draft.capacity, draft.registration_deadline
    if times:
        _set_times(event, times)


def _set_place(event: Event, place: Place) -> None:
    event.place_mode, event.municipality = place.mode, place.municipality
    for name, text in place.texts.items():
        setattr(event, name, text)


def _set_times(event: Event, times: Times) -> None:
    event.first_day, event.last_day = times.first_day, times.last_day
    event.starts_at, event.ends_at = times.starts_at, times.ends_at
    event.date_precision = "day" if times.first_day == times.last_day else "range"
    event.date_text = None


def wall_times(first_day: date, last_day: date, start: time | None, end: time | None) -> Times:
    """Return Times for Amsterdam days and wall-clock hours; both hours are None for whole days.

    Raises ValueError for an hour that the spring clock change skips, and for an end before the start.
    """
    if last_day < first_day:
        raise ValueError("an event cannot end before the day on which it begins")
    starts_at = clock.from_local(first_day, start) if start else None
    ends_at = clock.from_local(last_day, end) if start and end else None
    if starts_at and ends_at and ends_at <= starts_at:
        raise ValueError("an event cannot end before it begins")
    return Times(first_day, last_day, starts_at, ends_at)


def get_rows(model: type[Slugged], slugs: Iterable[str]) -> list[Slugged]:
    """Return rows by their slugs, in that order. Raises LookupError when one does not exist."""
    rows = []
    for slug in slugs:
        row = db.session.scalar(select(model).where(model.slug == slug))
        if row is None:
            raise LookupError(f"there is no {model.__tablename__} {slug!r}")
        rows.append(row)
    return rows


def calendar_uid(name: str) -> str:
    """Return the UID of an event in calendars: `<name>@<host name of the portal>`."""
    return f"{name}@{urlsplit(current_app.config['BASE_URL']).hostname}"


def _send(event: Event, actor: User) -> None:
    """Send an event to the desk, or publish it when this user needs no review."""
    direct = policies.publishes_directly(actor, event.organisers)
    publishing.move(event, State.OPEN if direct else State.REVIEW, actor)


def _mail_author(event: Event, actor: User, what: str, reason: str | None) -> None:
    """Mail the author when somebody else changed, postponed or cancelled the event."""
    author = event.author
    if author is None or author.id == actor.id or not author.is_active or not policies.may_edit(author, event):
        return
    unique = f"event-{event.id}-{what}-{event.sequence}-{event.version}"
    mail.send(MAIL, author, f"agenda/{what}", unique=unique, event=event, actor_name=actor.name, reason=reason)
