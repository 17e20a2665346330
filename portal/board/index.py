"""What the board answers without asking the database: which posts a filter finds, in which order, and all counts.

One index per process, read once as plain columns. It catches up by `Post.changed_version` when the content version
rose, and is read anew when rows disappeared. Bits stand in order of publication, so that "newest first" is "highest
bit first" and the next part of a list begins below the key of the last row shown.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, bindparam, cast, func, select
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import Session

from portal.board import reference
from portal.board.models import Post, PostLevel, post_theme
from portal.core.database import WRITING
from portal.core.facets import FacetIndex
from portal.core.models import ContentVersion
from portal.publishing.models import ACTIVE, VISIBLE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NO_DAY = date.max.toordinal()
MANY_CHANGES = 500
OPEN, CLOSED = "open", "gesloten"

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
VERSION = select(ContentVersion.number, ContentVersion.removed_version)
HOW_MANY = select(func.count()).select_from(Post).where(Post.state.in_(VISIBLE), Post.published_at.is_not(None))


class Key(NamedTuple):
    """Where a post stands in the order of publication: microseconds since 1970, then id."""

    published: int
    id: int


class ReplyKey(NamedTuple):
    """Where a post stands in the order of reply-by days: the day's ordinal number, then newest first."""

    day: int
    published: int
    id: int


class Row(NamedTuple):
    """A post as the index knows it."""

    key: Key
    reply_by: int
    values: Mapping[str, Sequence[str]]


class PostIndex(FacetIndex):
    """Visible posts by option, position n being the n-th oldest. Options are ids as text, or slugs of their own."""

    def __init__(self) -> None:
        """Make an empty index."""
        super().__init__()
        self._keys: list[Key] = []
        self._key_of: dict[int, Key] = {}
        self._days: dict[int, int] = {}

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "PostIndex":
        """Return an index of posts given in order of publication."""
        index = cls()
        index.load((row.key.id, row.values) for row in rows)
        index._position.clear()  # here a position is found through the keys, because it moves
        index._keys = [row.key for row in rows]
        index._key_of = {row.key.id: row.key for row in rows}
        by_day: dict[int, bytearray] = {}
        for position, row in enumerate(rows):
            bits = by_day.setdefault(row.reply_by, bytearray(len(rows) // 8 + 1))
            bits[position >> 3] |= 1 << (position & 7)
        index._days = {day: int.from_bytes(bits, "little") for day, bits in by_day.items()}
        return index

    def put(self, row: Row) -> None:
        """Take in one post, or what changed of it."""
        known = self._key_of.get(row.key.id)
        if known is not None and known != row.key:
            self.remove(row.key.id)
        position = bisect_left(self._keys, row.key)
        if known != row.key:
            self._shift(position)
            self._keys.insert(position, row.key)
            self._key_of[row.key.id] = row.key
            self._alive = (1 << len(self._keys)) - 1
        for dimension, values in row.values.items():
            _set(self._options.setdefault(dimension, {}), position, values)
        _set(self._days, position, (row.reply_by,))

    def remove(self, row_id: int) -> None:
        """Forget a post that is no longer visible."""
        key = self._key_of.pop(row_id, None)
        if key is None:
            return
        position = bisect_left(self._keys, key)
        del self._keys[position]
        below = (1 << position) - 1
        for options in self._all_options():
            for value, bits in options.items():
                options[value] = (bits & below) | (bits >> position + 1 << position)
        self._alive = (1 << len(self._keys)) - 1

    def rows(self, ids: Iterable[int]) -> int:
        """Return these posts as bits, unknown ids left out."""
        bits = bytearray(len(self._keys) // 8 + 1)
        for key in filter(None, map(self._key_of.get, ids)):
            position = bisect_left(self._keys, key)
            bits[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(bits, "little")

    def matching(self, chosen: Mapping[str, Sequence[str]], within: int | None = None) -> int:
        """Return the posts that answer a filter, as bits."""
        return self._matching(chosen, within, skip=None)

    def newest(self, rows: int, limit: int, after: Key | None = None) -> list[Key]:
        """Return the newest of these rows, or those that follow `after`."""
        if after is not None:
            rows &= (1 << bisect_left(self._keys, after)) - 1
        found: list[Key] = []
        while rows and len(found) < limit:
            position = rows.bit_length() - 1
            found.append(self._keys[position])
            rows ^= 1 << position
        return found

    def by_reply_day(self, rows: int, limit: int, today: int, after: ReplyKey | None = None) -> list[ReplyKey]:
        """Return those to be answered first: from today on by day, then those without a day, then what is past."""
        found: list[ReplyKey] = []
        for day in sorted(self._days, key=lambda day: (day < today, day)):
            resume = None
            if after is not None:
                if (day < today, day) < (after.day < today, after.day):
                    continue
                resume = Key(after.published, after.id) if day == after.day else None
            keys = self.newest(rows & self._days[day], limit - len(found), resume)
            found += [ReplyKey(day, *key) for key in keys]
            if len(found) == limit:
                break
        return found

    def among(self, ids: Iterable[int], rows: int, limit: int) -> list[Key]:
        """Return the first of these posts, in the order given, that are among the rows."""
        found: list[Key] = []
        for key in filter(None, map(self._key_of.get, ids)):
            if rows >> bisect_left(self._keys, key) & 1:
                found.append(key)
                if len(found) == limit:
                    break
        return found

    def _shift(self, position: int) -> None:
        """Make room for a row at a position; nothing to do at the end, where new posts come."""
        if position == len(self._keys):
            return
        below = (1 << position) - 1
        for options in self._all_options():
            for value, bits in options.items():
                options[value] = (bits & below) | (bits >> position << position + 1)

    def _all_options(self) -> Iterator[dict[Any, int]]:
        yield from self._options.values()
        yield self._days


def _set(options: dict[Any, int], position: int, values: Iterable[object]) -> None:
    """Give the row at a position exactly these options of a dimension."""
    wanted = set(values)
    for value, bits in options.items():
        if (bits >> position & 1) != (value in wanted):
            options[value] = bits ^ (1 << position)
    for value in wanted - options.keys():
        options[value] = 1 << position


class LiveIndex:
    """The index of one process and what its posts refer to, level with the database; hold `lock` to use them."""

    def __init__(self) -> None:
        """Make one that has seen nothing."""
        self.lock = RLock()
        self.posts = PostIndex()
        self.reference = reference.NOTHING
        self._seen = -1

    def catch_up(self, session: Session) -> None:
        """Take in what changed since last time: one statement when nothing did, three after a change.

        Raises RuntimeError inside a writing transaction, whose changes may yet be undone.
        """
        if session.info.get(WRITING):
            raise RuntimeError("the index follows what is committed: ask it outside the transaction")
        connection = session.connection()  # these rows are no entities: past the session they come twice as fast
        number, removed = connection.execute(VERSION).one()
        if number <= self._seen:
            return
        self.reference = reference.read(connection, self.reference)
        if self._seen < 0:
            self._fill(connection)
        else:
            self._apply(connection.execute(CHANGED, {"seen": self._seen}).all(), connection)
            if removed > self._seen and connection.scalar(HOW_MANY) != len(self.posts):
                self._fill(connection)
        self._seen = number

    def _fill(self, connection: Connection) -> None:
        rows = connection.execute(CHANGED, {"seen": -1})
        self.posts = PostIndex.of([_row(row) for row in rows if _is_visible(row)])

    def _apply(self, changed: Sequence[SqlRow[Any]], connection: Connection) -> None:
        if len(changed) > MANY_CHANGES:
            self._fill(connection)
            return
        for row in changed:
            if _is_visible(row):
                self.posts.put(_row(row))
            else:
                self.posts.remove(row.id)


def _is_visible(row: SqlRow[Any]) -> bool:
    return row.state in VISIBLE and row.published_at is not None


def _row(row: SqlRow[Any]) -> Row:
    values = {
        "kind": (row.kind,),
        "category": (str(row.category_id),),
        "municipality": (str(row.municipality_id),) if row.municipality_id else (),
        "organisation": (str(row.organisation_id),) if row.organisation_id else (),
        "theme": row.theme_ids.split(",") if row.theme_ids else (),
        "level": row.level_slugs.split(",") if row.level_slugs else (),
        "status": (OPEN if row.state in ACTIVE else CLOSED,),
    }
    published = (row.published_at - EPOCH) // MICROSECOND
    return Row(Key(published, row.id), row.reply_by.toordinal() if row.reply_by else NO_DAY, values)
