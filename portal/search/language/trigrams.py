"""Spelling correction by character n-grams and edit distance, shared by both engines."""

from functools import lru_cache

SIZE = 3
EDGE = "^"
"""Marks beginning and end of a word, so that they weigh more in the comparison."""


def distinct(word: str) -> set[str]:
    """Return the distinct trigrams of a folded word, its edges marked: "les" gives ^le, les, es^."""
    marked = f"{EDGE}{word}{EDGE}"
    return {marked[start : start + SIZE] for start in range(max(1, len(marked) - SIZE + 1))}


@lru_cache(maxsize=4096)
def ngrams(word: str) -> frozenset[str]:
    """Return the trigrams of a folded word from a cache."""
    return frozenset(distinct(word))


def similarity(shared: int, left: int, right: int) -> float:
    """Return Dice's coefficient of two sets of n-grams, from their sizes and the size of their intersection."""
    return 2 * shared / (left + right) if left + right else 0.0


def swap(word: str, place: int) -> str:
    """Return a word with the letter at a place and the next one swapped."""
    return f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"


def edits_allowed(word: str) -> int:
    """Return the largest edit distance at which a word is still corrected."""
    return 1 if len(word) <= 7 else 2


SOUNDS = (("ij", "y"), ("ei", "y"), ("au", "ou"), ("sch", "sg"), ("ch", "g"), ("ck", "k"), ("c", "k"), ("ph", "f"),
          ("th", "t"), ("qu", "kw"), ("x", "ks"), ("z", "s"), ("v", "f"))  # fmt: skip
"""Dutch spellings of the same sound, which are often confused; such a confusion counts as one error."""


@lru_cache(maxsize=4096)
def phonetic_key(word: str) -> str:
    """Return a word with every sound of SOUNDS in one spelling."""
    for spelling, sound in SOUNDS:
        word = word.replace(spelling, sound)
    return f"{word[:-1]}t" if word.endswith("d") else word


def edit_distance(left: str, right: str) -> int:
    """Return the number of spelling errors that turn one word into the other.

    An error is a letter changed, added, omitted or swapped with its neighbour. All confusions of spellings of the same
    sound count as one error together.
    """
    return min(_distance(left, right), 1 + _distance(phonetic_key(left), phonetic_key(right)))


def _distance(left: str, right: str) -> int:
    """Return the optimal string alignment distance; a high number when the lengths already differ by three."""
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
