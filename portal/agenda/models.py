"""Events and their kinds."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.actionplan.models import Action, Theme
from portal.community.models import Municipality, Organisation
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.core.types import UtcDateTime
from portal.publishing.models import Publishable
from portal.search.models import Searchable


class EventStatus(StrEnum):
    """Whether it goes on."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class PlaceMode(StrEnum):
    """Where one takes part."""

    PLACE = "place"
    ONLINE = "online"
    BOTH = "both"


class EventKind(Public, Model):
    """What sort of meeting (`categories.json`, type event)."""

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


class Event(Searchable, Publishable, Public, Timestamped, Model):
    """A meeting. Old facts may know only a month, a season or a year: then `date_precision` says so.

    `first_day` and `last_day` are Amsterdam days and order every list; `starts_at`/`ends_at` are UTC moments,
    both None for a whole-day or imprecise event.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_state_first_day_id", "state", "first_day", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    """Stable for calendars, whatever changes (RFC 5545 UID)."""
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
    """day, month, season, year, range or unknown; only "day" and "range" have days a calendar can show."""
    date_text: Mapped[str | None] = mapped_column(String(120))
    recurrence: Mapped[str | None] = mapped_column(String(200))
    place_mode: Mapped[PlaceMode] = mapped_column(String(10), default=PlaceMode.PLACE)
    venue: Mapped[str | None] = mapped_column(String(160))
    address: Mapped[str | None] = mapped_column(String(200))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    accessibility: Mapped[str | None] = mapped_column(Text)
    audience: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="nl")
    costs: Mapped[str | None] = mapped_column(String(120))
    capacity: Mapped[int | None]
    registration_note: Mapped[str | None] = mapped_column(String(300))
    registration_deadline: Mapped[date | None]
    status: Mapped[EventStatus] = mapped_column(String(10), default=EventStatus.PLANNED)
    status_reason: Mapped[str | None] = mapped_column(Text)
    report: Mapped[str | None] = mapped_column(Text)
    report_html: Mapped[str | None] = mapped_column(Text)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    source_note: Mapped[str | None] = mapped_column(Text)

    kind: Mapped[EventKind] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=event_theme, order_by=Theme.number)
    organisers: Mapped[list[Organisation]] = relationship(secondary=event_organiser, order_by=Organisation.name)
    action: Mapped[Action | None] = relationship()

    @property
    def path(self) -> str:
        """Return the canonical path of its page."""
        return f"/agenda/{self.id}-{self.slug}"
