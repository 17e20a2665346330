"""Tables of the answer promise: reminders, threads that wait for a broker, who is broker for what, pace, absence."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.answers.models import Participant, Side, Thread
from portal.community.models import Municipality
from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime


class Reminder(Model):
    """A reminder that a participant on the silent side of a thread got, once per waiting period."""

    __tablename__ = "answer_reminder"
    __table_args__ = (UniqueConstraint("participant_id", "waiting_since", "after_days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("answer_participant.id", ondelete="CASCADE"), index=True)
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    """The thread's `turn_since` at the time."""
    after_days: Mapped[int]
    """After how many working days: one of `promise.REMIND_AFTER`."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    participant: Mapped[Participant] = relationship()


class BrokerAct(StrEnum):
    """What a broker did with a silent thread."""

    ANSWERED = "answered"
    LINKED = "linked"
    CLOSED = "closed"


class BrokerCase(Model):
    """A thread in which one side stayed silent too long, and the broker who looks after it."""

    __tablename__ = "answer_case"
    __table_args__ = (UniqueConstraint("thread_id", "waiting_since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("answer_thread.id", ondelete="CASCADE"), index=True)
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    """The thread's `turn_since` at the time; the case is over when that changes."""
    side: Mapped[Side] = mapped_column(String(10))
    """The silent side."""
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the broker got the mail that names it."""
    act: Mapped[BrokerAct | None] = mapped_column(String(10))
    """What was done; None as long as nobody did anything."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    thread: Mapped[Thread] = relationship()
    broker: Mapped[User | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Return whether the silent side still has not written, and no broker acted."""
        thread = self.thread
        same = thread.turn == self.side and thread.turn_since == self.waiting_since
        return self.closed_at is None and thread.is_open and same


class BrokerDuty(Model):
    """The editor who is broker for a municipality, or for a theme."""

    __tablename__ = "answer_broker"
    __table_args__ = (CheckConstraint("(municipality_id IS NULL) <> (theme_id IS NULL)", name="one_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id", ondelete="CASCADE"), unique=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), unique=True)

    user: Mapped[User] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    theme: Mapped[Theme | None] = relationship()


class Pace(Model):
    """How soon the owner of posts usually answers: an organisation, or a person without one. A job computes it.

    Not `Public`: a message must not renew every page, and a page is at most a minute old anyway.
    """

    __tablename__ = "answer_pace"
    __table_args__ = (CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    days: Mapped[int]
    """The median of working days until the first answer, rounded up."""
    threads: Mapped[int]
    """How many threads that is about."""


class Absence(Model):
    """A member who is away, and gets no reminders until then."""

    __tablename__ = "answer_absence"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[date]
    """The last day of absence, inclusive."""
