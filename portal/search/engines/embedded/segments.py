"""Read access to the index: immutable segments, and per generation which of their documents are deleted.

The stored fields of a segment (keys, facets, days) are read once and shared by all threads; posting lists are read
through one Whoosh reader per thread. A new generation of the index reuses the segments that did not change.
"""

import threading
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Set
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
"""Most words that are read for one prefix, so that "de…" takes no more than a few milliseconds."""

BEGINNINGS_KEPT = 200


class DamagedIndex(Exception):
    """The checksum of a segment does not match its bytes."""


class _OneFile:
    """A Whoosh storage with one file, which is open already and may have been deleted."""

    supports_mmap = False

    def __init__(self, file: PositionedFile) -> None:
        self._file = file

    def open_file(self, name: str, **_options: Any) -> PositionedFile:
        return self._file.subset(0, self._file.length, name)

    def close(self) -> None:
        """Do nothing: the segment closes its file."""


class SegmentFacts:
    """The stored fields of the documents of a segment, by document number."""

    def __init__(self, facts: list[Facts]) -> None:
        """Take the fields of all documents in order, deleted ones included."""
        self.keys = [fact.key for fact in facts]
        self.days = array("i", [fact.day.toordinal() if fact.day else 0 for fact in facts])
        self.for_members = frozenset(number for number, fact in enumerate(facts) if fact.for_members)
        self.open = bytes(fact.is_open for fact in facts)
        self.facets = FacetIndex()
        self.facets.load((number, _dimensions(fact)) for number, fact in enumerate(facts))
        self._priors: tuple[date | None, list[float]] = (None, [])

    def priors(self, today: date) -> list[float]:
        """Return the query-independent factor of each document (`ranking.prior`); computed once a day."""
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
    """A segment of the index, verified when it is opened; shared by all threads."""

    def __init__(self, files: IndexFiles, segment: Any, schema: Any) -> None:
        """Open a Whoosh segment; raises DamagedIndex when its checksum does not match."""
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
        """Return the posting list of a term as weights by document number; deleted documents are included."""
        found: dict[int, int] = {}
        matcher = self._matcher(field, term)
        if matcher is not None:
            for numbers, weights in matcher.blocks():
                found.update(zip(numbers, weights, strict=True))
        return found

    def places(self, word: str, among: set[int]) -> dict[int, "array[int]"]:
        """Return the positions of a word in some documents."""
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
        """Return the document frequency of a term, deleted documents included."""
        frequency: int = self.reader().doc_frequency(field, term.encode())
        return frequency

    def has_besides(self, word: str, hidden: Set[int]) -> bool:
        """Whether a word is in a document that is not one of the hidden ones."""
        matcher = self._matcher(WORDS, word)
        return matcher is not None and any(
            number not in hidden for numbers, _weights in matcher.blocks() for number in numbers
        )

    @cached_property
    def word_list(self) -> WordList:
        """Its n-gram index of words: from the file beside the segment, or else built from its terms."""
        return WordList.read(self._words_path) or self.gather_words()

    def gather_words(self) -> WordList:
        """Build its n-gram index of words from its terms."""
        terms = self.reader().iter_from(WORDS, b"")
        return WordList.from_words(
            (word.decode(), info.doc_frequency())
            for (_field, word), info in takewhile(lambda item: item[0][0] == WORDS, terms)
        )

    def write_words(self) -> None:
        """Write its n-gram index of words to the file beside the segment."""
        if not self._words_path.exists():
            self.gather_words().write(self._words_path)

    def words_beginning(self, beginning: str) -> list[tuple[str, int]]:
        """Return the first BEGINNINGS_SCANNED words with a prefix, with their document frequencies."""
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
    """A segment with the documents of it that are deleted in one generation of the index."""

    segment: Segment
    deleted: frozenset[int]

    @property
    def facts(self) -> SegmentFacts:
        """The facts of its documents."""
        return self.segment.facts

    def hidden_from_visitors(self) -> frozenset[int]:
        """Return the documents that visitors may not find."""
        return self.deleted | self.facts.for_members

    def __len__(self) -> int:
        """Return the number of documents, deleted ones not counted."""
        return len(self.facts.keys) - len(self.deleted)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of the index: a consistent view for the duration of a search."""

    generation: int
    position: int
    """The id of the last change that it includes."""
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
