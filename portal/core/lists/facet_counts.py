"""A cache of the counts beside filter options, updated by each change instead of recounted.

Counting 300 options reads the bits of every row; updating them for one changed row touches a handful of numbers.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from portal.core.lists.facets import Chosen

Values = Mapping[str, Sequence[str]]
Counter = Callable[[Chosen], Mapping[str, Mapping[str, int]]]
FILTERS = 64
"""The number of cached filters (least recently used ones are evicted), with some 300 counts each."""
JOURNAL = 256
"""A filter that missed more changes than this is recounted."""


class FacetCounts(dict[str, int]):
    """The counts of one dimension: never changed once returned, and compared by identity, for use in cache keys."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # a dict says that it has none
    __eq__ = object.__eq__
    __ne__ = object.__ne__


class FacetCountCache:
    """The counts of the most recently used filters."""

    def __init__(self) -> None:
        """Create an empty cache."""
        self._kept: OrderedDict[tuple[tuple[str, tuple[str, ...]], ...], tuple[int, dict[str, FacetCounts]]] = (
            OrderedDict()
        )
        self._journal: list[tuple[Values | None, Values | None]] = []
        self._start = 0

    def note(self, before: Values | None, after: Values | None) -> None:
        """Record that a row was added (`before` is None), removed (`after` is None) or changed."""
        if not self._kept:
            return
        self._journal.append((before, after))
        if len(self._journal) > 2 * JOURNAL:
            del self._journal[:JOURNAL]
            self._start += JOURNAL

    def counts_for(self, chosen: Chosen, count: Counter) -> Mapping[str, FacetCounts]:
        """Return the counts for a filter; `count` computes them when they are not cached."""
        key = tuple((dimension, tuple(values)) for dimension, values in chosen.items())
        now = self._start + len(self._journal)
        since, tallies = self._kept.get(key, (-1, {}))
        if since < self._start:
            tallies = {dimension: FacetCounts(counts) for dimension, counts in count(chosen).items()}
        elif since < now:
            tallies = _followed(tallies, chosen, self._journal[since - self._start :])
        self._kept[key] = now, tallies
        self._kept.move_to_end(key)
        if len(self._kept) > FILTERS:
            self._kept.popitem(last=False)
        return tallies


def _followed(
    tallies: Mapping[str, FacetCounts], chosen: Chosen, changes: Sequence[tuple[Values | None, Values | None]]
) -> dict[str, FacetCounts]:
    """Return the counts after these changes; a dimension without changes keeps the same object."""
    new: dict[str, FacetCounts] = dict(tallies)
    for before, after in changes:
        for row, step in ((before, -1), (after, 1)):
            if row is not None:
                _add(new, tallies, chosen, row, step)
    return {name: tallies[name] if _same(tallies.get(name), tally) else tally for name, tally in new.items()}


def _same(before: FacetCounts | None, after: FacetCounts) -> bool:
    return before is not None and dict.__eq__(before, after)


def _add(new: dict[str, FacetCounts], old: Mapping[str, FacetCounts], chosen: Chosen, row: Values, step: int) -> None:
    """Add (+1) or subtract (-1) a row in every dimension for which it matches the filter of the other dimensions."""
    missed = [name for name, values in chosen.items() if values and not set(values) & set(row.get(name, ()))]
    for dimension, values in row.items():
        if missed and missed != [dimension]:
            continue
        if dimension not in new:
            new[dimension] = FacetCounts()
        elif values and new[dimension] is old.get(dimension):
            new[dimension] = FacetCounts(new[dimension])
        for value in values:
            new[dimension][value] = new[dimension].get(value, 0) + step
