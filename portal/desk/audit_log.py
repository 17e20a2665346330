"""Database reads of the audit log: filtered, paged, exported."""

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
"""The maximum number of rows in one exported file; a filter by date gives the rest."""
NEWEST = (AuditEntry.at.desc(), AuditEntry.id.desc())


@dataclass(frozen=True, slots=True)
class LogFilter:
    """The filter of the log: words anywhere, an act, a person's name, first and last day (local time, inclusive)."""

    words: str = ""
    action: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the SQL conditions of the filter."""
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


def count(wanted: LogFilter) -> int:
    """Return the number of entries that match a filter."""
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted.conditions)) or 0


def get_page(wanted: LogFilter, number: int) -> Sequence[AuditEntry]:
    """Return a page of the matching entries, newest first; pages start at 1."""
    statement = select(AuditEntry).where(*wanted.conditions).order_by(*NEWEST)
    return db.session.scalars(statement.offset((number - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE)).all()


def list_entries(wanted: LogFilter) -> Iterator[AuditEntry]:
    """Yield the matching entries, newest first, at most MOST_ROWS."""
    yield from db.session.scalars(select(AuditEntry).where(*wanted.conditions).order_by(*NEWEST).limit(MOST_ROWS))


def list_acts() -> list[str]:
    """Return every act that occurs in the log."""
    return sorted(db.session.scalars(select(AuditEntry.action).distinct()))


def entries_about(subject: Any) -> Sequence[AuditEntry]:
    """Return the entries about a row, newest first."""
    statement = select(AuditEntry).where(
        AuditEntry.subject_type == subject.__tablename__, AuditEntry.subject_id == subject.id
    )
    return db.session.scalars(statement.order_by(*NEWEST).limit(ROWS_A_PAGE)).all()
