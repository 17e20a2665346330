"""Mixins for models, and the tables of core: content version, job runs, rate limits, idempotency keys."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime


class ContentVersion(Model):
    """A single row whose number is raised in the transaction of every public change; `demo` marks demo content."""

    __tablename__ = "content_version"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
    removed_version: Mapped[int] = mapped_column(default=0)
    """The number at which a public row was last deleted; in-memory indexes older than that are rebuilt."""
    demo: Mapped[bool] = mapped_column(default=False)


class TableVersion(Model):
    """The content version at which a row of a public table was last inserted, updated or deleted, if ever."""

    __tablename__ = "table_version"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int]


class Public:
    """Mixin for tables whose changes show on public pages: writing a row raises the content version."""


class Versioned(Public):
    """Mixin for rows that store the content version of their last change, so that in-memory indexes can follow."""

    changed_version: Mapped[int] = mapped_column(default=0, index=True)


class Timestamped:
    """Mixin with the time at which a row was created and last changed (UTC)."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)


class JobRun(Model):
    """The start of a periodic job's last run, and the start of its last completed run."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LimitCount(Model):
    """A rate limit counter: events in a time window, keyed by a hash of who caused them."""

    __tablename__ = "limit_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    resets_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OnceKey(Model):
    """An idempotency key and the path of what was created with it; `user_id` is 0 for visitors."""

    __tablename__ = "once_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
