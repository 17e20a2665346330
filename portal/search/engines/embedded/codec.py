"""The codec of posting lists: Whoosh's own, with each block of a posting list stored as packed arrays.

Whoosh reads a posting list one posting at a time, about 5 µs each, which is too slow for words that half of the
documents contain. Packed arrays load 10,000 postings in a millisecond, and the index is a third of the size.

A block consists of a head (number of bytes that follow, negative in the last block; number of postings; highest
document number; highest weight), the document numbers, the weights in 1/WEIGHT_UNITS, and for fields with positions
the number of positions per posting and the positions.
"""

import struct
from array import array
from collections.abc import Iterator
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3PostingsWriter

BLOCK = 4096
"""Postings per block; most lists fit in one block."""

WEIGHT_UNITS = 8_000
"""Units of a weight of 1.0. Weights are at most about 7.5 (see `ranking.weight`), so they fit in two bytes."""

MAX_WEIGHT = 65_535
MAX_PLACES = 255
HEAD = struct.Struct("<iIIf")


class PackedWriter(W3PostingsWriter):  # type: ignore[misc]  # published without types
    """Writes posting lists."""

    def _write_block(self, last: bool = False) -> None:
        self._terminfo.add_block(self)
        body = self._ids.tobytes() + self._packed_weights() + self._packed_values()
        size = -len(body) if last else len(body)
        self._postfile.write(HEAD.pack(size, len(self._ids), self._ids[-1], self._maxweight) + body)
        self._blockcount += 1
        self._new_block()

    def _packed_weights(self) -> bytes:
        return array("H", [min(MAX_WEIGHT, round(weight * WEIGHT_UNITS)) for weight in self._weights]).tobytes()

    def _packed_values(self) -> bytes:
        if self._format.fixed_value_size() == 0:
            return b""
        values = [value[: MAX_PLACES * 2] for value in self._values]
        return bytes([len(value) // 2 for value in values]) + b"".join(values)


class PackedMatcher(W3LeafMatcher):  # type: ignore[misc]  # published without types
    """Reads posting lists: one posting at a time for Whoosh's merging, by block for searching."""

    def blocks(self) -> Iterator[tuple["array[int]", "array[int]"]]:
        """Return document numbers and weights in 1/WEIGHT_UNITS, a block at a time, to the end of the list."""
        while self.is_active():
            yield self._packed("I", 0, 4), self._packed("H", 4, 2)
            self._next_block()

    def places(self) -> Iterator[tuple["array[int]", list[bytes]]]:
        """Return document numbers and packed positions, a block at a time."""
        while self.is_active():
            yield self._packed("I", 0, 4), self._unpacked_values()
            self._next_block()

    _ids: "array[int] | None"
    _weights: list[float] | None
    _values: list[bytes] | None

    def _read_header(self) -> None:
        self._baseoffset = self._startoffset

    def _goto(self, position: int) -> None:
        self._i = 0
        self._ids = self._weights = self._values = None
        self._minlength = self._maxlength = 0
        size, self._blocklength, self._maxid, self._maxweight = HEAD.unpack(self._postfile.get(position, HEAD.size))
        self._lastblock = size < 0
        self._dataoffset = position + HEAD.size
        self._nextoffset = self._dataoffset + abs(size)

    def _packed(self, typecode: str, offset: int, width: int) -> "array[int]":
        start = self._dataoffset + offset * self._blocklength
        return array(typecode, self._postfile.get(start, width * self._blocklength))

    def _read_ids(self) -> None:
        self._ids = self._packed("I", 0, 4)

    def _read_weights(self) -> None:
        self._weights = [weight / WEIGHT_UNITS for weight in self._packed("H", 4, 2)]

    def _read_values(self) -> None:
        self._values = self._unpacked_values()

    def _unpacked_values(self) -> list[bytes]:
        if self.format.fixed_value_size() == 0:
            return [b""] * self._blocklength
        counts = self._packed("B", 6, 1)
        data, start, values = self._postfile.get(self._dataoffset + 7 * self._blocklength, 2 * sum(counts)), 0, []
        for count in counts:
            values.append(data[start : start + 2 * count])
            start += 2 * count
        return values


class PackedCodec(W3Codec):  # type: ignore[misc]  # published without types
    """Whoosh's codec with packed posting lists, and without field lengths, which the weights include."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=BLOCK, inlinelimit=0)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PackedWriter:
        """Return a writer of posting lists."""
        return PackedWriter(dbfile, blocklimit=self._blocklimit, inlinelimit=0)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> PackedMatcher:
        """Return a reader of one posting list."""
        offset, length = terminfo.extent()
        return PackedMatcher(dbfile, offset, length, format_, term=term, scorer=scorer)
