"""The query plan: one need per word or phrase of the query, with the index terms that match it.

A document matches a need through any of its terms: the word itself, another form, a compound that contains it, a
synonym, a longer word, or a corrected spelling. The best match determines the score. Terms that match only in part (the
head of a compound, a similarly spelt word) are `weak`: they are used only when few documents match the whole query.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """An index term that matches a need, and its weight relative to the word itself (1.0)."""

    field: str
    term: str
    factor: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Words that match only together: a document must have a variant of every group."""

    groups: tuple[tuple[Variant, ...], ...]
    factor: float
    """Multiplies the mean of the scores of the groups."""


class LazyTerms:
    """Variants that are computed when they are first read, because most searches never need them."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Iterable[Variant]]) -> None:
        """Take the function that computes them."""
        self._make = make
        self._made: tuple[Variant, ...] | None = None

    def get(self) -> tuple[Variant, ...]:
        """Return the variants, computed at the first call."""
        if self._made is None:
            self._made = tuple(self._make())
        return self._made

    def peek(self) -> tuple[Variant, ...]:
        """Return the variants if they were computed already, else none."""
        return self._made or ()


NOTHING = LazyTerms(tuple)


@dataclass(frozen=True, slots=True)
class Clause:
    """A word or phrase of the query. A document scores the best of its matching terms, times `rarity`."""

    shown: str
    rarity: float
    variants: tuple[Variant, ...] = ()
    all_of: tuple[AllOf, ...] = ()
    phrase: tuple[tuple[str, int], ...] = ()
    """Words with their relative positions, besides or instead of variants. A match scores `ranking.PHRASE` times the
    mean weight of the words."""
    further: LazyTerms = NOTHING
    """Weak variants; computed only when a search is widened."""

    @property
    def weak(self) -> tuple[Variant, ...]:
        """Variants that match only a part of what was asked for."""
        return self.further.get()

    @property
    def looked_at(self) -> tuple[Variant, ...]:
        """The variants to highlight: the weak ones only if the search was widened."""
        return self.variants + self.further.peek()


@dataclass(frozen=True, slots=True)
class Plan:
    """A query as an engine executes it."""

    clauses: tuple[Clause, ...] = ()
    without: tuple[Clause, ...] = ()
    """Documents that match any of these are excluded."""
    unknown: tuple[str, ...] = ()
    """Words without any matching or similar term in the index; there is no need for them."""
    corrected: str = ""
    """The query with misspelt words corrected; "" when none is."""
    ignored: tuple[str, ...] = ()
    """Words that were ignored because the query was too long."""
