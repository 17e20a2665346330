"""What a document scores exactly, from the weights of its terms: the embedded engine's sum, for the best few."""

from collections.abc import Mapping, Sequence

from portal.search import ranking
from portal.search.plan import Apart, Need, Variant
from portal.search.postgres import vectors
from portal.search.postgres.vectors import PREFIX
from portal.search.terms import WORDS

Weights = Mapping[bytes, float]


class Scorer:
    """Scores documents on the needs of a plan."""

    def __init__(self, needs: Sequence[Need], weak: Sequence[bool]) -> None:
        """Take the needs, and of which the weak ways count."""
        self._needs = needs
        self._weak = weak
        self._wanted = list(dict.fromkeys(key for need in needs for key in _keys(need)))
        self._whole = sum(need.rarity for need in needs) or 1.0

    def score(self, packed: bytes, phrases: Sequence[bool]) -> float:
        """Return what a document scores but for its prior; `phrases` says of each phrase whether it is there."""
        known = vectors.weights(packed, self._wanted)
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
"""Shares that add up to one but for rounding."""


def _key(field: str, term: str) -> bytes:
    return (PREFIX[field] + term).encode()


def _keys(need: Need) -> list[bytes]:
    variants = [*need.variants, *need.weak, *(one for apart in need.apart for group in apart.groups for one in group)]
    return [
        *(_key(variant.field, variant.term) for variant in variants),
        *(_key(WORDS, word) for word, _place in need.phrase),
    ]


def _strong(need: Need, known: Weights, *, stands: bool) -> float:
    best = _best(need.variants, known)
    for apart in need.apart:
        best = max(best, _together(apart, known))
    if stands:
        mean = sum(known.get(_key(WORDS, word), 0.0) for word, _place in need.phrase) / len(need.phrase)
        best = max(best, ranking.PHRASE * mean)
    return best


def _best(variants: Sequence[Variant], known: Weights) -> float:
    return max((one.factor * known.get(_key(one.field, one.term), 0.0) for one in variants), default=0.0)


def _together(apart: Apart, known: Weights) -> float:
    found = [_best(group, known) for group in apart.groups]
    return apart.factor * sum(found) / len(found) if all(found) else 0.0
