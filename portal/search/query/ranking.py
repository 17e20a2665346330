"""What weighs how much in the order of finds, and why.

The first half goes into the index: after a change in it raise `terms.LAYOUT`, so that the index is built anew.
The second half is applied at each search.
"""

import math
from datetime import date

from portal.core import clock

# ── in the index: how much a word tells about a document ──────────────────────────────────────────

TITLE = 2.0
"""A word of the title says what a document is about: one there outweighs any number of mentions in the text."""

EXTRA = 0.8
"""Synonyms and other names lead to a document, but what it says itself goes before."""

SATURATION = 1.2
"""BM25's k1: the fifth mention tells less than the second."""

LENGTH_SHARE = 0.6
"""BM25's b, a little under the usual 0.75: our short texts are short by their kind (a post, an action)."""

AVERAGE_TITLE = 6
AVERAGE_TEXT = 120
"""Words, about as the content has them. Constants, so that a document weighs the same whatever else is there."""


def weight(in_title: int, title_length: int, in_text: int, text_length: int, in_extra: int) -> float:
    """Return what a term weighs in a document, from how often it occurs in title, text and extra words."""
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
"""The most common words of Dutch tell half as much as a word of the trade that as many documents have."""

SPECIFIC = 130
"""From this rarity on a word is specific: "oplossen" has 118, "meelopen" 150."""

EXACT = 1.0
STEM = 0.75
"""Another form of the word asked for: nearly as good, but someone who types "gastlessen" means that."""

PART = 0.85
"""A compound that holds the word ("gastdocent" for "docent"): about it, in most cases."""

SPLIT = 0.45
"""The parts of a compound found apart, anywhere in a text, against the compound as it was typed."""

JOINED = 1.1
"""Two words in a row found as one: "gast docent" is how some write "gastdocent", so it answers both words at once."""

HEAD = 0.35
"""The last part of a compound alone: a "bijscholingscursus" is a "cursus"."""

SOME_PART = 0.2
"""Another part alone says what the thing is for, not what it is."""

SYNONYM = 0.35
"""Another word for the same; one's own word first."""

PART_SYNONYM = 0.7
"""Another word for a part of a compound; the other parts keep it to the subject."""

BEGINNING = 0.5
"""A longer word that begins with the one asked for ("stage", "stageplaats"): often a compound of it, not always."""

ALIKE = 0.3
ALIKE_ENOUGH = 0.5
"""A word that shares this much of its trigrams with an unknown one may be of its family, or an error of the hand."""

PHRASE = 1.3
"""Words in the order asked for, in quotes, are surely meant."""

WEAK = 0.5
"""A need that is answered in part counts as half of one."""

MORE = 0.2
"""What a second way to answer the same need adds: a text that says "docent" and "leraar" is more about them."""

ENOUGH = 0.34
"""Documents without all that was asked for must have words that make up this share of what the query tells."""

CLOSED = 0.85
"""What is over stays findable, after what still asks for an answer."""

OLDEST = 0.8
"""What is five years old or older is rarely what one needs, unless nothing else answers."""

FADING_YEARS = 5.0


def rarity(documents: int, having: int) -> float:
    """Return how telling a word is that `having` of `documents` hold (BM25's idf)."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def specificity(rarity_in_dutch: int) -> float:
    """Return how much a word is of a subject, from how seldom all of Dutch uses it (0 always, 255 hardly ever).

    In a few hundred documents "oplossen" and "rustig" are as rare as "verpleegkunde", yet say far less.
    """
    return COMMON_WORD + (1 - COMMON_WORD) * min(1.0, rarity_in_dutch / SPECIFIC)


def misspelt(slips: int, likeness: float) -> float:
    """Return how good a word is that differs by so many slips of the hand from an unknown one."""
    return (0.9 if slips <= 1 else 0.75) * (0.5 + likeness / 2)


def coverage(share: float) -> float:
    """Return by what to multiply the score of a document that has a share of what was asked for; 1.0 for all of it."""
    return share * share


def prior(day: date | None, is_open: bool, today: date | None = None) -> float:
    """Return by what to multiply a document's score, whatever the words: 1.0 for what is open and recent.

    What has no day (an organisation, an action, a page) does not age; what is still to come is fresh.
    """
    factor = 1.0 if is_open else CLOSED
    if day is not None:
        years = max(0.0, ((today or clock.today()) - day).days / 365.25)
        factor *= 1 - (1 - OLDEST) * min(1.0, years / FADING_YEARS)
    return factor
