"""Encodes the terms of a document in a `tsvector`, and decodes their weights.

The fields share one vector; the first character of a lexeme is its field. The last position of a lexeme encodes its
exact weight, and the label of that position its approximate weight: SQL ranks by labels, `scoring` by exact weights.
"""

import struct
from collections.abc import Iterator, Mapping

from portal.search.indexing.terms import PARTS, STEMS, WORDS, DocumentTerms, Facts

PREFIX = {WORDS: "=", STEMS: "~", PARTS: "+"}
"""The first character of a lexeme: its field."""

TELLING = {WORDS: "#", STEMS: "%", PARTS: "&"}
"""Prefixes of the additional lexemes for terms with a high weight, by which the best documents are found first."""

ABOUT = 1.7
"""Least weight of such terms: in the title (unless it is very long), or many times in the text."""

OPTION = {"type": "@t", "theme": "@s", "year": "@y", "organisation": "@o"}
"""Prefixes of the lexemes for facet options: choosing an option adds a required lexeme."""

BASE = 12_288
"""Positions from here on encode weights; those before are positions in the text."""

UNIT = 500
"""A weight of 1.0; the highest position is 16,383, the highest weight 8."""

HIGHEST = 16_383
MAX_PLACES = 250
"""PostgreSQL keeps 255 positions of a lexeme."""

LEVELS = ((2.2, "A", 2.9), (1.4, "B", 1.8), (0.0, "C", 1.0))
"""Labels, with their least weight and the weight that they stand for. A: in a short title, or in title and text. B: in
a long title, or many times in the text. Positions in the text have label D, by which phrases are searched."""

MAX_BYTES = 900_000
"""Size limit, below PostgreSQL's limit of 1 MB; the terms with the lowest weights are dropped."""

COUNT = struct.Struct(">H")


def vector(terms: DocumentTerms, facts: Facts) -> str:
    """Return the vector of a document in PostgreSQL's notation."""
    written = sorted(_terms(terms), key=lambda entry: entry[0], reverse=True)
    room = MAX_BYTES
    entries = [quoted(option) for option in options(facts)]
    for _weight, entry in written:
        room -= len(entry.encode()) + 4
        if room < 0:
            break
        entries.append(entry)
    return " ".join(entries)


def _terms(terms: DocumentTerms) -> Iterator[tuple[float, str]]:
    """Return each term in the notation of vectors, with its weight."""
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


def options(facts: Facts) -> list[str]:
    """Return the facet options of a document as lexemes."""
    chosen = {
        "type": facts.types,
        "theme": facts.themes,
        "year": [] if facts.year is None else [str(facts.year)],
        "organisation": facts.organisations,
    }
    return [OPTION[dimension] + value for dimension, values in chosen.items() for value in values]


def lexemes(terms: DocumentTerms) -> list[str]:
    """Return the terms of a document as lexemes of the lexicon."""
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
    """Return the weight of a lexeme in a vector in binary format (`tsvectorsend`); 0 when it is missing.

    In that format each lexeme ends in a zero byte, as `lexeme` must here, followed by the number of its positions and
    the positions.
    """
    at = packed.find(lexeme)
    if at < 0:
        return 0.0
    after = at + len(lexeme)
    (count,) = COUNT.unpack_from(packed, after)
    (last,) = COUNT.unpack_from(packed, after + 2 * count)
    return ((last & HIGHEST) - BASE) / UNIT
