"""Text analysis: turns text into index terms, in the same way for indexing, queries and highlighting.

A token has a *surface* (the word in lower case without accents) and *stems*. Two Dutch stemmers are used because each
misses pairs that the other one finds. Accents are removed before stop words are, so that "één" is the stop word "een".
A word with a hyphen, an apostrophe or an ampersand is indexed joined and by its parts: "mbo-school" also as
"mboschool", "mbo" and "school".
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
"""Longest token, in characters; longer ones are neither indexed nor searched for."""

DERIVED = 7
"""Fewest letters of a word in "-er" that is read as a person who does something ("begeleider", not "water")."""

CACHED = 20_000
"""Words whose analysis is cached; frequent words make up nearly all of a text."""

STOP_WORDS = frozenset(
    """
    aan al alle alleen als anders bij ben bent daar dan dat de der deze die dit doen doet door dus een eens en er
    had heb hebben heeft het hier hij hoe hun iets ik in is je jij jou jouw jullie kan kon kun kunnen maar me meer
    men met mij mijn moet moeten na naar niet niets nog nu of om omdat ons onze ook op over per pas te tegen toch
    toen tot tussen u uit uw van veel voor want waren was wat we wel welke werd wie wij wil word worden wordt zal
    ze zei zelf zich zij zijn zo zo'n z'n m'n zodat zoals zonder zou
    """.split()  # noqa: SIM905  # words in a row read better than a hundred strings
)
"""Stop words: they are in nearly every text, so they are neither indexed nor searched for."""

TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])"  # m.b.o., R.O.C
    r"|\d+(?:[.,:]\d+)+"  # 2.0, 15.30, 1.500,00
    r"|(?<![^\W_])[^\W\d_]{1,2}(?:\+\+|\#)"  # c++, c#
    r"|[^\W_]+(?:['’&‐‑-][^\W_]+)*"  # a word, joined or not
)
JOINER = re.compile(r"['’&‐‑-]")
SENTENCE_END = re.compile(r"[.!?:;…\n•\"“”„«»(]")
"""Characters before which a sentence ends: a capital after them does not mean a name."""
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
    """Return the stems of a folded word, one or two; a word with other characters than letters is its own stem.

    The base form is what is stemmed ("gezocht" as "zoeken"). A stem that is another known word is left out: "markt"
    must not match "mark", nor "gemeente" "gemeen".
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
    """Return the stems of the word that another is derived from ("begeleider"), where the stemmers miss it."""
    if len(base) < DERIVED:
        return ()
    if base.endswith("heid"):
        quality = words().get(base.removesuffix("heid"))
        itself = quality and quality.marks & Mark.LAST and words().word(quality.base) == quality.word
        return stems(quality.word) if quality and itself else ()
    verb = words().get(f"{base[:-2]}en") if base.endswith("er") else None
    return stems(verb.word) if verb and words().word(verb.base) == verb.word and verb.marks & Mark.WHOLE else ()


def _misleads(stem: str, base: str) -> bool:
    """Whether a stem is another, unrelated word. Verbs are excepted: their stems are often nouns of the same root."""
    if not stem.startswith(base[:2]):
        return True
    if not base.startswith(stem) and not base.endswith(("d", "t")) and base.replace("ge", "", 1).startswith(stem):
        return True  # of "begeleider" a stemmer takes the "ge", as if it were a participle
    if stem == base or base.endswith("en") or (len(stem) > 4 and base.endswith((f"{stem}heid", f"{stem}ing"))):
        return False
    entry = words().get(stem)
    return entry is not None and bool(entry.marks & Mark.WORD) and words().word(entry.base) == stem


def parts(surface: str) -> tuple[str, ...]:
    """Return the smallest known words that a compound consists of, in order; empty for other words."""
    return compounds.parts(surface)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The words of one token: its parts in order, and the joined word when it has several parts."""

    parts: tuple[tuple[str, int], ...]
    """Surfaces with their offsets, stop words left out."""
    joined: str | None
    width: int
    """Positions that the token takes in the text, stop words included."""

    def surfaces(self) -> tuple[tuple[str, int], ...]:
        """Return the parts and the joined word, each with its offset from the position of the token."""
        return ((self.joined, 0), *self.parts) if self.joined else self.parts


@lru_cache(maxsize=CACHED)
def pieces(token: str) -> Pieces:
    """Return the words of a token (a match of TOKEN)."""
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
    """Whether a word is indexed: not a stop word, not a single letter."""
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
    """Return text in Unicode normal form, ready for `tokens`; its length may differ from the original's."""
    return unicodedata.normalize("NFC", text).replace(SOFT_HYPHEN, "")


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Return the tokens of normalised text, in order."""
    return TOKEN.finditer(text)


def surfaces(text: str, start: int = 0) -> Iterator[tuple[str, int]]:
    """Return the surfaces of a text with their positions; each part of a joined word has its own position."""
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
    """Return the stems of all known words in a compound, larger parts included: "arbeidsmarkt" and "markt"."""
    return tuple(dict.fromkeys(stem for part in compounds.all_parts(surface) for stem in stems(part)))


def is_name(token: str, surface: str) -> bool:
    """Whether a token inside a sentence is a name, which is never split: it has a capital and is not a known word."""
    return token[:1].isupper() and not token.isupper() and compounds.may_be_name(surface)
