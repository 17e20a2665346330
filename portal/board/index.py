"""In-memory bitmap index of visible posts: finds, sorts and counts posts for a filter without the database.

Each post has a position in order of publication, and each option has an integer whose bit n is set when the post at
position n has that option. The newest post is thus the highest bit, and the next page of a list starts below the bit of
the last post shown. `live_index` keeps the index in step with the database.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from portal.core.lists.facet_counts import FacetCountCache, FacetCounts, Values
from portal.core.lists.facets import Chosen, OptionBits

NO_DAY = date.max.toordinal()
WINDOW = 512
"""Number of bits examined at once when listing posts: clearing one bit of a 200,000-bit integer copies all of it."""
OPEN, CLOSED, ALL = "open", "gesloten", "alle"
"""Values of the status filter. ALL does not narrow the list and is not an option of the index."""


class Key(NamedTuple):
    """Position of a post in order of publication: microseconds since 1970 (UTC), then id."""

    published: int
    id: int


class ReplyKey(NamedTuple):
    """Position of a post in order of reply-by day: the day's proleptic ordinal, then newest first."""

    day: int
    published: int
    id: int


class Row(NamedTuple):
    """A post as it is put into the index."""

    key: Key
    reply_by: int
    values: Values


class StoredRow(NamedTuple):
    """A post as the index stores it. Values are in the order of the index's dimensions, to save memory."""

    key: Key
    reply_by: int
    values: tuple[Sequence[str], ...]


class PostIndex:
    """Visible posts by option; position n holds the n-th oldest post. Options are ids as text, or slugs."""

    def __init__(self) -> None:
        """Create an empty index."""
        self._bits = OptionBits()
        self._keys: list[Key] = []
        self._stored: dict[int, StoredRow] = {}
        self._dimensions: tuple[str, ...] = ()
        self._days: dict[int, int] = {}
        self._facet_counts = FacetCountCache()

    def __len__(self) -> int:
        """Return the number of posts."""
        return len(self._keys)

    @classmethod
    def from_rows(cls, rows: Sequence[Row]) -> "PostIndex":
        """Return an index of these posts, which must be in order of publication."""
        stored = [StoredRow(row.key, row.reply_by, tuple(row.values.values())) for row in rows]
        return cls.from_stored(tuple(rows[0].values) if rows else (), stored)

    @classmethod
    def from_stored(cls, dimensions: tuple[str, ...], stored: list[StoredRow]) -> "PostIndex":
        """Return an index of posts in stored form, in order of publication; values must follow `dimensions`."""
        index = cls()
        index._dimensions = dimensions
        index._keys = [one.key for one in stored]
        index._stored = {one.key.id: one for one in stored}
        index._bits.rows = (1 << len(stored)) - 1
        index._days = _bits((one.reply_by,) for one in stored)
        for number, dimension in enumerate(dimensions):
            index._bits.options[dimension] = _bits(one.values[number] for one in stored)
        return index

    def put(self, row: Row) -> None:
        """Add a post, or update it."""
        known = self._stored.get(row.key.id)
        now = StoredRow(row.key, row.reply_by, tuple(row.values.values()))
        if known == now:
            return
        if known is not None and known.key != row.key:
            self.remove(row.key.id)
            known = None
        position = bisect_left(self._keys, row.key)
        if known is None:
            self._shift(position)
            self._keys.insert(position, row.key)
            self._bits.rows = (1 << len(self._keys)) - 1
        self._stored[row.key.id] = now
        self._dimensions = tuple(row.values)
        self._set_bits(1 << position, self._values(known) if known else {}, row.values)
        if known is None or known.reply_by != row.reply_by:
            _flip(self._days, 1 << position, {row.reply_by} | ({known.reply_by} if known else set()))

    def _set_bits(self, bit: int, before: Values, after: Values) -> None:
        for dimension, values in after.items():
            _flip(self._bits.options.setdefault(dimension, {}), bit, set(before.get(dimension, ())) ^ set(values))
        self._facet_counts.note(before or None, after)

    def _values(self, stored: StoredRow) -> Values:
        return dict(zip(self._dimensions, stored.values, strict=True))

    def remove(self, row_id: int) -> None:
        """Remove a post that is no longer visible."""
        stored = self._stored.pop(row_id, None)
        if stored is None:
            return
        position = bisect_left(self._keys, stored.key)
        del self._keys[position]
        below = (1 << position) - 1
        for options in self._all_options():
            for value, bits in options.items():
                options[value] = (bits & below) | (bits >> position + 1 << position)
        self._bits.rows = (1 << len(self._keys)) - 1
        self._facet_counts.note(self._values(stored), None)

    def counts(self, chosen: Chosen, within: int | None = None) -> dict[str, dict[str, int]]:
        """Return, per dimension, the number of posts for each option given what is chosen in the other dimensions."""
        return self._bits.counts(chosen, within)

    def facet_counts(self, chosen: Chosen, within: int | None = None) -> Mapping[str, FacetCounts]:
        """Return `counts` as FacetCounts. Counts without `within` are cached and updated when posts change."""
        if within is not None:
            return {name: FacetCounts(counts) for name, counts in self.counts(chosen, within).items()}
        return self._facet_counts.counts_for(chosen, self.counts)

    def rows(self, ids: Iterable[int]) -> int:
        """Return these posts as bits; unknown ids are ignored."""
        bits = bytearray(len(self._keys) // 8 + 1)
        for row in filter(None, map(self._stored.get, ids)):
            position = bisect_left(self._keys, row.key)
            bits[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(bits, "little")

    def matching(self, chosen: Mapping[str, Sequence[str]], within: int | None = None) -> int:
        """Return the posts that match a filter, as bits."""
        return self._bits.matching(chosen, within)

    def published_between(self, after: int, until: int) -> int:
        """Return the posts published after a moment, up to and including another, in microseconds since 1970."""
        first = bisect_left(self._keys, Key(after + 1, 0))
        return (1 << max(first, bisect_left(self._keys, Key(until + 1, 0)))) - (1 << first)

    def newest(self, rows: int, limit: int, after: Key | None = None) -> list[Key]:
        """Return the newest posts among `rows`, starting after the key `after`."""
        if after is not None:
            rows &= (1 << bisect_left(self._keys, after)) - 1
        found: list[Key] = []
        while rows and len(found) < limit:
            base = max(0, rows.bit_length() - WINDOW)
            window = rows >> base
            rows ^= window << base
            while window and len(found) < limit:
                position = window.bit_length() - 1
                found.append(self._keys[base + position])
                window ^= 1 << position
        return found

    def by_reply_day(self, rows: int, limit: int, today: int, after: ReplyKey | None = None) -> list[ReplyKey]:
        """Return posts by reply-by day: today and later first, then posts without a day, then past days."""
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
        """Return the first posts of `ids`, in that order, that are set in `rows`."""
        found: list[Key] = []
        for row in filter(None, map(self._stored.get, ids)):
            if rows >> bisect_left(self._keys, row.key) & 1:
                found.append(row.key)
                if len(found) == limit:
                    break
        return found

    def _shift(self, position: int) -> None:
        """Make room for a row at a position; at the end, where new posts go, nothing needs to move."""
        if position == len(self._keys):
            return
        below = (1 << position) - 1
        for options in self._all_options():
            for value, bits in options.items():
                options[value] = (bits & below) | (bits >> position << position + 1)

    def _all_options(self) -> Iterator[dict[Any, int]]:
        yield from self._bits.options.values()
        yield self._days


def _bits(rows: Iterable[Sequence[Any]]) -> dict[Any, int]:
    """Return for each value the set of rows that have it, as bits; `rows` gives the values of each row."""
    positions: defaultdict[Any, list[int]] = defaultdict(list)
    count = 0
    for count, values in enumerate(rows, 1):  # `count` ends as the number of rows
        for value in values:
            positions[value].append(count - 1)
    found = {}
    for value, places in positions.items():
        bits = bytearray(count // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        found[value] = int.from_bytes(bits, "little")
    return found


def _flip(options: dict[Any, int], bit: int, values: Iterable[object]) -> None:
    """Toggle a row's bit for each of these options of a dimension."""
    for value in values:
        options[value] = options.get(value, 0) ^ bit
