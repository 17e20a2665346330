"""The lexicon of the PostgreSQL index: document frequencies, words by prefix, similarly spelt words.

Words that are only in documents for members are proposed to members alone.
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
"""Timeout of a query; after it the search continues without the answer."""

COMPARED = 8_000
"""Approximate number of candidates for a misspelt word; its most frequent trigrams are skipped to limit them."""

FEWEST_GRAMS = 3
LEAST_LIKE = 0.3
"""Least similarity of a candidate: "les" and "mes" have 0.33."""

ALL = ""
"""The term of every document: its frequency is the number of documents."""

LAST = "\U0010ffff"
"""Sorts after every letter."""

FIELD = {prefix: field for field, prefix in PREFIX.items()}

FREQUENCIES = "SELECT lexeme, documents FROM index_term WHERE lexeme = ANY(%s) AND documents > 0"

BEGINNING = """
SELECT substr(lexeme, 2), documents FROM index_term
WHERE lexeme > %s AND lexeme < %s AND shown >= %s AND documents > 0 ORDER BY documents DESC, lexeme LIMIT %s
"""

GRAMS = """
SELECT gram, coalesce(words, 0) FROM unnest(%s::text[]) gram LEFT JOIN index_gram USING (gram) ORDER BY 2, 1
"""

SIMILAR = f"""
SELECT word, documents, likeness FROM (
    SELECT substr(lexeme, 2) AS word, documents, 2 * round(
        ts_rank('{{1,1,1,1}}', grams, %(all)s::tsquery) * %(size)s * {pi**2 / 6}
    ) / (length(grams) + %(size)s) AS likeness
    FROM index_term WHERE grams @@ %(rare)s::tsquery AND shown >= %(shown)s AND documents > 0 AND lexeme <> %(itself)s
) compared
WHERE likeness >= %(least)s ORDER BY likeness DESC, documents DESC, word LIMIT %(most)s
"""
"""`ts_rank` with a query of alternatives is the number of matching ones divided by the number of all and by pi²/6: the
fastest way in PostgreSQL to count the trigrams that two words share."""


class PostgresLexicon:
    """The lexicon of the index as it is at each query."""

    def __init__(self, engine: Engine, name: str, *, members: bool = False) -> None:
        """Take where the index is and whether a member asks; raises SearchUnavailable when there is no index."""
        self._engine = engine
        self._name = name
        self._least_shown = 0 if members else 1
        rows = self._rows("SELECT documents FROM index_term WHERE lexeme = %s", (ALL,))
        self.documents: int = rows[0][0] if rows else 0

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return the document frequency of each term."""
        lexemes = [PREFIX[field] + term for field, term in terms]
        rows = self._rows(FREQUENCIES, (lexemes,)) if lexemes else []
        return {(FIELD[lexeme[0]], lexeme[1:]): documents for lexeme, documents in rows}

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return the most frequent longer words with a prefix; none when reading them takes too long."""
        lexeme = PREFIX[WORDS] + beginning
        try:
            return [Known(*row) for row in self._rows(BEGINNING, (lexeme, lexeme + LAST, self._least_shown, most))]
        except Cancelled:
            return []

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return the words that share most trigrams with a word, without that word; none when it takes too long."""
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
                    "shown": self._least_shown,
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
    """Return the rarest trigrams that have at most COMPARED words together; `counted` is sorted by frequency."""
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
