"""Splits Dutch compounds into the known words that they are made of.

A word is split only when all of it is accounted for: known words, and between them the letters that Dutch links
with (arbeid-s-markt, kind-er-opvang, leerling-en-raad). Of all ways the one counts with the fewest words, then the
most usual ones. Names are never split, nor words that the vocabulary calls whole. The work is bounded: one look-up
per letter, and at most MAX_PARTS words.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from portal.search.language.wordlist import Entry, Mark, WordList, words

MIN_WORD = 6
"""The shortest compounds: "bbluur"."""
MAX_WORD = 50
MAX_PARTS = 6
MIN_PART = 3
"""Two letters ("po") are a part only of words that are not known otherwise."""
CACHED = 4_000
"""Words whose parts are remembered here; what `search.language.analysis` makes of them it remembers itself."""

LINK_S = 80.0
"""What a linking -s- costs, in the measure of `Entry.rarity`: "tuinslang" is of a tuin and a slang."""
USUAL_S = re.compile(r"(?:ing|heid|teit|schap|dag|er|eling|aar|eur|ier)$")
"""After these -s- is the rule, and costs nothing."""
LINKED = 10.0
"""What it costs that a word is linked with -en-, -e- or -er-."""
SHARED = 90.0
"""What it costs to read one letter twice ("basischool"): only when nothing else explains the word."""
PART = 200.0
"""What each word costs: fewer words explain more, unless they are very rare ones."""
SHORT = {2: 60.0, 3: 40.0, 4: 15.0}
"""What few letters cost: short words hide in long ones."""


UNCOUNTED = 187
"""How rare a word is that was never met in the texts that were counted."""
STRANGE = 50.0
"""What such a word costs besides: "kantonrechter" is a rechter, no "onrechter"."""
LONG = 6
"""Letters from which chance hardly makes a word."""


class Way(NamedTuple):
    """One way to split: what it costs, and its words."""

    cost: float
    parts: tuple[str, ...]


@lru_cache(maxsize=CACHED)
def split(word: str) -> tuple[str, ...]:
    """Return the words that a folded compound is made of, in order; none when it is no compound of known words.

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
    """Whether a way to split a word that is known by itself is more than chance.

    Its parts must be more usual than itself: "gemeente" and "huis" explain "gemeentehuis", but whoever writes
    "praktijk" means neither "prak" nor "tijk".
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
    """Whether a folded word that is written with a capital within a sentence is to be taken for a name.

    It is when the word list does not know it, unless it ends in a word of this site's own vocabulary: a
    "Techniekcoalitie" is a coalitie, but "Zonneblos" is the name of a house.
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
    """Return where the next part may begin after a word that begins at `start`, and what the step costs."""
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
