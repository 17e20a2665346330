"""Character n-grams: how misspelt words are found back, whichever engine holds the words."""

from functools import lru_cache

SIZE = 3
EDGE = "^"
"""Stands before the first letter and after the last: beginnings and ends tell most."""


def distinct(word: str) -> set[str]:
    """Return the distinct trigrams of a folded word, its edges marked: "les" gives ^le, les, es^."""
    marked = f"{EDGE}{word}{EDGE}"
    return {marked[start : start + SIZE] for start in range(max(1, len(marked) - SIZE + 1))}


@lru_cache(maxsize=4096)
def of(word: str) -> frozenset[str]:
    """Return the same for a word that is asked for again and again."""
    return frozenset(distinct(word))


def likeness(shared: int, left: int, right: int) -> float:
    """Return Dice's coefficient of two sets of `left` and `right` grams that share `shared`."""
    return 2 * shared / (left + right) if left + right else 0.0


def slips_allowed(word: str) -> int:
    """Return how many slips of the hand one word may hold and still be recognised."""
    return 1 if len(word) <= 5 else 2


def slips(left: str, right: str) -> int:
    """Return how many letters to change, add, leave out or swap with their neighbour to make one word the other.

    The optimal string alignment distance; cut off (a high number) when the lengths already differ by three.
    """
    if abs(len(left) - len(right)) > 2:
        return 9
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, mine in enumerate(left, 1):
        line = [row]
        for column, other in enumerate(right, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (mine != other))
            if row > 1 and column > 1 and mine == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
