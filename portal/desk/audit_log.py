"""The audit log as editors read it: found, filtered, paged. Nothing here changes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from portal.accounts.models import AuditEntry
from portal.core.clock import start_of_day
from portal.core.extensions import db
from portal.desk import log_words

ROWS_A_PAGE = 50
MOST_ROWS = 20_000
"""In one file; who needs more asks per period."""
NEWEST = (AuditEntry.at.desc(), AuditEntry.id.desc())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: words anywhere, an act, somebody's name, days in Amsterdam (both included)."""

    words: str = ""
    action: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the database must ask."""
        found: list[ColumnElement[bool]] = [_contains(word) for word in self.words.split()[:8]]
        if self.action:
            found.append(AuditEntry.action == self.action)
        if self.actor:
            found.append(AuditEntry.actor_name.icontains(self.actor, autoescape=True))
        if self.since:
            found.append(AuditEntry.at >= start_of_day(self.since))
        if self.until:
            found.append(AuditEntry.at < start_of_day(self.until + timedelta(days=1)))
        return found


def _contains(word: str) -> ColumnElement[bool]:
    columns: tuple[Any, ...] = (
        AuditEntry.actor_name,
        AuditEntry.subject_title,
        AuditEntry.note,
        cast(AuditEntry.details, String),
    )
    found = [column.icontains(word, autoescape=True) for column in columns]
    return or_(*found, AuditEntry.action.in_(log_words.acts_with(word)))


def count(wanted: Wanted) -> int:
    """Return how many entries answer."""
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted.conditions)) or 0


def page_of(wanted: Wanted, number: int) -> Sequence[AuditEntry]:
    """Return a page of entries, newest first; pages begin at 1."""
    statement = select(AuditEntry).where(*wanted.conditions).order_by(*NEWEST)
    return db.session.scalars(statement.offset((number - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE)).all()


def all_of(wanted: Wanted) -> Iterator[AuditEntry]:
    """Yield the entries that answer, newest first, at most as many as one file holds."""
    yield from db.session.scalars(select(AuditEntry).where(*wanted.conditions).order_by(*NEWEST).limit(MOST_ROWS))


def actions() -> list[str]:
    """Return every act that the log knows."""
    return sorted(db.session.scalars(select(AuditEntry.action).distinct()))


def about(subject: Any) -> Sequence[AuditEntry]:
    """Return what was done with a row, newest first."""
    statement = select(AuditEntry).where(
        AuditEntry.subject_type == subject.__tablename__, AuditEntry.subject_id == subject.id
    )
    return db.session.scalars(statement.order_by(*NEWEST).limit(ROWS_A_PAGE)).all()
