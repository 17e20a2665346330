"""The ranking function: its factors, each with the reason for its value.

The first half is applied at indexing: after changing it, raise `terms.LAYOUT`, so that indexes are rebuilt. The second
half is applied at each search.
"""

import math
from datetime import date

from portal.core import clock

# ── at indexing: the weight of a term in a document ───────────────────────────────────────────────

TITLE = 2.0
"""Weight of the title: one occurrence there outweighs any number of occurrences in the text."""

EXTRA = 0.8
"""Weight of the extra words (synonyms, other names): less than that of the document's own text."""

SATURATION = 1.2
"""BM25's k1: how soon further occurrences stop adding weight."""

LENGTH_SHARE = 0.6
"""BM25's b, below the usual 0.75, because many texts here are short by nature (a post, an action)."""

AVERAGE_TITLE = 6
AVERAGE_TEXT = 120
"""Average lengths in words. They are constants, so that weights do not depend on the other documents."""


def weight(in_title: int, title_length: int, in_text: int, text_length: int, in_extra: int) -> float:
    """Return the weight of a term in a document, from its occurrences in title, text and extra words."""
    total = EXTRA if in_extra else 0.0
    if in_title:
        total += TITLE * _saturate(in_title, title_length / AVERAGE_TITLE)
    if in_text:
        total += _saturate(in_text, text_length / AVERAGE_TEXT)
    return total


def _saturate(count: int, relative_length: float) -> float:
    return count * (SATURATION + 1) / (count + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * relative_length))


# ── at each search ────────────────────────────────────────────────────────────────────────────────

COMMON_WORD = 0.5
"""Factor of the most common words of Dutch, relative to a technical term in as many documents."""

SPECIFIC = 130
"""Rarity from which a word counts in full: "oplossen" has 118, "meelopen" 150."""

EXACT = 1.0
STEM = 0.75
"""Another form of the word: slightly less than the form that was typed."""

PART = 0.85
"""A compound that contains the word ("gastdocent" for "docent"): usually about the same subject."""

SPLIT = 0.45
"""The parts of a typed compound as separate words anywhere in a text."""

JOINED = 1.1
"""Two consecutive words found as one: "gast docent" as "gastdocent"; it matches both words."""

HEAD = 0.35
"""The last part of a compound alone: a "bijscholingscursus" is a "cursus"."""

SOME_PART = 0.2
"""Another part alone: it names a purpose or context, not the thing itself."""

SYNONYM = 0.35
"""A synonym: documents with the typed word come first."""

PART_SYNONYM = 0.7
"""A synonym of a part of a compound: the other parts keep it on the subject."""

BEGINNING = 0.5
"""A longer word with the word as prefix ("stageplaats" for "stage"): often, not always, a compound of it."""

ALIKE = 0.3
ALIKE_ENOUGH = 0.5
"""Least similarity of trigrams at which a word counts as a weak match for an unknown word."""

PHRASE = 1.3
"""A quoted phrase: the most certain kind of match."""

WEAK = 0.5
"""Share of a need that counts as covered when it is matched only weakly."""

MORE = 0.2
"""Share that further matches of the same need add: a text with "docent" and "leraar" scores higher."""

ENOUGH = 0.34
"""Least share of the query, weighted by rarity, that a partially matching document must cover."""

CLOSED = 0.85
"""Closed or past documents: ranked after open ones."""

OLDEST = 0.8
"""Factor of documents that are FADING_YEARS old or older."""

FADING_YEARS = 5.0


def rarity(documents: int, having: int) -> float:
    """Return the inverse document frequency (BM25) of a word in `having` of `documents`."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def specificity(rarity_in_dutch: int) -> float:
    """Return how specific a word is, from its rarity in Dutch (0 very frequent, 255 hardly ever used).

    It corrects document frequencies: in a few hundred documents "rustig" is as rare as "verpleegkunde".
    """
    return COMMON_WORD + (1 - COMMON_WORD) * min(1.0, rarity_in_dutch / SPECIFIC)


def misspelt(slips: int, likeness: float) -> float:
    """Return the weight of a correction, from its number of spelling errors and its similarity."""
    return (0.9 if slips <= 1 else 0.75) * (0.5 + likeness / 2)


def coverage(share: float) -> float:
    """Return the factor of a document that covers a share of the query; 1.0 for all of it."""
    return share * share


def prior(day: date | None, is_open: bool, today: date | None = None) -> float:
    """Return the factor of a document that does not depend on the query: 1.0 when it is open and recent.

    Documents without a date (organisations, actions, pages) do not age; neither do future events.
    """
    factor = 1.0 if is_open else CLOSED
    if day is not None:
        years = max(0.0, ((today or clock.today()) - day).days / 365.25)
        factor *= 1 - (1 - OLDEST) * min(1.0, years / FADING_YEARS)
    return factor
