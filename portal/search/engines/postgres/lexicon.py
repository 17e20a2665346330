"""The words of the PostgreSQL index: how frequent, which begin so, which are spelt alike.

What is only in documents for members is counted, so that members find it, but never handed out as a word to try.
"""

from collections.abc import Sequence
from math import pi
from typing import Any

from sqlalchemy import Connection, Engine

from portal.search.engines.base import SearchUnavailable
from portal.search.engines.postgres.connection import TRIES, Cancelled, is_gone, reading
from portal.search.engines.postgres.vectors import PREFIX, quoted
from portal.search.indexing.terms import WORDS
from portal.search.language import trigrams
from portal.search.query.lexicon import Known, Term

SECONDS = 0.4
"""Time for one question; without an answer the search goes on with less."""

COMPARED = 8_000
"""Words that a misspelt one is compared with, about; its most frequent trigrams are left out beyond that."""

FEWEST_GRAMS = 3
LEAST_LIKE = 0.3
"""Words that share less are not alike: "les" and "mes" have 0.33."""

ALL = ""
"""The term that every document has."""

LAST = "\U0010ffff"
"""Sorts after every letter."""

FIELD = {prefix: field for field, prefix in PREFIX.items()}

FREQUENCIES = "SELECT lexeme, documents FROM index_term WHERE lexeme = ANY(%s) AND documents > 0"

BEGINNING = """
SELECT substr(lexeme, 2), documents FROM index_term
WHERE lexeme > %s AND lexeme < %s AND shown > 0 ORDER BY documents DESC, lexeme LIMIT %s
"""

GRAMS = """
SELECT gram, coalesce(words, 0) FROM unnest(%s::text[]) gram LEFT JOIN index_gram USING (gram) ORDER BY 2, 1
"""

SIMILAR = f"""
SELECT word, documents, likeness FROM (
    SELECT substr(lexeme, 2) AS word, documents, 2 * round(
        ts_rank('{{1,1,1,1}}', grams, %(all)s::tsquery) * %(size)s * {pi**2 / 6}
    ) / (length(grams) + %(size)s) AS likeness
    FROM index_term WHERE grams @@ %(rare)s::tsquery AND shown > 0 AND lexeme <> %(itself)s
) compared
WHERE likeness >= %(least)s ORDER BY likeness DESC, documents DESC, word LIMIT %(most)s
"""
"""`ts_rank` of some words, any of which may be there, is the number of them that are, over the number of all and the
sum of 1/n² (pi²/6): the fastest way here to count what two words share."""


class PostgresLexicon:
    """The words of the index as they are at each question."""

    def __init__(self, engine: Engine, name: str) -> None:
        """Take where the index is; raises SearchUnavailable when there is none."""
        self._engine = engine
        self._name = name
        rows = self._rows("SELECT documents FROM index_term WHERE lexeme = %s", (ALL,))
        self.documents: int = rows[0][0] if rows else 0

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return how many documents have each term."""
        lexemes = [PREFIX[field] + term for field, term in terms]
        rows = self._rows(FREQUENCIES, (lexemes,)) if lexemes else []
        return {(FIELD[lexeme[0]], lexeme[1:]): documents for lexeme, documents in rows}

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return the most frequent words that begin so, itself left out; none when there are too many to look at."""
        lexeme = PREFIX[WORDS] + beginning
        try:
            return [Known(*row) for row in self._rows(BEGINNING, (lexeme, lexeme + LAST, most))]
        except Cancelled:
            return []

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return words that share most character n-grams with one, itself left out; none when time runs out."""
        asked = sorted(trigrams.ngrams(word))
        try:
            with self._reading() as connection:
                counted = connection.exec_driver_sql(GRAMS, (asked,)).all()
                values = {
                    "all": " | ".join(map(quoted, asked)),
                    "rare": " | ".join(map(quoted, _rarest(counted))),
                    "size": len(asked),
                    "itself": PREFIX[WORDS] + word,
                    "least": LEAST_LIKE,
                    "most": most,
                }
                rows = connection.exec_driver_sql(SIMILAR, values).all()
        except Cancelled:
            return []
        return [(Known(found, documents), float(likeness)) for found, documents, likeness in rows]

    def _rows(self, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
        for left in reversed(range(TRIES)):
            try:
                with self._reading() as connection:
                    return connection.exec_driver_sql(statement, values).all()
            except SearchUnavailable as error:
                if not left or not is_gone(error):
                    raise
        raise AssertionError

    def _reading(self) -> Any:
        return reading(self._engine, self._name, SECONDS)


def _rarest(counted: Sequence[Any]) -> list[str]:
    """Return the rare trigrams that few enough words have together; `counted` has them from the rarest on."""
    rare: list[str] = []
    words = 0
    for gram, having in counted:
        words += having
        if words > COMPARED and len(rare) >= FEWEST_GRAMS:
            break
        rare.append(gram)
    return rare


def exact_count(connection: Connection) -> int:
    """Return the number of documents, counted one by one."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM index_entry").scalar_one())
