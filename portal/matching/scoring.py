"""How well an entry fits a post, and what never fits.

The score is a weighted sum of what both have in common: their subject (by the terms of search), the category, the place
and the speerpunten. What would send people to the wrong place is no matter of degree: another education level, another
time of the year, what is full, and what is one's own, never match.
"""

from typing import NamedTuple

from portal.matching.distances import kilometres
from portal.matching.entries import EVERY_MBO, Entry
from portal.matching.kinships import nearness

SUBJECT, CATEGORY, PLACE, THEME = 0.60, 0.22, 0.12, 0.06
"""What each part weighs; they add up to 1. Chosen on the tuning half of `tests/relevance/matching`."""
LIKE_ENOUGH = 0.45
"""The likeness from which a subject counts as the same: a few telling words of a longer text are much."""
UNKNOWN_PLACE = 0.4
FAR_KM = 25.0
"""From here on a place counts for nothing; a class does not travel further for an hour's lesson."""
NEIGHBOUR_LEVEL = 0.9
"""Factor for mbo levels next to each other, which often share a place of work."""
MOST_DAYS_APART = 14
"""Days between two periods up to which people can still move a bit towards each other."""
UNRELATED = 0.85
"""Factor for categories that have nothing to do with each other: the same subject, but another kind of help."""
TOO_FEW = 0.9
"""Factor when there are fewer places than are sought: some of them still help."""


class Scored(NamedTuple):
    """An entry with how well it fits, 0 to 1."""

    score: float
    share: float
    entry: Entry


def score(asking: Entry, other: Entry, share: float) -> float:
    """Return how well an entry fits a post, from what both are and the share of the subject they have in common.

    0.0 when it does not fit at all.
    """
    if is_own(asking, other) or not fits_days(asking, other):
        return 0.0
    level = level_factor(asking, other)
    near = nearness(asking.category, other.category) if other.category else 0.0
    whole = (
        SUBJECT * min(1.0, share / LIKE_ENOUGH)
        + CATEGORY * near
        + PLACE * place_nearness(asking.municipality, other.municipality)
        + THEME * bool(asking.themes & other.themes)
    )
    whole *= 1.0 if near or not other.category else UNRELATED
    return whole * level * (TOO_FEW if has_too_few(asking, other) else 1.0)


def is_own(asking: Entry, other: Entry) -> bool:
    """Return whether both belong to the same person or organisation."""
    same_person = asking.author_id is not None and asking.author_id == other.author_id
    return same_person or (asking.organisation_id is not None and asking.organisation_id == other.organisation_id)


def level_factor(asking: Entry, other: Entry) -> float:
    """Return 1.0 when education levels overlap or one is not known, less for neighbours in mbo, 0.0 otherwise."""
    if not (asking.levels and other.levels) or asking.levels & other.levels:
        return 1.0
    mbo = asking.levels & EVERY_MBO
    beside = (mbo << 1 | mbo >> 1) & EVERY_MBO
    return NEIGHBOUR_LEVEL if beside & other.levels else 0.0


def fits_days(asking: Entry, other: Entry) -> bool:
    """Return whether two periods touch, or one of them names no days."""
    return asking.days is None or other.days is None or asking.days.apart(other.days) <= MOST_DAYS_APART


def place_nearness(one: str | None, other: str | None) -> float:
    """Return 1.0 for the same municipality, less the further apart two are, 0.0 from FAR_KM on."""
    if one is None or other is None:
        return UNKNOWN_PLACE
    apart = kilometres(one, other)
    return UNKNOWN_PLACE / 2 if apart is None else max(0.0, 1.0 - apart / FAR_KM)


def has_too_few(asking: Entry, other: Entry) -> bool:
    """Return whether an entry has fewer places than the other side asks for."""
    return bool(asking.places and other.places and other.places < asking.places)
