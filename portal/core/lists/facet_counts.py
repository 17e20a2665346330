"""Counts beside the options of a filter, kept and put right by what changes instead of counted anew.

Counting 300 options goes through every row's bits; a changed row touches a handful of numbers.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from portal.core.lists.facets import Chosen

Values = Mapping[str, Sequence[str]]
Counter = Callable[[Chosen], Mapping[str, Mapping[str, int]]]
FILTERS = 64
"""Of so many filters, those asked for last, the counts are kept: some 300 numbers each."""
JOURNAL = 256
"""A filter that so many changes passed by is counted anew."""


class FacetCounts(dict[str, int]):
    """The counts of one dimension. One that was handed out never changes, so it is told apart by being itself."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # a dict says that it has none
    __eq__ = object.__eq__
    __ne__ = object.__ne__


class FacetCountCache:
    """The counts of the filters asked for last."""

    def __init__(self) -> None:
        """Make one that knows nothing."""
        self._kept: OrderedDict[tuple[tuple[str, tuple[str, ...]], ...], tuple[int, dict[str, FacetCounts]]] = (
            OrderedDict()
        )
        self._journal: list[tuple[Values | None, Values | None]] = []
        self._start = 0

    def note(self, before: Values | None, after: Values | None) -> None:
        """Remember that a row came (`before` is None), went (`after` is None) or changed."""
        if not self._kept:
            return
        self._journal.append((before, after))
        if len(self._journal) > 2 * JOURNAL:
            del self._journal[:JOURNAL]
            self._start += JOURNAL

    def counts_for(self, chosen: Chosen, count: Counter) -> Mapping[str, FacetCounts]:
        """Return the counts under a filter; `count` is asked for those that are not kept."""
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
    """Return counts after these changes; a dimension in which nothing changed keeps its very tally."""
    new: dict[str, FacetCounts] = dict(tallies)
    for before, after in changes:
        for row, step in ((before, -1), (after, 1)):
            if row is not None:
                _add(new, tallies, chosen, row, step)
    return {name: tallies[name] if _same(tallies.get(name), tally) else tally for name, tally in new.items()}


def _same(before: FacetCounts | None, after: FacetCounts) -> bool:
    return before is not None and dict.__eq__(before, after)


def _add(new: dict[str, FacetCounts], old: Mapping[str, FacetCounts], chosen: Chosen, row: Values, step: int) -> None:
    """Count a row in (+1) or out (-1) of every dimension whose other dimensions let it through."""
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
