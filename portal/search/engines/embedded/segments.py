"""What a searcher sees of the index: segments, which never change, and which of their documents are deleted.

A segment's facts (keys, facets, days) are read once and shared by all threads; its postings are read through a
reader of Whoosh's per thread, never shared. A new generation of the index reuses the segments it kept.
"""

import threading
import zlib
from array import array
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import SegmentReader, TermNotFound

from portal.core.lists.facets import FacetIndex
from portal.search.engines.embedded.codec import PackedMatcher
from portal.search.engines.embedded.files import IndexFiles, PositionedFile
from portal.search.engines.embedded.schema import FACTS
from portal.search.engines.embedded.words import EXTENSION, WordList
from portal.search.indexing.terms import WORDS, Facts
from portal.search.query import ranking

CHUNK_BYTES = 1 << 20
BEGINNINGS_SCANNED = 1_000
"""Most words looked at for one beginning, so that "de…" costs no more than a few milliseconds."""

BEGINNINGS_KEPT = 200


class DamagedIndex(Exception):
    """The bytes on disk are not those that were written."""


class _OneFile:
    """Whoosh's idea of a folder, for a file that is open already and may be gone from disk."""

    supports_mmap = False

    def __init__(self, file: PositionedFile) -> None:
        self._file = file

    def open_file(self, name: str, **_options: Any) -> PositionedFile:
        return self._file.subset(0, self._file.length, name)

    def close(self) -> None:
        """Nothing: the segment closes its file."""


class SegmentFacts:
    """What facets, order and identity need of each document of a segment, by document number."""

    def __init__(self, facts: list[Facts]) -> None:
        """Take the facts of all documents, deleted ones too, so that numbers are positions."""
        self.keys = [fact.key for fact in facts]
        self.days = array("i", [fact.day.toordinal() if fact.day else 0 for fact in facts])
        self.for_members = frozenset(number for number, fact in enumerate(facts) if fact.for_members)
        self.open = bytes(fact.is_open for fact in facts)
        self.facets = FacetIndex()
        self.facets.load((number, _dimensions(fact)) for number, fact in enumerate(facts))
        self._priors: tuple[date | None, list[float]] = (None, [])

    def priors(self, today: date) -> list[float]:
        """Return the factor of each document that does not hang on the words; made once a day."""
        day, priors = self._priors
        if day != today:
            priors = [
                ranking.prior(date.fromordinal(day) if day else None, bool(is_open), today)
                for day, is_open in zip(self.days, self.open, strict=True)
            ]
            self._priors = (today, priors)
        return priors


def _dimensions(fact: Facts) -> dict[str, tuple[str, ...]]:
    return {
        "type": fact.types,
        "theme": fact.themes,
        "year": (str(fact.year),) if fact.year else (),
        "organisation": fact.organisations,
    }


class Segment:
    """One segment of the index, checked when it is opened; shared by all threads."""

    def __init__(self, files: IndexFiles, segment: Any, schema: Any) -> None:
        """Open a segment of Whoosh's; raises DamagedIndex when its bytes are not what was written."""
        self._file: PositionedFile = files.open_file(segment.make_filename(segment.COMPOUND_EXT))
        if _checksum(self._file) != segment.checksum:
            raise DamagedIndex(segment.segment_id())
        self._segment, self._schema = segment, schema
        self._words_path = Path(files.folder) / f"{segment.segment_id()}{EXTENSION}"
        self._readers = threading.local()
        self._beginnings: OrderedDict[str, list[tuple[str, int]]] = OrderedDict()
        self._guard = threading.Lock()

    @cached_property
    def facts(self) -> SegmentFacts:
        """The facts of its documents."""
        column = self.reader().column_reader(FACTS)
        return SegmentFacts(
            [Facts.from_bytes(bytes(column[number])) for number in range(self._segment.doc_count_all())]
        )

    def reader(self) -> SegmentReader:
        """Return this thread's reader."""
        reader = getattr(self._readers, "reader", None)
        if reader is None:
            reader = self._readers.reader = SegmentReader(_OneFile(self._file), self._schema, self._segment)
        return reader

    def postings(self, field: str, term: str) -> dict[int, int]:
        """Return the documents that have a term, with its weight in each; deleted documents included."""
        found: dict[int, int] = {}
        matcher = self._matcher(field, term)
        if matcher is not None:
            for numbers, weights in matcher.blocks():
                found.update(zip(numbers, weights, strict=True))
        return found

    def places(self, word: str, among: set[int]) -> dict[int, "array[int]"]:
        """Return at which positions some documents have a word."""
        matcher = self._matcher(WORDS, word)
        if matcher is None:
            return {}
        return {
            number: array("H", places)
            for numbers, values in matcher.places()
            for number, places in zip(numbers, values, strict=True)
            if number in among
        }

    def _matcher(self, field: str, term: str) -> PackedMatcher | None:
        try:
            matcher = self.reader().postings(field, term.encode())
        except TermNotFound:
            return None
        return matcher.child if isinstance(matcher, FilterMatcher) else matcher

    def frequency(self, field: str, term: str) -> int:
        """Return how many documents have a term, deleted ones included."""
        frequency: int = self.reader().doc_frequency(field, term.encode())
        return frequency

    @cached_property
    def word_list(self) -> WordList:
        """Its words by their character n-grams: from the file beside it, or else gathered from its terms."""
        return WordList.read(self._words_path) or self.gather_words()

    def gather_words(self) -> WordList:
        """Return its words by their character n-grams, from its terms."""
        terms = self.reader().iter_from(WORDS, b"")
        return WordList.from_words(
            (word.decode(), info.doc_frequency())
            for (_field, word), info in takewhile(lambda item: item[0][0] == WORDS, terms)
        )

    def write_words(self) -> None:
        """Write its words beside it, for those that search."""
        if not self._words_path.exists():
            self.gather_words().write(self._words_path)

    def words_beginning(self, beginning: str) -> list[tuple[str, int]]:
        """Return words that begin so and how many documents have each; of very many only the first in order."""
        with self._guard:
            if beginning in self._beginnings:
                self._beginnings.move_to_end(beginning)
                return self._beginnings[beginning]
        words = self._scan(beginning)
        with self._guard:
            self._beginnings[beginning] = words
            while len(self._beginnings) > BEGINNINGS_KEPT:
                self._beginnings.popitem(last=False)
        return words

    def _scan(self, beginning: str) -> list[tuple[str, int]]:
        words: list[tuple[str, int]] = []
        start = beginning.encode()
        for (field, word), info in self.reader().iter_from(WORDS, start):
            if field != WORDS or not word.startswith(start) or len(words) == BEGINNINGS_SCANNED:
                break
            words.append((word.decode(), info.doc_frequency()))
        return words


@dataclass(frozen=True, slots=True)
class Part:
    """A segment as one generation of the index has it."""

    segment: Segment
    deleted: frozenset[int]

    @property
    def facts(self) -> SegmentFacts:
        """The facts of its documents."""
        return self.segment.facts

    def __len__(self) -> int:
        """Return the number of documents, deleted ones not counted."""
        return len(self.facts.keys) - len(self.deleted)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of the index: what a search sees from begin to end."""

    generation: int
    position: int
    """The highest number of the change feed that it holds."""
    parts: tuple[Part, ...]
    segments: dict[str, Segment]

    def __len__(self) -> int:
        """Return the number of documents."""
        return sum(map(len, self.parts))

    def keys(self) -> set[str]:
        """Return the keys of all documents."""
        return {key for part in self.parts for number, key in enumerate(part.facts.keys) if number not in part.deleted}


def _checksum(file: PositionedFile) -> int:
    total = 0
    for start in range(0, file.length, CHUNK_BYTES):
        total = zlib.crc32(file.get(start, min(CHUNK_BYTES, file.length - start)), total)
    return total
