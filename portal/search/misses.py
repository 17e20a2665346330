"""Counts searches without a result, per month, for the shortage radar; who searched is not kept.

A results page without a full match calls `note(words, visitor)`. Counts wait in memory and are written together, at
most once in a few seconds and without waiting for a busy database: counts that cannot be written stay in memory until
the next time, and a crash may lose the last few. Each visitor counts once a minute, so that reloading a page does not
raise a count; visitors are told apart by a hash with a random key that is forgotten, with the hashes, every minute.

Words that look like personal data or that find a member are not kept at all. The name of somebody who is not a member
looks like any other word, so counts below LEAST are never shown.
"""

import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
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
from portal.search.engines.base import SearchRequest, SearchUnavailable
from portal.search.models import LONGEST_MISS, SearchMiss
from portal.search.query import execution, parser

LEAST = 5
"""Smallest count that is shown."""
KEPT_MONTHS = 12
PAUSE = timedelta(seconds=5)
"""Time between two writes of one process."""
PATIENCE_MS = 100
"""Longest wait for the database; a page is waiting too."""
MOST_A_MINUTE = 60
"""Different words, and visitors for each of them, that one process counts: a flood of nonsense fills no table."""
MOST_A_MONTH = 20_000
"""Rows per month; after that only words that are in the table already are counted."""
LONGEST_WORD = 40
"""Letters of the longest word that is counted; longer ones are keys or tokens, not Dutch."""
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
    """The counts that one process has yet to write, and who was counted in the current minute; shared by threads."""

    counts: Counter[tuple[str, date]] = field(default_factory=Counter)
    minute: int = 0
    key: bytes = b""
    """Of the hashes of this minute; random, never written."""
    counted: dict[str, set[bytes]] = field(default_factory=dict)
    """Per words the hashes of the visitors who were counted."""
    written_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def has(self, words: str, moment: datetime) -> bool:
        """Whether words were counted in the current minute, for any visitor."""
        with self.lock:
            return words in self.counted and int(moment.timestamp() // 60) == self.minute

    def add(self, words: str, visitor: str, moment: datetime) -> bool:
        """Count words once for each visitor in a minute; returns whether it is time to write."""
        with self.lock:
            minute = int(moment.timestamp() // 60)
            if minute != self.minute:
                self.minute, self.key, self.counted = minute, secrets.token_bytes(16), {}
            if self._is_new(words, visitor):
                self.counts[words, _month(moment)] += 1
            if not self.counts or (self.written_at is not None and moment < self.written_at + PAUSE):
                return False
            self.written_at = moment
            return True

    def _is_new(self, words: str, visitor: str) -> bool:
        """Remember that a visitor searched for some words; returns whether that is to be counted."""
        if words not in self.counted and len(self.counted) >= MOST_A_MINUTE:
            return False
        visitors = self.counted.setdefault(words, set())
        hashed = blake2b(visitor.encode(errors="replace"), key=self.key, digest_size=8).digest()
        if hashed in visitors or len(visitors) >= MOST_A_MINUTE:
            return False
        visitors.add(hashed)
        return True

    def take(self) -> Counter[tuple[str, date]]:
        """Remove and return the waiting counts."""
        with self.lock:
            taken, self.counts = self.counts, Counter()
        return taken

    def give_back(self, counts: Counter[tuple[str, date]]) -> None:
        """Put back counts that could not be written, unless too many wait already."""
        with self.lock:
            if len(self.counts) + len(counts) <= 10 * MOST_A_MINUTE:
                self.counts.update(counts)


@dataclass(frozen=True, slots=True)
class Missed:
    """Words without a full match, their count, and the last month in which they were searched."""

    words: str
    count: int
    last: date


def note(words: str, visitor: str = "") -> None:
    """Count that a search for some words had no full match; never fails.

    `visitor` is any text that differs between visitors, such as a network address; only a hash of it stays in memory.
    """
    try:
        kept, waiting, moment = presentable(words), _waiting(), clock.now()
        if not kept or (not waiting.has(kept, moment) and _names_a_member(kept)):
            return
        if waiting.add(kept, visitor, moment):
            write_waiting()
    except Exception as error:  # noqa: BLE001  # a page is waiting, and a count is worth no page
        log.warning("search_miss_lost", reason=type(error).__name__)


def presentable(words: str) -> str:
    """Return words as they are counted, folded and without signs; "" for possible personal data or no words."""
    text = fold(clean(words[: 3 * LONGEST_MISS]))
    if any(found.search(text) for found in PERSONAL):
        return ""
    text = " ".join(SIGNS.sub(" ", UNWANTED.sub(" ", FIELD.sub(" ", text))).split())
    is_word = sum(map(str.isalpha, text)) > 1
    return text if is_word and len(text) <= LONGEST_MISS else ""


def _names_a_member(words: str) -> bool:
    """Whether words match a member in the index: a name must not be counted."""
    asked = parser.parse(words)
    try:
        found = execution.find(asked, SearchRequest({"type": ["member"]}, members=True).first_hits(1))
    except SearchUnavailable:
        return False
    return execution.complete(found) > 0


def write_waiting() -> None:
    """Write the waiting counts; when the database is busy, they wait for the next time."""
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
    """Set SQLite's timeout for locks, on the driver's connection, outside any transaction."""
    beneath: Any = connection.connection.driver_connection
    beneath.execute(f"PRAGMA busy_timeout={milliseconds}")


def _count(connection: Connection, words: str, month: date, count: int) -> None:
    """Raise the count of words in a month; new words are added until MOST_A_MONTH."""
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
    """Return the words with at least LEAST searches in the last months, the current one included, most first."""
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
    """Return the first day of the period of some months that ends with the current one."""
    day = today or clock.today()
    number = day.year * 12 + day.month - months
    return date(number // 12, number % 12 + 1, 1)


def delete_old(moment: datetime) -> None:
    """Delete counts of more than a year ago."""
    with transaction() as session:
        oldest = first_month(KEPT_MONTHS, clock.to_local(moment).date())
        session.execute(delete(SearchMiss).where(SearchMiss.month < oldest))


def _month(moment: datetime) -> date:
    return clock.to_local(moment).date().replace(day=1)
