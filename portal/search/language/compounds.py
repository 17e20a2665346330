"""Splits Dutch compounds into the known words that they consist of.

A word is split only when it consists entirely of known words and the linking letters between them (arbeid-s-markt,
kind-er-opvang, leerling-en-raad). Of all possible splits the cheapest is used: few words, and frequent ones. Names and
words that the vocabulary marks as whole are never split. The cost of splitting is bounded: one look-up per letter, and
at most MAX_PARTS words.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from portal.search.language.wordlist import Entry, Mark, WordList, words

MIN_WORD = 6
"""Letters of the shortest compound: "bbluur"."""
MAX_WORD = 50
MAX_PARTS = 6
MIN_PART = 3
"""Letters of the shortest part; shorter ones ("po") are allowed only in words that are not in the word list."""
CACHED = 4_000
"""Words whose parts are cached here; `search.language.analysis` has its own cache of stems."""

LINK_S = 80.0
"""Cost of a linking -s-, in units of `Entry.rarity`; high, because "tuinslang" is tuin + slang."""
USUAL_S = re.compile(r"(?:ing|heid|teit|schap|dag|er|eling|aar|eur|ier)$")
"""Ends of words after which a linking -s- is regular and costs nothing."""
LINKED = 10.0
"""Cost of a link with -en-, -e- or -er-."""
SHARED = 90.0
"""Cost of a letter that two parts share ("basischool"): used only when there is no other split."""
PART = 200.0
"""Cost of each part, so that fewer parts win unless they are very rare words."""
SHORT = {2: 60.0, 3: 40.0, 4: 15.0}
"""Extra cost of short parts, by their number of letters: they occur in long words by chance."""


UNCOUNTED = 187
"""Rarity from which a word does not occur in the frequency list."""
STRANGE = 50.0
"""Extra cost of such a word, so that "kantonrechter" becomes kanton + rechter, not kant + onrechter."""
LONG = 6
"""Letters from which a word hardly occurs inside another by chance."""


class Way(NamedTuple):
    """A possible split: its cost and its words."""

    cost: float
    parts: tuple[str, ...]


@lru_cache(maxsize=CACHED)
def split(word: str) -> tuple[str, ...]:
    """Return the words that a folded compound consists of, in order; empty when it is no compound of known words.

    "arbeidsmarktregio" gives arbeidsmarkt, regio: a part may be a compound itself.
    """
    if not MIN_WORD <= len(word) <= MAX_WORD or not word.isalpha():
        return ()
    known = words()
    entry = known.get(word)
    if entry is None or not entry.marks & (Mark.WORD | Mark.NAME):
        way = _best(word, known, shared=False) or _best(word, known, shared=True)
        return way.parts if way else ()
    if entry.marks & (Mark.NAME | Mark.WHOLE):
        return ()
    base = known.word(entry.base)
    if base != word and not split(base):
        return ()
    way = _best(word, known, shared=False)
    return way.parts if way and _explains(way, entry, known) else ()


def _explains(way: Way, whole: Entry, known: WordList) -> bool:
    """Whether a split of a word that is in the word list itself is not a coincidence.

    Its parts must be more frequent than the word: "gemeentehuis" is gemeente + huis, but "praktijk" is not
    prak + tijk.
    """
    entries = [entry for entry in map(known.get, way.parts) if entry]
    chance = any(len(entry.word) < (LONG if entry.rarity >= UNCOUNTED else MIN_PART) for entry in entries)
    return not chance and sum(entry.rarity for entry in entries) <= whole.rarity * len(entries)


@lru_cache(maxsize=CACHED)
def parts(word: str) -> tuple[str, ...]:
    """Return the smallest known words of a compound, in order: "arbeidsmarktregio" gives arbeid, markt, regio."""
    return tuple(small for part in split(word) for small in (parts(part) or (part,)))


def all_parts(word: str) -> tuple[str, ...]:
    """Return every word within a compound, the larger ones before their own parts, each once."""
    found = [inner for part in split(word) for inner in (part, *all_parts(part))]
    return tuple(dict.fromkeys(found))


def may_be_name(word: str) -> bool:
    """Whether a folded word that has a capital inside a sentence is treated as a name.

    Words that are not in the word list are, unless they end in a word of this site's own vocabulary:
    "Techniekcoalitie" is a coalitie, "Zonneblos" is the name of a building.
    """
    if words().get(word) is not None:
        return False
    last = words().get(split(word)[-1]) if split(word) else None
    return last is None or not last.marks & Mark.OURS


def _best(word: str, known: WordList, *, shared: bool) -> Way | None:
    """Return the cheapest way to split a word; None when there is none. `shared`: parts may share a letter."""
    ways: list[Way | None] = [Way(0.0, ()), *(None for _ in word)]
    for start in range(len(word)):
        way = ways[start]
        if way is None or len(way.parts) == MAX_PARTS:
            continue
        for entry in known.beginnings(word[start:]):
            if len(entry.word) == len(word):
                continue
            for end, cost in _ends(word, start, entry, shared=shared):
                there = ways[end]
                if there is None or way.cost + cost < there.cost:
                    part = known.word(entry.base) if entry.marks & Mark.LINKED and end < len(word) else entry.word
                    ways[end] = Way(way.cost + cost, (*way.parts, part))
    return ways[-1]


def _ends(word: str, start: int, entry: Entry, *, shared: bool) -> list[tuple[int, float]]:
    """Return the positions at which the part that begins at `start` may end, each with the cost of that part."""
    end = start + len(entry.word)
    cost = PART + entry.rarity + SHORT.get(len(entry.word), 0.0) + STRANGE * (entry.rarity >= UNCOUNTED)
    if end == len(word):
        return [(end, cost)] if entry.marks & Mark.LAST else []
    if not entry.marks & Mark.FIRST:
        return [(end, cost + LINKED)] if entry.marks & Mark.LINKED else []
    ends = [(end, cost)]
    if word.startswith("s", end) and end + 1 < len(word):
        ends.append((end + 1, cost + (0.0 if USUAL_S.search(entry.word) else LINK_S)))
    if shared:
        ends.append((end - 1, cost + SHARED))
    return ends
