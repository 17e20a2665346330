"""What a plan is made of: one need per word or phrase that is asked for.

A document answers a need through the best of its ways: the word itself, another form, a compound that holds it, a
word that means the same, a longer word, or one spelt alike. Ways that answer only in part (the head of a compound, a
word that is merely alike) are `weak`: they count when few documents have all that was asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """A term of the index that answers a need, and how good it is beside the word itself (1.0)."""

    field: str
    term: str
    factor: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Words that answer together: a document needs one variant of each group."""

    groups: tuple[tuple[Variant, ...], ...]
    factor: float
    """Multiplies the mean of the best variant of each group."""


class LazyTerms:
    """Variants that are made when they are first asked for: most searches never do."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Iterable[Variant]]) -> None:
        """Take who makes them."""
        self._make = make
        self._made: tuple[Variant, ...] | None = None

    def get(self) -> tuple[Variant, ...]:
        """Return them."""
        if self._made is None:
            self._made = tuple(self._make())
        return self._made

    def peek(self) -> tuple[Variant, ...]:
        """Return them if anybody asked for them yet."""
        return self._made or ()


NOTHING = LazyTerms(tuple)


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing asked for. What a document scores on it is the best that any of its ways gives, times `rarity`."""

    shown: str
    rarity: float
    variants: tuple[Variant, ...] = ()
    all_of: tuple[AllOf, ...] = ()
    phrase: tuple[tuple[str, int], ...] = ()
    """Words with their places that must stand so, beside or instead of variants. Scores `ranking.PHRASE` times their
    mean weight."""
    further: LazyTerms = NOTHING
    """Ways that answer in part: only looked at when a search is widened."""

    @property
    def weak(self) -> tuple[Variant, ...]:
        """Ways that answer in part."""
        return self.further.get()

    @property
    def looked_at(self) -> tuple[Variant, ...]:
        """The ways, those in part only if the search was widened: what to highlight."""
        return self.variants + self.further.peek()


@dataclass(frozen=True, slots=True)
class Plan:
    """All that an engine needs to know of a query."""

    clauses: tuple[Clause, ...] = ()
    without: tuple[Clause, ...] = ()
    """A document that answers any of these is left out."""
    unknown: tuple[str, ...] = ()
    """Words that nothing in the index is like: left out of the needs."""
    corrected: str = ""
    """The query in words that the index has, when some of those typed are unknown and look misspelt."""
    ignored: tuple[str, ...] = ()
    """What was left out because there was too much of it."""
