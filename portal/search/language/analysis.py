"""How text becomes terms: one analysis for indexing, querying and highlighting, whichever engine stores it.

A token has a *surface*, folded (lower case, no accents), and *stems*. Two Dutch stemmers miss different pairs,
so both count. Accents fold before the stop list looks, so that "één" is the stop word it is. A word with a
hyphen, an apostrophe or an ampersand is known joined and by its parts: "mbo-school" is also "mboschool",
"mbo" and "school".
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import Stemmer

from portal.core.text import fold as fold_accents
from portal.search.language import compounds
from portal.search.language.base_forms import base_form
from portal.search.language.wordlist import Mark, words

MAX_WORD = 50
"""Longer runs of letters are no words: not indexed, not looked for."""

DERIVED = 7
"""Letters from which "-er" makes a person of a verb ("begeleider"); shorter words are mostly chance ("water")."""

CACHED = 20_000
"""Words whose analysis is remembered: the frequent ones make up nearly all of a text."""

STOP_WORDS = frozenset(
    """
    aan al alle alleen als anders bij ben bent daar dan dat de der deze die dit doen doet door dus een eens en er
    had heb hebben heeft het hier hij hoe hun iets ik in is je jij jou jouw jullie kan kon kun kunnen maar me meer
    men met mij mijn moet moeten na naar niet niets nog nu of om omdat ons onze ook op over per pas te tegen toch
    toen tot tussen u uit uw van veel voor want waren was wat we wel welke werd wie wij wil word worden wordt zal
    ze zei zelf zich zij zijn zo zo'n z'n m'n zodat zoals zonder zou
    """.split()  # noqa: SIM905  # words in a row read better than a hundred strings
)
"""Words that are in nearly every text: looking for them finds everything and tells nothing apart."""

TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])"  # m.b.o., R.O.C
    r"|\d+(?:[.,:]\d+)+"  # 2.0, 15.30, 1.500,00
    r"|(?<![^\W_])[^\W\d_]{1,2}(?:\+\+|\#)"  # c++, c#
    r"|[^\W_]+(?:['’&‐‑-][^\W_]+)*"  # a word, joined or not
)
JOINER = re.compile(r"['’&‐‑-]")
SENTENCE_END = re.compile(r"[.!?:;…\n•\"“”„«»(]")
"""What may stand before a word that has a capital because a sentence begins."""
SOFT_HYPHEN = "\u00ad"
UNDECOMPOSED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})

_stemmers = (Stemmer.Stemmer("dutch", 0), Stemmer.Stemmer("dutch_porter", 0))  # without caches: `stems` has one
_stemming = Lock()  # a stemmer keeps a buffer, so threads take turns


@lru_cache(maxsize=CACHED)
def fold(word: str) -> str:
    """Return a word in lower case without accents."""
    return word.lower() if word.isascii() else fold_accents(fold_accents(word)).translate(UNDECOMPOSED)


@lru_cache(maxsize=CACHED)
def stems(surface: str) -> tuple[str, ...]:
    """Return the stems of a folded word, one or two; what is not all letters is its own stem.

    Stemmed is the base form ("gezocht" as "zoeken"). A stem that cuts a known word down to another one is left out:
    a "markt" is no "mark", a "gemeente" not "gemeen".
    """
    if not surface.isalpha():
        return (surface,)
    base = base_form(surface)
    found = _snowball(base)
    if base == surface and words().get(surface) is None:
        return found
    telling = tuple(stem for stem in found if not _misleads(stem, base))
    return tuple(dict.fromkeys((*(telling or (base,)), *_root(base))))


def _snowball(word: str) -> tuple[str, ...]:
    with _stemming:
        return tuple(dict.fromkeys(stemmer.stemWord(word) for stemmer in _stemmers))


def _root(base: str) -> tuple[str, ...]:
    """Return the stems of what a word is derived from where the stemmers miss it: "begeleider", "inzetbaarheid"."""
    if len(base) < DERIVED:
        return ()
    if base.endswith("heid"):
        quality = words().get(base.removesuffix("heid"))
        itself = quality and quality.marks & Mark.LAST and words().word(quality.base) == quality.word
        return stems(quality.word) if quality and itself else ()
    verb = words().get(f"{base[:-2]}en") if base.endswith("er") else None
    return stems(verb.word) if verb and words().word(verb.base) == verb.word and verb.marks & Mark.WHOLE else ()


def _misleads(stem: str, base: str) -> bool:
    """Whether a stem of a known word is another word: not for verbs, whose stems are often nouns of the same root."""
    if not stem.startswith(base[:2]):
        return True
    if not base.startswith(stem) and not base.endswith(("d", "t")) and base.replace("ge", "", 1).startswith(stem):
        return True  # of "begeleider" a stemmer takes the "ge", as if it were a participle
    if stem == base or base.endswith("en") or (len(stem) > 4 and base.endswith((f"{stem}heid", f"{stem}ing"))):
        return False
    entry = words().get(stem)
    return entry is not None and bool(entry.marks & Mark.WORD) and words().word(entry.base) == stem


def parts(surface: str) -> tuple[str, ...]:
    """Return the smallest known words that a compound is made of, in order; none for what is no compound of them."""
    return compounds.parts(surface)


@dataclass(frozen=True, slots=True)
class Pieces:
    """What one token of a text stands for: its parts in order, and the whole when it has several."""

    parts: tuple[tuple[str, int], ...]
    """Surfaces with their offsets, stop words left out."""
    joined: str | None
    width: int
    """How many positions it takes, stop words counted."""

    def surfaces(self) -> tuple[tuple[str, int], ...]:
        """Return everything it is known by, with offsets."""
        return ((self.joined, 0), *self.parts) if self.joined else self.parts


@lru_cache(maxsize=CACHED)
def pieces(token: str) -> Pieces:
    """Return what a token (a match of TOKEN) stands for."""
    if len(token) > MAX_WORD:
        return Pieces((), None, 1)
    whole = fold(token)
    if "." in token and not token[0].isdigit():
        return _single(whole.replace(".", ""))
    split = [part for part in JOINER.split(whole) if part]
    if len(split) < 2 or whole.replace("’", "'") in STOP_WORDS:
        return _single(whole)
    parts = tuple((part, place) for place, part in enumerate(split) if _is_telling(part))
    return Pieces(parts, "".join(split), len(split))


def _single(surface: str) -> Pieces:
    return Pieces(((surface, 0),) if _is_telling(surface) else (), None, 1)


def _is_telling(surface: str) -> bool:
    """Whether a word is worth looking for: no stop word, no lone letter."""
    return (
        surface not in STOP_WORDS
        and surface.replace("’", "'") not in STOP_WORDS
        and (len(surface) > 1 or surface.isdigit())
    )


@lru_cache(maxsize=CACHED)
def known_as(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the surfaces of a token and their stems."""
    surfaces = tuple(surface for surface, _offset in pieces(token).surfaces())
    return surfaces, tuple(stem for surface in surfaces for stem in stems(surface))


def normalise(text: str) -> str:
    """Return text in the form in which tokens are looked for; its length may differ from the original's."""
    return unicodedata.normalize("NFC", text).replace(SOFT_HYPHEN, "")


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Return the tokens of normalised text, in order."""
    return TOKEN.finditer(text)


def surfaces(text: str, start: int = 0) -> Iterator[tuple[str, int]]:
    """Return the surfaces of a text with their positions; the parts of a joined word have positions of their own."""
    position = start
    for match in tokens(normalise(text)):
        found = pieces(match.group())
        for surface, offset in found.surfaces():
            yield surface, position + offset
        position += found.width


@dataclass(slots=True)
class FieldTerms:
    """The terms of one text with how often each occurs."""

    words: Counter[str]
    stems: Counter[str]
    parts: Counter[str]
    """Stems of the known words that compounds are made of."""
    positions: dict[str, list[int]]
    length: int
    end: int
    """The position after the last."""


def analyse(text: str, start: int = 0) -> FieldTerms:
    """Return the terms of a text; positions begin at `start`."""
    positions: dict[str, list[int]] = defaultdict(list)
    names: Counter[str] = Counter()
    position, last, end = start, start, -1
    text = normalise(text)
    for match in tokens(text):
        token = match.group()
        found = pieces(token)
        for surface, offset in found.surfaces():
            last = position + offset
            positions[surface].append(last)
        if token[0].isupper() and end >= 0 and not SENTENCE_END.search(text, end, match.start()):
            names.update(surface for surface, _offset in found.surfaces() if is_name(token, surface))
        end = match.end()
        position += found.width
    words = Counter({surface: len(places) for surface, places in positions.items()})
    found_stems: Counter[str] = Counter()
    found_parts: Counter[str] = Counter()
    for surface, count in words.items():
        for stem in stems(surface):
            found_stems[stem] += count
        split = count - names[surface] if names else count
        if split:
            for stem in part_stems(surface):
                found_parts[stem] += split
    return FieldTerms(words, found_stems, found_parts, positions, words.total(), last + 1)


@lru_cache(maxsize=CACHED)
def part_stems(surface: str) -> tuple[str, ...]:
    """Return the stems of all known words within a compound, of larger parts too: "arbeidsmarkt" and "markt"."""
    return tuple(dict.fromkeys(stem for part in compounds.all_parts(surface) for stem in stems(part)))


def is_name(token: str, surface: str) -> bool:
    """Whether a token that does not begin a sentence is a name, to be left whole: a capital, and no known word."""
    return token[:1].isupper() and not token.isupper() and compounds.may_be_name(surface)
