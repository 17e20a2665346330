"""The n-gram index of the words of a segment, in a file beside it, for spelling correction.

The indexer writes it once, and searching processes read it as packed arrays in a few milliseconds; reading 50,000 words
from Whoosh's own list of terms takes half a second.
"""

import json
import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal.search.language import trigrams
from portal.search.query.lexicon import Known

SHORTEST, LONGEST = 3, 30
"""Letters of the words that are candidates for corrections."""

LEAST_LIKE = 0.3
"""Least similarity of a candidate: "les" and "mes" have 0.33."""

EXTENSION = ".words"
HEAD = struct.Struct("<4sIII")
"""File type, checksum of the rest, size of the table in bytes, number of words."""

MARK = b"pw01"


class WordList:
    """Words with their document frequencies, indexed by trigram; safe to share between threads."""

    def __init__(
        self, text: bytes, starts: "array[int]", documents: "array[int]", having: dict[str, "array[int]"]
    ) -> None:
        """Take the concatenated words, their offsets, their document frequencies, and per trigram the words with it."""
        self._text = text
        self._starts = starts
        self._documents = documents
        self._having = having

    @classmethod
    def from_words(cls, words: Iterable[tuple[str, int]]) -> "WordList":
        """Return the list of some words with their document frequencies."""
        text = bytearray()
        starts, documents = array("I", [0]), array("I")
        having: dict[str, array[int]] = {}
        for number, (word, count) in enumerate(_worth_it(words)):
            text += word.encode()
            starts.append(len(text))
            documents.append(count)
            for gram in trigrams.distinct(word):
                if gram not in having:
                    having[gram] = array("I")
                having[gram].append(number)
        return cls(bytes(text), starts, documents, having)

    def similar(self, word: str) -> list[tuple[Known, float]]:
        """Return the words similar to a word, without that word, in no particular order."""
        asked = trigrams.ngrams(word)
        shared: Counter[int] = Counter()
        for gram in asked:
            shared.update(self._having.get(gram, ()))
        least = LEAST_LIKE * len(asked) / (2 - LEAST_LIKE)
        found = []
        for number, count in shared.items():
            if count >= least:
                other = self._word(number)
                likeness = trigrams.similarity(count, len(asked), len(trigrams.ngrams(other)))
                if likeness >= LEAST_LIKE and other != word:
                    found.append((Known(other, self._documents[number]), likeness))
        return found

    def _word(self, number: int) -> str:
        return self._text[self._starts[number] : self._starts[number + 1]].decode()

    # ── on disk ──

    def write(self, path: Path) -> None:
        """Write the list to a file, atomically. Without the file the list is built from the index, which is slower."""
        table = json.dumps([[gram, len(having)] for gram, having in self._having.items()]).encode()
        arrays = (self._starts, self._documents, *self._having.values())
        body = b"".join((table, *(numbers.tobytes() for numbers in arrays), self._text))
        fresh = path.with_suffix(".fresh")
        fresh.write_bytes(HEAD.pack(MARK, zlib.crc32(body), len(table), len(self._documents)) + body)
        fresh.replace(path)

    @classmethod
    def read(cls, path: Path) -> "WordList | None":
        """Return the list in a file; None when it is missing or damaged."""
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if len(data) < HEAD.size:
            return None
        mark, checksum, table_bytes, count = HEAD.unpack_from(data)
        body = memoryview(data)[HEAD.size :]
        if mark != MARK or zlib.crc32(body) != checksum:
            return None
        table = json.loads(bytes(body[:table_bytes]))
        parts = _arrays(body[table_bytes:], [count + 1, count, *(size for _gram, size in table)])
        starts, documents = next(parts), next(parts)
        having = {gram: next(parts) for gram, _size in table}
        return cls(bytes(body[len(body) - starts[-1] :]) if starts[-1] else b"", starts, documents, having)


def _arrays(data: memoryview, sizes: Iterable[int]) -> "Iterator[array[int]]":
    position = 0
    for size in sizes:
        numbers = array("I")
        numbers.frombytes(data[position : position + size * numbers.itemsize])
        position += size * numbers.itemsize
        yield numbers


def _worth_it(words: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Return the words that are candidates for corrections."""
    return ((word, count) for word, count in words if SHORTEST <= len(word) <= LONGEST and word.isalpha())
