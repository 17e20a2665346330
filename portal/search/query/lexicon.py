"""The interface of a lexicon: the terms of an index with their document frequencies, used to plan searches."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Term = tuple[str, str]
"""A field of the index and a term in it: see `search.indexing.terms`."""


class Known(NamedTuple):
    """A word of the index."""

    word: str
    documents: int
    """Document frequency; approximate after recent changes."""


class Lexicon(Protocol):
    """The words of an index."""

    documents: int
    """Number of documents in the index."""

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return the document frequency of each term; terms that are in no document are left out."""

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return the most frequent longer words (field `words`) with this prefix."""

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return the words (field `words`) that are most similar to a word, without that word.

        Each comes with its similarity, above 0 to 1 (Dice's coefficient of `grams.of`), the most similar first.
        """


class NoWords:
    """The lexicon of an empty index."""

    documents = 0

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return nothing."""
        return {}

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return nothing."""
        return []

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return nothing."""
        return []
