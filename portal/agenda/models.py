"""Events and their kinds."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Connection, ForeignKey, Index, String, Table, Text, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from portal.accounts.models import User
from portal.actionplan.models import Action, Theme
from portal.community.models import Municipality, Organisation
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped, Versioned
from portal.core.storage.types import UtcDateTime
from portal.core.text import plain_text
from portal.publishing.models import Publishable
from portal.search.models import Searchable, SearchDocument


class EventStatus(StrEnum):
    """Whether an event takes place."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


OFF = (EventStatus.CANCELLED, EventStatus.POSTPONED)
"""Statuses of an event that does not take place on its day."""


class PlaceMode(StrEnum):
    """Where people can take part."""

    PLACE = "place"
    ONLINE = "online"
    BOTH = "both"


class LinkReach(StrEnum):
    """Who may see the link of an online meeting on the event's page."""

    EVERYONE = "everyone"
    REGISTERED = "registered"
    """People who registered. Until they can register on the portal, the organiser sends them the link."""


EXACT = ("day", "range")
"""Date precisions with exact days."""
CALENDAR_FIELDS = ("title", "summary", "body", "first_day", "last_day", "starts_at", "ends_at", "place_mode", "venue",
                   "address", "municipality_id", "meeting_url", "meeting_url_for", "status", "status_reason",
                   "moved_from", "registration_note")  # fmt: skip
"""Columns that calendars show; changing one of them raises `sequence`."""


class EventKind(Public, Model):
    """A kind of event (`categories.json`, type event)."""

    __tablename__ = "event_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(80))
    explanation: Mapped[str] = mapped_column(Text)
    synonyms: Mapped[list[str]] = mapped_column(JSON, default=list)


event_theme = Table(
    "event_theme",
    Model.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id"), primary_key=True, index=True),
)
event_organiser = Table(
    "event_organiser",
    Model.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


def event_path(event_id: int, slug: str) -> str:
    """Return the canonical path of an event's page."""
    return f"/agenda/{event_id}-{slug}"


def has_exact_days(first_day: date | None, date_precision: str, date_text: str | None) -> bool:
    """Return whether the days of an event are known exactly, so that a calendar can show it."""
    return first_day is not None and date_precision in EXACT and date_text is None


class Event(Searchable, Publishable, Versioned, Timestamped, Model):
    """A meeting. For an event from an old document only a month, season or year may be known (`date_precision`).

    `first_day` and `last_day` are Amsterdam days that order every list; both are None when nothing is known.
    `starts_at` and `ends_at` are UTC moments; both are None for a whole-day event or an imprecise date.
    """

    search_type = "event"
    __tablename__ = "event"
    __table_args__ = (Index("ix_event_state_first_day_id", "state", "first_day", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    """The UID in calendars, which never changes (RFC 5545)."""
    sequence: Mapped[int] = mapped_column(default=0)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    kind_id: Mapped[int] = mapped_column(ForeignKey("event_kind.id"), index=True)
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    first_day: Mapped[date | None] = mapped_column(index=True)
    last_day: Mapped[date | None]
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    date_precision: Mapped[str] = mapped_column(String(10), default="day")
    """day, month, season, year, range or unknown; only "day" and "range" are exact."""
    date_text: Mapped[str | None] = mapped_column(String(120))
    """The words of the source for an imprecise date ("najaar 2014"); None when the days are exact."""
    recurrence: Mapped[str | None] = mapped_column(String(200))
    place_mode: Mapped[PlaceMode] = mapped_column(String(10), default=PlaceMode.PLACE)
    venue: Mapped[str | None] = mapped_column(String(160))
    address: Mapped[str | None] = mapped_column(String(200))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    meeting_url: Mapped[str | None] = mapped_column(String(500))
    """The address of the online meeting; None without one, or when the organiser did not give it yet."""
    meeting_url_for: Mapped[LinkReach | None] = mapped_column(String(12))
    """Who may see `meeting_url`; None without one."""
    accessibility: Mapped[str | None] = mapped_column(Text)
    audience: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="nl")
    costs: Mapped[str | None] = mapped_column(String(120))
    capacity: Mapped[int | None]
    registration_note: Mapped[str | None] = mapped_column(String(300))
    registration_deadline: Mapped[date | None]
    status: Mapped[EventStatus] = mapped_column(String(10), default=EventStatus.PLANNED)
    status_reason: Mapped[str | None] = mapped_column(Text)
    moved_from: Mapped[date | None]
    """The previous first day; equal to `first_day` when only hour or place changed. `status_reason` tells why."""
    report: Mapped[str | None] = mapped_column(Text)
    report_html: Mapped[str | None] = mapped_column(Text)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    source_note: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    """The user who submitted it; None for events from documents."""

    author: Mapped[User | None] = relationship()
    kind: Mapped[EventKind] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=event_theme, order_by=Theme.number)
    organisers: Mapped[list[Organisation]] = relationship(secondary=event_organiser, order_by=Organisation.name)
    action: Mapped[Action | None] = relationship()

    @property
    def path(self) -> str:
        """Return the canonical path of the event's page."""
        return event_path(self.id, self.slug)

    @property
    def is_exact(self) -> bool:
        """Return whether the days are known exactly, so that a calendar can show the event."""
        return has_exact_days(self.first_day, self.date_precision, self.date_text)

    @property
    def is_off(self) -> bool:
        """Return whether the event does not take place on its day."""
        return self.status in OFF

    @property
    def has_other_day(self) -> bool:
        """Return whether the event was first announced for another day."""
        return self.moved_from is not None and self.moved_from != self.first_day

    def search_document(self) -> SearchDocument | None:
        """Return what search indexes of the event; None while it is not public."""
        if not self.is_visible:
            return None
        reason = self.status_reason if self.is_off or self.moved_from else None
        parts = (self.summary, plain_text(self.body_html), *self._place(), self.audience, reason,
                 plain_text(self.report_html or ""), self.date_text)  # fmt: skip
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.title,
            text=" ".join(filter(None, parts)),
            path=self.path,
            themes=tuple(theme.slug for theme in self.themes),
            organisations=tuple(organisation.slug for organisation in self.organisers),
            year=self.first_day.year if self.first_day else None,
            day=self.first_day if self.is_exact else None,
            is_open=self.status == EventStatus.PLANNED and self.is_exact,
            extra=" ".join(filter(None, self._other_words())),
        )

    def _place(self) -> tuple[str | None, ...]:
        """Return the place as text; "" for an online event, whose page shows no place either."""
        if self.place_mode == PlaceMode.ONLINE:
            return ()
        return (self.venue, self.address)

    def _other_words(self) -> list[str | None]:
        place = self.municipality.name if self.municipality and self.place_mode != PlaceMode.ONLINE else None
        return [
            self.kind.label,
            *self.kind.synonyms,
            place,
            *(row.all_names for row in self.organisers),
        ]


@event.listens_for(Event, "before_update")
def _raise_sequence(_mapper: Mapper[Event], _connection: Connection, row: Event) -> None:
    """Raise SEQUENCE when a calendar field changed, so that calendars update their copy (RFC 5545)."""
    state = inspect(row)
    if any(state.attrs[name].history.has_changes() for name in CALENDAR_FIELDS):
        row.sequence = (row.sequence or 0) + 1
