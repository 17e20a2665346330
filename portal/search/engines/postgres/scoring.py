"""Exact scores, equal to those of the embedded engine, computed for the best few hits from the weights of terms."""

from collections.abc import Sequence
from functools import lru_cache

from portal.search.engines.postgres import vectors
from portal.search.engines.postgres.vectors import PREFIX
from portal.search.indexing.terms import WORDS
from portal.search.query import ranking
from portal.search.query.clauses import AllOf, Clause, Variant


@lru_cache(maxsize=2_000)
def _key(field: str, term: str) -> bytes:
    return (PREFIX[field] + term).encode() + b"\0"


class _Weights:
    """The weights of terms in a document, read from its packed vector when they are first needed."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._known: dict[tuple[str, str], float] = {}

    def weight(self, field: str, term: str) -> float:
        """Return the weight of a term, 0 when it is not there."""
        found = self._known.get((field, term))
        if found is None:
            found = vectors.weight_in(self._packed, _key(field, term))
            self._known[field, term] = found
        return found


class Scorer:
    """Scores documents on the needs of a plan."""

    def __init__(self, needs: Sequence[Clause], weak: Sequence[bool]) -> None:
        """Take the needs, and for each whether its weak variants count."""
        self._needs = needs
        self._weak = weak
        self._whole = sum(need.rarity for need in needs) or 1.0

    def score(self, packed: bytes, phrases: Sequence[bool]) -> float:
        """Return the score of a document without its prior; `phrases` tells which phrases it contains."""
        known = _Weights(packed)
        standing = iter(phrases)
        total = covered = 0.0
        for need, weak in zip(self._needs, self._weak, strict=True):
            found = _strong(need, known, stands=bool(need.phrase) and next(standing))
            share = need.rarity / self._whole
            if not found and weak:
                found, share = _best(need.weak, known), share * ranking.WEAK
            if found:
                total += need.rarity * found
                covered += share
        return total * ranking.coverage(min(1.0, covered) if covered < FULL else 1.0)


FULL = 1 - 1e-9
"""A covered share from which the whole query counts as covered, allowing for rounding."""


def _strong(need: Clause, known: _Weights, *, stands: bool) -> float:
    score = 0.0
    if stands:
        mean = sum(known.weight(WORDS, word) for word, _place in need.phrase) / len(need.phrase)
        score = ranking.PHRASE * mean
    score = _more(score, _best(need.variants, known))
    for apart in need.all_of:
        score = _more(score, _together(apart, known))
    return score


def _best(variants: Sequence[Variant], known: _Weights) -> float:
    score = 0.0
    for variant in variants:
        score = _more(score, variant.factor * known.weight(variant.field, variant.term))
    return score


def _more(score: float, further: float) -> float:
    """Combine the scores of two matches: the higher one counts in full."""
    return score + ranking.MORE * further if score > further else further + ranking.MORE * score


def _together(apart: AllOf, known: _Weights) -> float:
    found = [_best(group, known) for group in apart.groups]
    return apart.factor * sum(found) / len(found) if all(found) else 0.0
