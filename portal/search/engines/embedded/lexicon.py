"""The words of the embedded index: how frequent, which begin so, which are spelt alike."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from portal.search.engines.base import SearchUnavailable
from portal.search.query.lexicon import Known, Term

if TYPE_CHECKING:
    from portal.search.engines.embedded.segments import Snapshot


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
            counted = {term: sum(segment.frequency(*term) for segment in self._segments) for term in terms}
        return {term: documents for term, documents in counted.items() if documents}

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
                for known, likeness in segment.word_list.similar(word):
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
