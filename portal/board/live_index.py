"""The index of one process, kept in step with the database.

It is first filled from plain columns. When the content version rises, rows with a newer `Post.changed_version` are read
again; when public rows were deleted, all rows are.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import RLock
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, func, select
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import Session

from portal.board import reference
from portal.board.index import CLOSED, NO_DAY, OPEN, Key, PostIndex, Row, StoredRow
from portal.board.models import Post, PostLevel, post_theme
from portal.board.reference import Reference
from portal.core.storage import database
from portal.publishing.models import ACTIVE, VISIBLE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MANY_CHANGES = 500
DIMENSIONS = ("kind", "category", "municipality", "organisation", "theme", "level", "status")
"""The dimensions of the index, in the order of the columns of CHANGED; "status" is derived from the state."""

_themes = (
    select(func.aggregate_strings(cast(post_theme.c.theme_id, String), ","))
    .where(post_theme.c.post_id == Post.id)
    .scalar_subquery()
)
_levels = select(func.aggregate_strings(PostLevel.level, ",")).where(PostLevel.post_id == Post.id).scalar_subquery()
THEME_IDS, LEVEL_SLUGS = _themes.label("theme_ids"), _levels.label("level_slugs")
CHANGED = (
    select(
        Post.id,
        Post.state,
        Post.published_at,
        Post.reply_by,
        Post.kind,
        Post.category_id,
        Post.municipality_id,
        Post.organisation_id,
        THEME_IDS,
        LEVEL_SLUGS,
    )
    .where(Post.changed_version > bindparam("seen"))
    .order_by(Post.published_at, Post.id)
)
COUNT_VISIBLE = select(func.count()).select_from(Post).where(Post.state.in_(VISIBLE), Post.published_at.is_not(None))


class LiveIndex:
    """The index of one process and the reference data of its posts; `up_to_date` is the only access to both."""

    def __init__(self) -> None:
        """Create an index that has read nothing yet."""
        self._lock = RLock()
        self._posts = PostIndex()
        self._reference = reference.NOTHING
        self._seen = -1

    @contextmanager
    def up_to_date(self, session: Session) -> Iterator[tuple[PostIndex, Reference]]:
        """Lock the index for a block and yield it, at least as recent as what this transaction sees.

        It executes at most one statement when nothing changed, and two or three after a change. Raises RuntimeError
        inside a writing transaction, because its changes may still be rolled back.
        """
        if session.info.get(database.WRITING):
            raise RuntimeError("the index follows what is committed: ask it outside the transaction")
        with self._lock:
            self._catch_up(session)
            yield self._posts, self._reference

    def _catch_up(self, session: Session) -> None:
        number, removed, _demo = database.state_of(session)
        if number <= self._seen:
            return
        connection = session.connection()  # reading plain rows past the session is twice as fast
        self._reference = reference.read(connection, self._reference)
        if self._seen < 0:
            self._fill(connection)
        else:
            self._apply(connection.execute(CHANGED, {"seen": self._seen}).all(), connection)
            if removed > self._seen and connection.scalar(COUNT_VISIBLE) != len(self._posts):
                self._fill(connection)
        self._seen = number

    def _fill(self, connection: Connection) -> None:
        with _garbage_collector_off():
            rows = connection.execute(CHANGED, {"seen": -1})
            self._posts = PostIndex.from_stored(DIMENSIONS, [_stored_row(row) for row in rows if _is_visible(row)])

    def _apply(self, changed: Sequence[SqlRow[Any]], connection: Connection) -> None:
        if len(changed) > MANY_CHANGES:
            self._fill(connection)
            return
        for row in changed:
            if _is_visible(row):
                self._posts.put(_row(row))
            else:
                self._posts.remove(row.id)


def microseconds(moment: datetime) -> int:
    """Return a moment as the keys of the index hold it."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(key: Key) -> datetime:
    """Return when the post of this key was first published (UTC)."""
    return EPOCH + key.published * MICROSECOND


def _is_visible(row: SqlRow[Any]) -> bool:
    return row.state in VISIBLE and row.published_at is not None


def _row(row: SqlRow[Any]) -> Row:
    stored = _stored_row(row)
    return Row(stored.key, stored.reply_by, dict(zip(DIMENSIONS, stored.values, strict=True)))


def _stored_row(row: Any) -> StoredRow:
    """Return a row of CHANGED in the form that the index stores."""
    post_id, state, published_at, reply_by, kind, *ids_and_slugs = row
    key = Key(microseconds(published_at), post_id)
    values = (
        _split_values(kind),
        *map(_split_values, ids_and_slugs),
        _split_values(OPEN if state in ACTIVE else CLOSED),
    )
    return StoredRow(key, reply_by.toordinal() if reply_by else NO_DAY, values)


@lru_cache(maxsize=8192)
def _split_values(value: object) -> tuple[str, ...]:
    """Return the values of a comma-separated column; cached, so that thousands of posts share the same tuples."""
    return tuple(str(value).split(",")) if value else ()


@contextmanager
def _garbage_collector_off() -> Iterator[None]:
    """Disable the garbage collector within a block: while many rows are read, its passes double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
