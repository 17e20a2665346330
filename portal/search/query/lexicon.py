"""What an engine tells about the words that it holds: planning a search needs it, and ranking by rarity."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Term = tuple[str, str]
"""A field of the index and a term in it: see `search.indexing.terms`."""


class Known(NamedTuple):
    """A word of the index."""

    word: str
    documents: int
    """How many documents have it; may be a little off after changes."""


class Lexicon(Protocol):
    """The words of an index."""

    documents: int
    """How many documents there are."""

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return how many documents have each term; terms that none has are left out."""

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return the most frequent words (field `words`) that begin so, itself left out."""

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return words (field `words`) that share most character n-grams with one, itself left out.

        Each with how alike they are, above 0 to 1 (Dice's coefficient of `grams.of`), the likest first.
        """


class NoWords:
    """The lexicon of an index that holds nothing."""

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
