"""Counts beside filter options, without a query each: one bit per row, one whole number per option.

A filter is a set of chosen options per dimension. Options within a dimension are combined with OR, dimensions with
AND. The count beside an option is the number of results if it were chosen, with the other dimensions unchanged. With
20,000 rows and 100 options that takes a few hundred operations on integers of 2.5 kB: well under a millisecond.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

ROOM = 512
"""The number of positions of removed rows after which the index is compacted."""
Dimensions = Mapping[str, Iterable[str]]
Chosen = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class OptionBits:
    """Per dimension and option the bits of the rows that have it; `rows` are the bits of all rows."""

    options: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: int = 0

    def matching(self, chosen: Chosen, within: int | None = None, skip: str | None = None) -> int:
        """Return the rows that match a filter, ignoring dimension `skip`, optionally limited to the rows `within`."""
        rows = self.rows if within is None else within & self.rows
        for dimension, values in chosen.items():
            if values and dimension != skip:
                rows &= self.having(dimension, values)
        return rows

    def having(self, dimension: str, values: Iterable[str]) -> int:
        """Return the rows with any of these options."""
        options = self.options.get(dimension, {})
        return reduce(or_, (options.get(value, 0) for value in values), 0) & self.rows

    def counts(self, chosen: Chosen, within: int | None = None) -> dict[str, dict[str, int]]:
        """Return the count of every option per dimension, under the filter of the other dimensions."""
        found = {}
        for dimension, options in self.options.items():
            rows = self.matching(chosen, within, skip=dimension)
            found[dimension] = {value: (bits & rows).bit_count() for value, bits in options.items()}
        return found


class FacetIndex:
    """An index of which rows (by id) have which options; rows can be replaced and removed."""

    def __init__(self) -> None:
        """Make an empty index."""
        self._position: dict[int, int] = {}
        self._bits = OptionBits()
        self._next = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._bits.rows.bit_count()

    def copy(self) -> "FacetIndex":
        """Return an independent, compacted copy of the index."""
        copied = FacetIndex()
        if self._next > 2 * len(self) + ROOM:
            copied.load((row_id, self._dimensions(position)) for row_id, position in self._position.items())
            return copied
        copied._position, copied._next = dict(self._position), self._next
        copied._bits = OptionBits({name: dict(bits) for name, bits in self._bits.options.items()}, self._bits.rows)
        return copied

    def _dimensions(self, position: int) -> dict[str, list[str]]:
        """Return the options of the row at a position, per dimension."""
        return {
            name: [value for value, bits in options.items() if bits >> position & 1]
            for name, options in self._bits.options.items()
        }

    def load(self, rows: Iterable[tuple[int, Dimensions]]) -> None:
        """Add many rows; faster than one by one, because each option's bits are built once."""
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
            options = self._bits.options.setdefault(dimension, {})
            options[value] = options.get(value, 0) | int.from_bytes(bits, "little")
        self._bits.rows |= ((1 << len(rows)) - 1) << start
        self._next = start + len(rows)

    def remove(self, row_id: int) -> None:
        """Remove a row; does nothing for an unknown id."""
        position = self._position.pop(row_id, None)
        if position is not None:
            self._bits.rows &= ~(1 << position)

    def having(self, dimension: str, values: Iterable[str]) -> int:
        """Return the rows with any of these options, as bits."""
        return self._bits.having(dimension, values)

    def rows(self, ids: Iterable[int]) -> int:
        """Return these rows as bits; unknown ids are ignored."""
        bits = bytearray(self._next // 8 + 1)
        for row_id in ids:
            position = self._position.get(row_id)
            if position is not None:
                bits[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(bits, "little")

    def matching(self, chosen: Chosen, within: int | None = None) -> int:
        """Return the rows that match a filter, optionally limited to the rows `within`, as bits."""
        return self._bits.matching(chosen, within)

    def count(self, chosen: Chosen, within: int | None = None) -> int:
        """Return the number of rows that match a filter, optionally limited to the rows `within`."""
        return self.matching(chosen, within).bit_count()

    def counts(self, chosen: Chosen, within: int | None = None) -> dict[str, dict[str, int]]:
        """Return the count of every option per dimension, under the filter of the other dimensions."""
        return self._bits.counts(chosen, within)
