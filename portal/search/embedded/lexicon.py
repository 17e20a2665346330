"""The words of the embedded index: how frequent, which begin so, which are spelt alike."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from portal.search import grams
from portal.search.engine import SearchUnavailable
from portal.search.lexicon import Known, Term

if TYPE_CHECKING:
    from portal.search.embedded.segments import Snapshot

SHORTEST, LONGEST = 3, 30
"""Letters of the words that a misspelling may stand for."""

LEAST_LIKE = 0.3
"""Words that share less are not alike: "les" and "mes" have 0.33."""


class GramIndex:
    """The words of a segment by their trigrams: arrays of numbers, some 60 bytes a word."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        """Take words with how many documents have each."""
        self._words: list[str] = []
        self._documents = array("I")
        self._sizes = array("B")
        self._having: dict[str, array[int]] = {}
        for word, documents in words:
            if SHORTEST <= len(word) <= LONGEST and word.isalpha():
                self._add(word, documents)

    def _add(self, word: str, documents: int) -> None:
        number = len(self._words)
        self._words.append(word)
        self._documents.append(documents)
        found = grams.of.__wrapped__(word)  # each word once: not worth remembering
        self._sizes.append(len(found))
        for gram in found:
            having = self._having.get(gram)
            if having is None:
                having = self._having[gram] = array("I")
            having.append(number)

    def similar(self, word: str) -> list[tuple[Known, float]]:
        """Return the words that are like one."""
        asked = grams.of(word)
        shared: Counter[int] = Counter()
        for gram in asked:
            shared.update(self._having.get(gram, ()))
        least = LEAST_LIKE / 2
        found = []
        for number, count in shared.items():
            if count < least * (len(asked) + self._sizes[number]) or self._words[number] == word:
                continue
            likeness = grams.likeness(count, len(asked), self._sizes[number])
            found.append((Known(self._words[number], self._documents[number]), likeness))
        return found


class SnapshotLexicon:
    """The words of one generation of the index."""

    def __init__(self, snapshot: "Snapshot", on_damage: Callable[[BaseException], None]) -> None:
        """Take the generation, and who is told when its files cannot be read."""
        self._segments = [part.segment for part in snapshot.parts]
        self._on_damage = on_damage
        self.documents = len(snapshot)

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return how many documents have each term; documents deleted a moment ago may still count."""
        with self._reading():
            return {term: sum(segment.frequency(*term) for segment in self._segments) for term in terms}

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return the most frequent words that begin so, itself left out."""
        counted: Counter[str] = Counter()
        with self._reading():
            for segment in self._segments:
                counted.update(dict(segment.words_beginning(beginning)))
        del counted[beginning]
        return [Known(word, documents) for word, documents in counted.most_common(most)]

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return words that share most character n-grams with one, itself left out."""
        found: dict[str, tuple[int, float]] = {}
        with self._reading():
            for segment in self._segments:
                for known, likeness in segment.grams.similar(word):
                    before = found.get(known.word, (0, 0.0))[0]
                    found[known.word] = (before + known.documents, likeness)
        ordered = sorted(found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))
        return [(Known(word, documents), likeness) for word, (documents, likeness) in ordered[:most]]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._on_damage(error)
            raise SearchUnavailable("damaged") from error
