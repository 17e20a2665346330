"""Writes to the index: replaces some documents, or fills a new generation."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from portal.search.engines.postgres import tables, vectors
from portal.search.engines.postgres.lexicon import ALL
from portal.search.engines.postgres.vectors import PREFIX
from portal.search.indexing.terms import Facts, terms_of
from portal.search.models import SearchDocument

COPIED = 2_000
"""Documents per COPY, about 5 MB."""

COUNTED = 300_000
"""Distinct terms that are counted in memory before they are written, about 40 MB."""

OPTION_BYTES = 3_000
"""Bytes for the speerpunten, and for the organisations, of a document: a row must fit in a page of 8 kB."""

Row = tuple[Any, ...]
Counts = Counter[str]

INSERT = f"INSERT INTO index_entry ({tables.COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector)"

REMOVE = """
DELETE FROM index_entry WHERE key = ANY(%s)
RETURNING for_members, ARRAY(SELECT l FROM unnest(tsvector_to_array(terms)) l WHERE left(l, 1) = ANY(%s))
"""

COUNT = f"""
INSERT INTO index_term AS t (lexeme, documents, shown, grams)
SELECT d.lexeme, d.documents, d.shown, CASE WHEN known.lexeme IS NULL THEN {tables.GRAMS} END
FROM unnest(%s::text[], %s::integer[], %s::integer[]) AS d (lexeme, documents, shown)
LEFT JOIN index_term known ON known.lexeme = d.lexeme COLLATE "C"
ORDER BY d.lexeme COLLATE "C"
ON CONFLICT (lexeme) DO UPDATE
SET documents = greatest(0, t.documents + excluded.documents), shown = greatest(0, t.shown + excluded.shown)
"""
"""Sorted by term, so that two workers that update the same terms cannot deadlock."""

FILL = f"""
INSERT INTO index_entry (id, {tables.COLUMNS})
SELECT row_number() OVER (ORDER BY day DESC NULLS FIRST, key) - 1, {tables.COLUMNS} FROM index_stage
"""
"""Documents without a date do not age: they are numbered with the newest."""

FILL_TERMS = f"""
INSERT INTO index_term (lexeme, documents, shown, grams)
SELECT d.lexeme, d.documents, d.shown, {tables.GRAMS}
FROM (SELECT lexeme, sum(documents) AS documents, sum(shown) AS shown FROM index_counted GROUP BY lexeme) d
"""

FILL_GRAMS = """
INSERT INTO index_gram (gram, words)
SELECT gram, count(*) FROM (SELECT unnest(tsvector_to_array(grams)) AS gram FROM index_term) g GROUP BY gram
"""


def _short(options: Sequence[str]) -> list[str]:
    """Return the options that fit in a row; the vector has all of them."""
    room = OPTION_BYTES
    kept = []
    for option in options:
        room -= len(option.encode()) + 8
        if room < 0:
            break
        kept.append(option)
    return kept


def row_of(document: SearchDocument) -> tuple[Row, list[str]]:
    """Return the columns of a document, and its terms as lexemes of the lexicon."""
    facts, terms = Facts.from_document(document), terms_of(document)
    row = (
        document.key,
        list(facts.types),
        _short(facts.themes),
        _short(facts.organisations),
        facts.year,
        facts.day,
        facts.is_open,
        facts.for_members,
        vectors.vector(terms, facts),
    )
    return row, vectors.lexemes(terms)


# ── some ──────────────────────────────────────────────────────────────────────────────────────────


def write(connection: Connection, found: Iterable[SearchDocument], keys: Collection[str]) -> None:
    """Replace the documents with these keys, within the running transaction.

    Needs the locks of the keys. The frequencies of terms are updated last, to hold their row locks briefly.
    """
    documents, shown = Counter[str](), Counter[str]()
    removed = connection.exec_driver_sql(REMOVE, (list(keys), list(PREFIX.values()))).all()
    for for_members, lexemes in removed:
        _count(lexemes, documents, shown, by=-1, for_members=for_members)
    rows = []
    for document in found:
        row, lexemes = row_of(document)
        rows.append(row)
        _count(lexemes, documents, shown, by=1, for_members=document.for_members)
    if rows:
        connection.exec_driver_sql(INSERT, rows)
    changed = [lexeme for lexeme in documents if documents[lexeme] or shown[lexeme]]
    if changed:
        values = (changed, [documents[lexeme] for lexeme in changed], [shown[lexeme] for lexeme in changed])
        connection.exec_driver_sql(COUNT, values)


def _count(lexemes: Iterable[str], documents: Counts, shown: Counts, *, by: int, for_members: bool) -> None:
    for lexeme in (ALL, *lexemes):
        documents[lexeme] += by
        if not for_members:
            shown[lexeme] += by


# ── all ───────────────────────────────────────────────────────────────────────────────────────────


class Filler:
    """Fills a new generation in schema `where`; `add` commits, so the search path is set anew each time."""

    def __init__(self, connection: Connection, where: str) -> None:
        self._connection = connection
        self._where = where
        self._documents, self._shown = Counter[str](), Counter[str]()
        self._waiting: list[Row] = []
        self.count = 0

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents."""
        source = iter(documents)
        while some := list(islice(source, COPIED)):
            for document in some:
                row, lexemes = row_of(document)
                self._waiting.append(row)
                _count(lexemes, self._documents, self._shown, by=1, for_members=document.for_members)
            if len(self._waiting) >= COPIED:
                self._write()

    def _write(self) -> None:
        """Write the collected documents and release their memory."""
        with self._connection.begin():
            tables.speak_to(self._connection, self._where)
            self._copy("index_stage", tables.COLUMNS, self._waiting)
            self.count += len(self._waiting)
            self._waiting = []
            if len(self._documents) > COUNTED:
                self._write_counts()

    def _write_counts(self) -> None:
        rows = [(lexeme, having, self._shown[lexeme]) for lexeme, having in self._documents.items()]
        self._copy("index_counted", "lexeme, documents, shown", rows)
        self._documents.clear()
        self._shown.clear()

    def _copy(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        cursor: Any = self._connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self) -> None:
        """Sort the documents into their partitions and create the indexes."""
        self._write()
        with self._connection.begin():
            tables.speak_to(self._connection, self._where)
            self._write_counts()
            self._run("SET LOCAL maintenance_work_mem = '256MB'", "SET LOCAL work_mem = '64MB'")
            tables.partition(self._connection, self.count)
            self._run(FILL, "DROP TABLE index_stage")
            tables.add_indexes(self._connection, tables.INDEXES)
            self._run(FILL_TERMS, "DROP TABLE index_counted", FILL_GRAMS)
            tables.add_indexes(self._connection, tables.TERM_INDEXES)
            self._run("ANALYZE index_term")

    def _run(self, *statements: str) -> None:
        for statement in statements:
            self._connection.exec_driver_sql(statement)
