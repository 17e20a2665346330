"""Words that found nothing: half of the shortage radar, counted per month without a trace of who typed them.

The page that found nothing says `note(words)` and goes on. Words wait in memory, each counted once a minute, and
are written together, at most once in a few seconds and never waiting for a busy database: what cannot be written
now goes along next time, and what a crash loses is missed by nobody. What looks like something of a person is not
even kept in memory, nor is what finds a member; and as the name of anybody else looks like any other word, nothing is
shown that was not looked for five times.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import BUSY_TIMEOUT_MS, transaction, writing_options
from portal.core.text import clean, fold
from portal.search import services
from portal.search.engines.base import SearchUnavailable
from portal.search.models import LONGEST_MISS, SearchMiss
from portal.search.query import parser

LEAST = 5
"""Groups of fewer are never shown."""
KEPT_MONTHS = 12
PAUSE = timedelta(seconds=5)
"""Between two writes of one process."""
PATIENCE_MS = 100
"""How long a write waits for the database: a page is waiting with it."""
MOST_A_MINUTE = 60
"""Different words that one process takes in, so that a flood of nonsense fills no table."""
MOST_A_MONTH = 20_000
"""Rows; after that only words that are known already are counted."""
LONGEST_WORD = 40
"""No Dutch compound that people type is longer; a key or a token is."""
EXTENSION = "search_misses"

FIELD = re.compile(r'(?<!\S)-?\w+:(?:"[^"]*"|\S*)')
UNWANTED = re.compile(r"(?<!\S)[-−–](?:\"[^\"]*\"|\S+)")
SIGNS = re.compile(r"[^\w\s&'’.+#@/-]+")
PERSONAL = (
    re.compile(r"@|://|www\."),
    re.compile(r"\d(?:[\s./()+-]*\d){5,}"),  # a telephone, account or citizen's number, a date of birth
    re.compile(r"\b\d{4}\s?[a-z]{2}\b"),  # a postal code
    re.compile(rf"[^\W\d_]{{{LONGEST_WORD + 1},}}"),
)

log = structlog.get_logger()


@dataclass(slots=True)
class Waiting:
    """What one process has yet to write, and what it counted in the minute that runs; threads share it."""

    counts: Counter[tuple[str, date]] = field(default_factory=Counter)
    minute: int = 0
    counted: set[str] = field(default_factory=set)
    written_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def has(self, words: str, moment: datetime) -> bool:
        """Whether words were counted in this minute."""
        with self.lock:
            return words in self.counted and int(moment.timestamp() // 60) == self.minute

    def add(self, words: str, moment: datetime) -> bool:
        """Count words unless they were in this minute; returns whether it is time to write."""
        with self.lock:
            minute = int(moment.timestamp() // 60)
            if minute != self.minute:
                self.minute, self.counted = minute, set()
            if words not in self.counted and len(self.counted) < MOST_A_MINUTE:
                self.counted.add(words)
                self.counts[words, _month(moment)] += 1
            if not self.counts or (self.written_at is not None and moment < self.written_at + PAUSE):
                return False
            self.written_at = moment
            return True

    def take(self) -> Counter[tuple[str, date]]:
        """Return what waits; it is the caller's now."""
        with self.lock:
            taken, self.counts = self.counts, Counter()
        return taken

    def give_back(self, counts: Counter[tuple[str, date]]) -> None:
        """Let what could not be written wait on, as far as there is room."""
        with self.lock:
            if len(self.counts) + len(counts) <= 10 * MOST_A_MINUTE:
                self.counts.update(counts)


@dataclass(frozen=True, slots=True)
class Missed:
    """Words that found nothing, how often, and in which month last."""

    words: str
    count: int
    last: date


def note(words: str) -> None:
    """Count that a search for some words found nothing that has them all; never fails."""
    try:
        kept, waiting, moment = presentable(words), _waiting(), clock.now()
        if not kept or (not waiting.has(kept, moment) and _names_a_member(kept)):
            return
        if waiting.add(kept, moment):
            write_waiting()
    except Exception as error:  # noqa: BLE001  # a page is waiting, and a count is worth no page
        log.warning("search_miss_lost", reason=type(error).__name__)


def presentable(words: str) -> str:
    """Return words as they are counted, folded and without signs; "" for what may be about a person or says nothing."""
    text = fold(clean(words[: 3 * LONGEST_MISS]))
    if any(found.search(text) for found in PERSONAL):
        return ""
    text = " ".join(SIGNS.sub(" ", UNWANTED.sub(" ", FIELD.sub(" ", text))).split())
    is_word = sum(map(str.isalpha, text)) > 1
    return text if is_word and len(text) <= LONGEST_MISS else ""


def _names_a_member(words: str) -> bool:
    """Whether words find a person in the members' part of the index: a name is nothing that is short."""
    asked = parser.parse(words)
    try:
        found = services.find(asked, {"type": ["member"]}, members=True, limit=1, counts=False, widen=False)
    except SearchUnavailable:
        return False
    return services.complete(found) > 0


def write_waiting() -> None:
    """Write what waits; what a busy database refuses now goes along the next time."""
    taken = _waiting().take()
    if not taken:
        return
    try:
        with db.engine.connect() as connection:
            _write(connection.execution_options(**writing_options(db.engine, PATIENCE_MS)), taken)
    except SQLAlchemyError as error:
        _waiting().give_back(taken)
        log.warning("search_miss_waits", reason=type(error).__name__)


def _write(connection: Connection, counts: Counter[tuple[str, date]]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        _wait_at_most(connection, PATIENCE_MS)
    try:
        with connection.begin():
            for (words, month), count in sorted(counts.items()):
                _count(connection, words, month, count)
    finally:
        if is_sqlite:
            _wait_at_most(connection, BUSY_TIMEOUT_MS)


def _wait_at_most(connection: Connection, milliseconds: int) -> None:
    """Tell SQLite how long to wait for another writer: on the connection beneath, outside any transaction."""
    beneath: Any = connection.connection.driver_connection
    beneath.execute(f"PRAGMA busy_timeout={milliseconds}")


def _count(connection: Connection, words: str, month: date, count: int) -> None:
    """Raise the count of words in a month; new words are taken in while the month has room."""
    same = (SearchMiss.words == words, SearchMiss.month == month)
    raised = connection.execute(update(SearchMiss).where(*same).values(count=SearchMiss.count + count))
    if raised.rowcount:
        return
    of_month = select(func.count()).select_from(SearchMiss).where(SearchMiss.month == month)
    if (connection.scalar(of_month) or 0) >= MOST_A_MONTH:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(SearchMiss).values(words=words, month=month, count=count)
    more = {"count": SearchMiss.count + row.excluded.count}
    connection.execute(row.on_conflict_do_update(index_elements=["words", "month"], set_=more))


def _waiting() -> Waiting:
    waiting: Waiting = current_app.extensions.setdefault(EXTENSION, Waiting())
    return waiting


# ── the radar ─────────────────────────────────────────────────────────────────────────────────────


def frequent(months: int, limit: int) -> Sequence[Missed]:
    """Return what was looked for in vain in these months, this one included, by at least a group; most first."""
    total = func.sum(SearchMiss.count)
    statement = (
        select(SearchMiss.words, total, func.max(SearchMiss.month))
        .where(SearchMiss.month >= first_month(months))
        .group_by(SearchMiss.words)
        .having(total >= LEAST)
        .order_by(total.desc(), SearchMiss.words)
    )
    return [Missed(words, int(count), last) for words, count, last in db.session.execute(statement.limit(limit))]


def first_month(months: int, today: date | None = None) -> date:
    """Return the first day of the first of some months of which this one is the last."""
    day = today or clock.today()
    number = day.year * 12 + day.month - months
    return date(number // 12, number % 12 + 1, 1)


def delete_old(moment: datetime) -> None:
    """Delete what was counted more than a year ago."""
    with transaction() as session:
        oldest = first_month(KEPT_MONTHS, clock.to_local(moment).date())
        session.execute(delete(SearchMiss).where(SearchMiss.month < oldest))


def _month(moment: datetime) -> date:
    return clock.to_local(moment).date().replace(day=1)
