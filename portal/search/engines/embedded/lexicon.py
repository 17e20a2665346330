"""The lexicon of the embedded index: document frequencies, words by prefix, similarly spelt words."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from portal.search.engines.base import SearchUnavailable
from portal.search.query.lexicon import Known, Term

if TYPE_CHECKING:
    from portal.search.engines.embedded.segments import Snapshot


class SnapshotLexicon:
    """The lexicon of one generation of the index."""

    def __init__(
        self, snapshot: "Snapshot", on_damage: Callable[[BaseException], None], *, members: bool = False
    ) -> None:
        """Take the generation, what to call when its files cannot be read, and whether a member asks."""
        self._segments = [part.segment for part in snapshot.parts]
        hides = not members and any(part.facts.for_members for part in snapshot.parts)
        self._hidden = [part.hidden_from_visitors() for part in snapshot.parts] if hides else None
        self._on_damage = on_damage
        self.documents = len(snapshot)

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return the document frequency of each term; recently deleted documents may be included."""
        with self._reading():
            counted = {term: sum(segment.frequency(*term) for segment in self._segments) for term in terms}
        return {term: documents for term, documents in counted.items() if documents}

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return the most frequent longer words with a prefix."""
        counted: Counter[str] = Counter()
        with self._reading():
            for segment in self._segments:
                counted.update(dict(segment.words_beginning(beginning)))
            del counted[beginning]
            ordered = (Known(word, documents) for word, documents in counted.most_common())
            return list(islice(filter(self._may_propose, ordered), most))

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return the words that share most character n-grams with a word, without that word."""
        found: dict[str, tuple[int, float]] = {}
        with self._reading():
            for segment in self._segments:
                for known, likeness in segment.word_list.similar(word):
                    before = found.get(known.word, (0, 0.0))[0]
                    found[known.word] = (before + known.documents, likeness)
            ordered = sorted(found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))
            alike = ((Known(word, documents), likeness) for word, (documents, likeness) in ordered)
            return list(islice((pair for pair in alike if self._may_propose(pair[0])), most))

    def _may_propose(self, known: Known) -> bool:
        """Whether the searcher may find a document with this word."""
        if self._hidden is None:
            return True
        return any(
            segment.has_besides(known.word, hidden)
            for segment, hidden in zip(self._segments, self._hidden, strict=True)
        )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._on_damage(error)
            raise SearchUnavailable("damaged") from error
