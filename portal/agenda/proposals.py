"""Writing events by people: propose, change, hand in again, postpone, cancel, withdraw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from portal.accounts import audit
from portal.accounts.models import User
from portal.actionplan.models import Action, Theme
from portal.agenda import policies, wording
from portal.agenda.models import Event, EventKind, EventStatus, PlaceMode
from portal.agenda.services import calendar_uid
from portal.community.models import Municipality, Organisation
from portal.core.i18n import lazy_gettext
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.core.text import render_markdown, slugify
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.kinds import Kind
from portal.publishing import changes, drafts
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.publishing.services import NotAllowedNow

MAIL = kinds.register(
    Kind("event-changed", lazy_gettext("Changes to your events by somebody else"), may_switch_off=True)
).name
DRAFTS = "event"


@dataclass(frozen=True, slots=True)
class Times:
    """When: Amsterdam days, and UTC moments that are both None for whole days."""

    first_day: date
    last_day: date
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Words:
    """All else that a person says of an event; `texts` are columns by name."""

    texts: Mapping[str, str | None]
    kind: EventKind
    place_mode: PlaceMode
    municipality: Municipality | None
    themes: tuple[Theme, ...]
    action: Action | None
    organisers: tuple[Organisation, ...]
    capacity: int | None
    registration_deadline: date | None


def propose(actor: User, words: Words, times: Times, key: str | None) -> str:
    """Add an event, to the desk or straight to the agenda, and return its path; a known key adds nothing."""
    with transaction() as session:
        if made := idempotency.stored_result(actor.id, key):
            return made
        event = Event(uid=calendar_uid(f"event-{uuid4().hex}"), author=actor, state=State.DRAFT)
        _write(event, words, times)
        session.add(event)
        session.flush()
        idempotency.store_result(actor.id, key, event.path)
        drafts.delete_draft(actor, DRAFTS, key or "")
        _hand_in(event, actor)
        return event.path


def change(event: Event, actor: User, words: Words, times: Times | None, version: int | None, *, send: bool) -> None:
    """Change an event, and hand it in (again) on request; raises EditConflict when another was first."""
    with transaction() as session:
        publishing.check_version(event, version)
        event.version += 1
        before = wording.describe(event)
        _write(event, words, times)
        session.flush()
        if event.is_visible or event.author_id != actor.id:
            changes.record(actor, event, before)
        if send and policies.may_send(actor, event):
            _hand_in(event, actor)
        elif event.is_visible:
            _tell(event, actor, "changed", None)


def postpone(event: Event, actor: User, times: Times | None, reason: str, version: int | None) -> None:
    """Give an event another day, or none for now: then its old day stays, crossed out in every calendar."""
    with transaction() as session:
        publishing.check_version(event, version)
        event.version += 1
        event.status_reason = reason
        if times is None:
            event.status = EventStatus.POSTPONED
        else:
            event.moved_from = event.first_day
            event.status = EventStatus.PLANNED
            _set_times(event, times)
        session.flush()
        audit.record(actor, "event.postponed", event, reason=reason)
        _tell(event, actor, "postponed", reason)


def cancel(event: Event, actor: User, reason: str, version: int | None) -> None:
    """Say that an event does not go on, and why; it stays where it is."""
    with transaction() as session:
        publishing.check_version(event, version)
        event.version += 1
        event.status, event.status_reason = EventStatus.CANCELLED, reason
        session.flush()
        audit.record(actor, "event.cancelled", event, reason=reason)
        _tell(event, actor, "cancelled", reason)


def withdraw(event: Event, actor: User) -> None:
    """Take back a proposal that was never public; raises NotAllowedNow when it was judged meanwhile."""
    with transaction():
        if not policies.may_withdraw(actor, event):
            raise NotAllowedNow(event.state, State.WITHDRAWN)
        publishing.move(event, State.WITHDRAWN, actor)


def imagine(words: Words, times: Times | None, present: Event | None) -> Event:
    """Return an event as it would be, outside the database: for a preview."""
    event = Event(id=present.id if present else 0, uid="", status=EventStatus.PLANNED, language="nl")
    event.source_note = event.report_html = event.recurrence = event.status_reason = event.date_text = None
    event.date_precision = "unknown"
    if present:
        for name in ("first_day", "last_day", "starts_at", "ends_at", "date_precision", "date_text"):
            setattr(event, name, getattr(present, name))
    _write(event, words, times)
    return event


def _hand_in(event: Event, actor: User) -> None:
    """Send a proposal to the desk, or to the agenda when this person needs no judgement."""
    straight = policies.goes_straight_out(actor, event.organisers)
    publishing.move(event, State.OPEN if straight else State.REVIEW, actor)


def _write(event: Event, words: Words, times: Times | None) -> None:
    for name, text in words.texts.items():
        setattr(event, name, text)
    event.summary, event.body = event.summary or "", event.body or ""
    event.slug = slugify(event.title)
    event.body_html = render_markdown(event.body)
    event.kind, event.place_mode = words.kind, words.place_mode
    event.municipality, event.action = words.municipality, words.action
    event.themes, event.organisers = list(words.themes), list(words.organisers)
    event.capacity, event.registration_deadline = words.capacity, words.registration_deadline
    if times:
        _set_times(event, times)


def _set_times(event: Event, times: Times) -> None:
    event.first_day, event.last_day = times.first_day, times.last_day
    event.starts_at, event.ends_at = times.starts_at, times.ends_at
    event.date_precision = "day" if times.first_day == times.last_day else "range"
    event.date_text = None


def _tell(event: Event, actor: User, what: str, reason: str | None) -> None:
    """Write to whoever proposed the event when somebody else changed what becomes of it."""
    if event.author is None or event.author_id == actor.id or not event.author.is_active:
        return
    unique = f"event-{event.id}-{what}-{event.sequence}-{event.version}"
    mail.send(MAIL, event.author, f"agenda/{what}", unique=unique, event=event, actor_name=actor.name, reason=reason)
