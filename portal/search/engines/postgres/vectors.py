"""How the terms of a document stand in a `tsvector`, and how their weights are read back.

The fields share one vector, told apart by the first character of a lexeme. A term's weight stands in its last
position, exactly, and roughly in the label of that position: PostgreSQL sorts by labels, we then by weights.
"""

import struct
from collections.abc import Iterator, Mapping

from portal.search.indexing.terms import PARTS, STEMS, WORDS, DocumentTerms, Facts
from portal.search.models import SearchDocument

PREFIX = {WORDS: "=", STEMS: "~", PARTS: "+"}
"""The first character of a lexeme: its field."""

TELLING = {WORDS: "#", STEMS: "%", PARTS: "&"}
"""Terms that a document is about are there once more: to find those documents first."""

ABOUT = 1.7
"""From this weight: in the title, but for very long ones, or over and over in the text."""

OPTION = {"type": "@t", "theme": "@s", "year": "@y", "organisation": "@o"}
"""Options of facets are lexemes too: choosing one is one more word that must be there."""

BASE = 12_288
"""Positions from here are weights, those before are places in the text."""

UNIT = 500
"""A weight of 1.0; the highest position is 16,383, the highest weight 8."""

HIGHEST = 16_383
MAX_PLACES = 250
"""PostgreSQL keeps 255 positions of a lexeme."""

LEVELS = ((2.2, "A", 2.9), (1.4, "B", 1.8), (0.0, "C", 1.0))
"""Labels: from which weight, and what weight they stand for. A: in a short title, or in title and text. B: in a long
title, or over and over in the text. Places have label D, so that a phrase is looked for among them alone."""

MAX_BYTES = 900_000
"""PostgreSQL refuses vectors of 1 MB; the lightest terms of such a text are left out."""

COUNT = struct.Struct(">H")


def vector(document: SearchDocument, terms: DocumentTerms, facts: Facts) -> str:
    """Return the vector of a document in PostgreSQL's notation."""
    written = sorted(_terms(terms), key=lambda entry: entry[0], reverse=True)
    room = MAX_BYTES
    entries = [quoted(option) for option in options(document.type, facts)]
    for _weight, entry in written:
        room -= len(entry.encode()) + 4
        if room < 0:
            break
        entries.append(entry)
    return " ".join(entries)


def _terms(terms: DocumentTerms) -> Iterator[tuple[float, str]]:
    """Return each term as it is written, with its weight."""
    for field, weights in ((WORDS, terms.words), (STEMS, terms.stems), (PARTS, terms.parts)):
        for term, weight in weights.items():
            place, label = min(BASE + round(weight * UNIT), HIGHEST), level(weight)
            places = (
                [str(at + 1) for at in terms.positions[term][:MAX_PLACES] if at + 1 < BASE] if field == WORDS else []
            )
            yield weight, f"{quoted(PREFIX[field] + term)}:{','.join([*places, f'{place}{label}'])}"
            if weight >= ABOUT:
                yield weight, quoted(TELLING[field] + term)


def level(weight: float) -> str:
    """Return the label of a weight."""
    return next(label for least, label, _meant in LEVELS if weight >= least)


def options(type: str, facts: Facts) -> list[str]:
    """Return the options of facets that a document has, as lexemes."""
    chosen = {
        "type": [type],
        "theme": facts.themes,
        "year": [] if facts.year is None else [str(facts.year)],
        "organisation": facts.organisations,
    }
    return [OPTION[dimension] + value for dimension, values in chosen.items() for value in values]


def lexemes(terms: DocumentTerms) -> list[str]:
    """Return the terms of a document as the lexicon counts them."""
    fields: tuple[tuple[str, Mapping[str, float]], ...] = (
        (WORDS, terms.words),
        (STEMS, terms.stems),
        (PARTS, terms.parts),
    )
    return [PREFIX[field] + term for field, weights in fields for term in weights]


def quoted(lexeme: str) -> str:
    """Return a lexeme in the notation of vectors and queries, whatever characters it has."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def weight_in(packed: bytes, lexeme: bytes) -> float:
    """Return what a lexeme weighs in a vector as PostgreSQL sends it (`tsvectorsend`), 0 when it is not there.

    There each lexeme ends in a zero byte, as it must here, and is followed by the number of its positions and those.
    """
    at = packed.find(lexeme)
    if at < 0:
        return 0.0
    after = at + len(lexeme)
    (count,) = COUNT.unpack_from(packed, after)
    (last,) = COUNT.unpack_from(packed, after + 2 * count)
    return ((last & HIGHEST) - BASE) / UNIT
