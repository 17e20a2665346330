"""Counts beside filter options, without a query each: one bit per row, one whole number per option.

A filter is a set of chosen options per dimension: options of one dimension widen (or), dimensions narrow (and).
The count shown beside an option is what one would find by choosing it, the other dimensions staying as they are.
At 20,000 rows and 100 options that is a few hundred operations on numbers of 2.5 kB: well under a millisecond.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

Dimensions = Mapping[str, Iterable[str]]
Chosen = Mapping[str, Sequence[str]]


class FacetIndex:
    """Which rows have which options. Rows are told apart by id; a row can be replaced or removed."""

    def __init__(self) -> None:
        """Make an empty index."""
        self._position: dict[int, int] = {}
        self._options: dict[str, dict[str, int]] = {}
        self._alive = 0
        self._next = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._alive.bit_count()

    def load(self, rows: Iterable[tuple[int, Dimensions]]) -> None:
        """Add many rows at once; faster than one by one because each option's number is built once."""
        gathered: dict[tuple[str, str], bytearray] = {}
        start = self._next
        rows = list(rows)
        width = (start + len(rows)) // 8 + 1
        for offset, (row_id, dimensions) in enumerate(rows):
            self.remove(row_id)
            position = start + offset
            self._position[row_id] = position
            for dimension, values in dimensions.items():
                for value in values:
                    bits = gathered.setdefault((dimension, value), bytearray(width))
                    bits[position >> 3] |= 1 << (position & 7)
        for (dimension, value), bits in gathered.items():
            options = self._options.setdefault(dimension, {})
            options[value] = options.get(value, 0) | int.from_bytes(bits, "little")
        self._alive |= ((1 << len(rows)) - 1) << start
        self._next = start + len(rows)

    def remove(self, row_id: int) -> None:
        """Forget a row."""
        position = self._position.pop(row_id, None)
        if position is not None:
            self._alive &= ~(1 << position)

    def having(self, dimension: str, values: Iterable[str]) -> int:
        """Return the rows that have any of these options, as bits."""
        options = self._options.get(dimension, {})
        return reduce(or_, (options.get(value, 0) for value in values), 0) & self._alive

    def rows(self, ids: Iterable[int]) -> int:
        """Return these rows as bits, unknown ids left out."""
        width = self._next // 8 + 1
        bits = bytearray(width)
        for row_id in ids:
            position = self._position.get(row_id)
            if position is not None:
                bits[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(bits, "little")

    def count(self, chosen: Chosen, within: int | None = None) -> int:
        """Return how many rows answer a filter, `within` limiting it to given rows."""
        return self._matching(chosen, within, skip=None).bit_count()

    def counts(self, chosen: Chosen, within: int | None = None) -> dict[str, dict[str, int]]:
        """Return per dimension the count of each of its options under the filter of the other dimensions."""
        return {
            dimension: self._counts_of(options, self._matching(chosen, within, skip=dimension))
            for dimension, options in self._options.items()
        }

    @staticmethod
    def _counts_of(options: Mapping[str, int], rows: int) -> dict[str, int]:
        return {value: (bits & rows).bit_count() for value, bits in options.items()}

    def _matching(self, chosen: Chosen, within: int | None, skip: str | None) -> int:
        rows = self._alive if within is None else within & self._alive
        for dimension, values in chosen.items():
            if values and dimension != skip:
                rows &= self.having(dimension, values)
        return rows
