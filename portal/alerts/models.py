"""Filters of lists that people get as mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.models import Timestamped
from portal.core.storage.types import UtcDateTime

LONGEST_QUERY = 600
LONGEST_SLUG = 40


class Frequency(StrEnum):
    """How often an alert is mailed."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"
    """Not: it is only kept in the list."""


class AlertGuest(Model):
    """A person without an account who confirmed a mail address by a mailed link."""

    __tablename__ = "alert_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Alert(Timestamped, Model):
    """The filter of a list that a member or a guest follows."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("user_id", "list_slug", "query"),
        UniqueConstraint("guest_id", "list_slug", "query"),
        CheckConstraint("(user_id IS NULL) <> (guest_id IS NULL)", name="member_or_guest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("alert_guest.id", ondelete="CASCADE"))
    list_slug: Mapped[str] = mapped_column(String(LONGEST_SLUG))
    """Which list (`core.lists.followed`)."""
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    """The filter as query string, "" for the whole list."""
    frequency: Mapped[Frequency] = mapped_column(String(10))
    seen_until: Mapped[datetime] = mapped_column(UtcDateTime)
    """What was published up to then (UTC) is no longer new."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When it is looked at next (UTC); None when no mail is wanted."""

    user: Mapped[User | None] = relationship()
    guest: Mapped[AlertGuest | None] = relationship()


class PendingAlert(Model):
    """An alert for an address that is not confirmed yet. Only a hash of the mailed secret is stored."""

    __tablename__ = "alert_pending"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    list_slug: Mapped[str] = mapped_column(String(LONGEST_SLUG))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    frequency: Mapped[Frequency] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
