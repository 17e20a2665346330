"""The index of one process, kept in step with the database as that of the board is.

Posts with a newer `changed_version` are read again; profiles, events and examples, which are few, are all read again
when one of their tables changed, and events also on a new day. Terms come from `match_terms`, which the worker fills;
those of posts that it did not get to yet are made here, up to ANALYSED_AT_ONCE.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from threading import RLock
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from portal.board.models import Post
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage import database
from portal.matching import reading
from portal.matching.entries import MEMBERS, POST, Group
from portal.matching.index import MatchIndex

EXTENSION = "match_index"
ANALYSED_AT_ONCE = 300
"""Posts without stored terms that a request analyses, the newest; beyond that they wait for the worker."""
READ_AGAIN_AFTER = timedelta(minutes=1)
"""When posts were left to the worker, all are read again after this time."""
MANY_EMPTY = 2_000
"""Empty places from which the index is filled anew, when they are a quarter of all."""
TABLES = {"profile": MEMBERS, "event": (Group.EVENT,), "example": (Group.EXAMPLE,)}


class LiveIndex:
    """The index of one process; `up_to_date` is the only access to it."""

    def __init__(self) -> None:
        """Create an index that has read nothing yet."""
        self._lock = RLock()
        self._index = MatchIndex()
        self._seen = -1
        self._tables: dict[str, int] = {}
        self._day: date | None = None
        self._again_at: datetime | None = None

    @contextmanager
    def up_to_date(self, session: Session) -> Iterator[MatchIndex]:
        """Lock the index for a block and yield it, at least as recent as what this transaction sees.

        Raises RuntimeError inside a writing transaction, because its changes may still be rolled back.
        """
        if session.info.get(database.WRITING):
            raise RuntimeError("the index follows what is committed: ask it outside the transaction")
        with self._lock:
            self._catch_up(session)
            yield self._index

    def _catch_up(self, session: Session) -> None:
        number, removed, _demo = database.state_of(session)
        today = clock.today()
        is_behind = self._again_at is not None and self._again_at <= clock.now()
        if number <= self._seen and today == self._day and not is_behind:
            return
        connection = session.connection()
        if is_behind or self._index.empty_places > max(MANY_EMPTY, len(self._index) // 3):
            self._index, self._seen, self._tables, self._again_at = MatchIndex(), -1, {}, None
        self._apply(connection.execute(reading.CHANGED_POSTS, {"seen": self._seen}).all(), connection)
        if removed > self._seen >= 0:
            self._remove_deleted(connection)
        versions = database.table_versions(session, TABLES)
        for table, groups in TABLES.items():
            if self._tables.get(table) != versions[table] or (table == "event" and today != self._day):
                self._read_again(groups, self._rows(table, connection, today))
        self._seen, self._tables, self._day = number, versions, today

    def _apply(self, changed: Sequence[Any], connection: Connection) -> None:
        waiting: dict[int, Row[Any]] = {}
        for row in changed:
            self._index.remove((POST, row.id))
            if not reading.is_indexed(row):
                continue
            if (terms := reading.stored_terms(row)) is not None:
                self._index.put(reading.entry_of(row), terms)
            else:
                waiting[row.id] = row
        newest = sorted(waiting, reverse=True)[:ANALYSED_AT_ONCE]
        if len(waiting) > len(newest):
            self._again_at = clock.now() + READ_AGAIN_AFTER
        for post_id, _version, terms in reading.analysed(connection, newest) if newest else ():
            self._index.put(reading.entry_of(waiting[post_id]), terms)

    def _remove_deleted(self, connection: Connection) -> None:
        ids = set(connection.scalars(select(Post.id).where(Post.state.in_(reading.INDEXED))))
        for gone in self._index.ids(POST) - ids:
            self._index.remove((POST, gone))

    def _rows(self, table: str, connection: Connection, today: date) -> Iterator[reading.Read]:
        if table == "event":
            return reading.events(connection, today)
        return reading.members(connection) if table == "profile" else reading.examples(connection)

    def _read_again(self, groups: Sequence[Group], rows: Iterator[reading.Read]) -> None:
        for group in groups:
            for row_id in self._index.ids(group):
                self._index.remove((group, row_id))
        for entry, terms in rows:
            self._index.put(entry, terms)


@contextmanager
def current() -> Iterator[MatchIndex]:
    """Lock this process's index for a block and yield it, in step with the database."""
    live: LiveIndex = current_app.extensions.get(EXTENSION) or current_app.extensions.setdefault(EXTENSION, LiveIndex())
    with live.up_to_date(db.session()) as index:
        yield index
