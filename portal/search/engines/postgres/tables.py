"""The tables of an index. They hold derived data, in separate schemas, which the engine creates and drops itself.

`search.index_state` has one row per index (the live one and scratch ones). Each generation of an index is a schema
`search_<name>_<number>`; statements name no schema, so the search path determines which generation they use.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from portal.search.engines.postgres.vectors import PREFIX
from portal.search.indexing.terms import VERSION, WORDS
from portal.search.language import trigrams

PARTITION = 8_192
"""Documents in the partition of the newest; each next partition holds twice as many. Searches read the partitions from
new to old and stop when they have enough hits, so that they read little more of the index than needed."""

STATE = """
CREATE SCHEMA IF NOT EXISTS search;
CREATE TABLE IF NOT EXISTS search.index_state (
    name text PRIMARY KEY,
    version integer NOT NULL,
    generation integer NOT NULL,
    building integer,
    fingerprint text NOT NULL,
    damaged boolean NOT NULL DEFAULT false,
    seen_at timestamptz NOT NULL DEFAULT now()
)
"""

COLUMNS = "key, types, themes, organisations, year, day, is_open, for_members, terms"

GENERATION = """
CREATE SEQUENCE index_entry_id INCREMENT -1 START -1;
CREATE TABLE index_entry (
    id bigint NOT NULL DEFAULT nextval('index_entry_id'),
    day date,
    year integer,
    is_open boolean NOT NULL,
    for_members boolean NOT NULL,
    key text NOT NULL,
    types text[] NOT NULL,
    themes text[] NOT NULL,
    organisations text[] NOT NULL,
    terms tsvector NOT NULL
) PARTITION BY RANGE (id);
CREATE UNLOGGED TABLE index_stage (LIKE index_entry);
ALTER TABLE index_stage DROP COLUMN id;
CREATE UNLOGGED TABLE index_counted (lexeme text COLLATE "C", documents integer, shown integer);
CREATE TABLE index_changed (key text NOT NULL);
CREATE TABLE index_term (
    lexeme text COLLATE "C" NOT NULL,
    documents integer NOT NULL,
    shown integer NOT NULL,
    grams tsvector
) WITH (fillfactor = 90);
CREATE TABLE index_gram (gram text COLLATE "C" PRIMARY KEY, words integer NOT NULL)
"""
"""`index_entry`: the documents, with ids from the newest to the oldest; those indexed since the rebuild have negative
ids, so that they come first. `index_term`: the document frequency of each term, and `shown`, that among documents for
visitors; the empty term counts all documents. `index_changed`: documents that changed during a rebuild."""

NARROW = """
ALTER TABLE {table} SET (toast_tuple_target = 128);
ALTER TABLE {table} ALTER COLUMN key SET STORAGE PLAIN;
ALTER TABLE {table} ALTER COLUMN types SET STORAGE PLAIN;
ALTER TABLE {table} ALTER COLUMN themes SET STORAGE PLAIN;
ALTER TABLE {table} ALTER COLUMN organisations SET STORAGE PLAIN;
ALTER TABLE {table} ALTER COLUMN terms SET STATISTICS 0
"""
"""Only vectors are stored out of line (TOAST), so that ten thousand rows are read in a few milliseconds. Statistics of
vectors are not needed, because the plan does not depend on them."""

INDEXES = """
CREATE INDEX ON index_entry (key);
CREATE INDEX ON index_entry (day DESC NULLS LAST, key);
CREATE INDEX ON index_entry USING gin (terms) WITH (fastupdate = off)
"""
"""`fastupdate` is off, because with it every search would scan the list of recent additions."""

TERM_INDEXES = """
ALTER TABLE index_term ADD PRIMARY KEY (lexeme);
CREATE INDEX ON index_term USING gin (grams)
"""

FINGERPRINT = """
SELECT md5(string_agg(
    concat_ws(':', c.relname, c.relkind, CASE c.relkind WHEN 'r' THEN pg_relation_filenode(c.oid) END, i.indisvalid),
    ',' ORDER BY c.relname))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE n.nspname = %s
"""
"""A hash that changes when a table or index is dropped, replaced or truncated (which changes its file)."""

GRAMS = f"""
CASE WHEN d.lexeme ~ '^{PREFIX[WORDS]}[^0-9.,:+#]{{3,30}}$' THEN array_to_tsvector(ARRAY(
    SELECT DISTINCT substr('{trigrams.EDGE}' || substr(d.lexeme, 2) || '{trigrams.EDGE}', place, {trigrams.SIZE})
    FROM generate_series(1, length(d.lexeme) + 2 - {trigrams.SIZE}) place
)) END
"""
"""The trigrams of a word, as in `search.language.trigrams`, for words that are candidates for corrections."""


def schema(name: str, generation: int) -> str:
    """Return the schema of a generation of an index."""
    return f"search_{name}_{generation}"


def prepare(connection: Connection) -> None:
    """Create the table that all indexes share."""
    _run(connection, STATE)


def create(connection: Connection, name: str, generation: int) -> None:
    """Create the empty tables of a generation, replacing existing ones, and put them on the search path."""
    where = schema(name, generation)
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {where} CASCADE")
    connection.exec_driver_sql(f"CREATE SCHEMA {where}")
    speak_to(connection, where)
    _run(connection, GENERATION)
    compression = "SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
    if connection.exec_driver_sql(compression).scalar():
        for table in ("index_entry", "index_stage"):
            connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN terms SET COMPRESSION lz4")


def partition(connection: Connection, documents: int) -> None:
    """Create the partitions for a number of documents, and the one for later documents."""
    bounds = [("later", "MINVALUE", "0")]
    start, size = 0, PARTITION
    while start < documents or not start:
        bounds.append((str(start), str(start), str(start + size)))
        start, size = start + size, size * 2
    for label, first, end in bounds:
        table = f"index_entry_{label}"
        connection.exec_driver_sql(
            f"CREATE TABLE {table} PARTITION OF index_entry FOR VALUES FROM ({first}) TO ({end})"
        )
        _run(connection, NARROW.format(table=table))


def add_indexes(connection: Connection, statements: str) -> None:
    """Create indexes on all partitions."""
    _run(connection, statements)


def speak_to(connection: Connection, where: str) -> None:
    """Put a generation first on the search path of this transaction."""
    connection.exec_driver_sql(
        "SELECT set_config('search_path', %s || ', ' || reset_val, true) FROM pg_settings WHERE name = 'search_path'",
        (where,),
    )


def drop_others(connection: Connection, name: str, kept: int | None) -> None:
    """Drop the generations of an index but one; None: all of them."""
    found = connection.exec_driver_sql(
        "SELECT nspname FROM pg_namespace WHERE nspname ~ ('^search_' || %s || '_[0-9]+$')", (name,)
    )
    for where in found.scalars().all():
        if kept is None or where != schema(name, kept):
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {where} CASCADE")


def fingerprint(connection: Connection, name: str, generation: int) -> str:
    """Return the fingerprint of the tables of a generation."""
    found: str | None = connection.exec_driver_sql(FINGERPRINT, (schema(name, generation),)).scalar()
    return found or ""


def point_to(connection: Connection, name: str, generation: int) -> None:
    """Make a generation the live one from the end of this transaction on."""
    connection.exec_driver_sql(
        "INSERT INTO search.index_state AS s (name, version, generation, fingerprint) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (name) DO UPDATE SET version = excluded.version, generation = excluded.generation, "
        "fingerprint = excluded.fingerprint, building = NULL, damaged = false, seen_at = now()",
        (name, VERSION, generation, fingerprint(connection, name, generation)),
    )


# ── locks ─────────────────────────────────────────────────────────────────────────────────────────

SWAP, REBUILD, KEYS = 1, 2, 100
BUCKETS = 64
"""Number of advisory locks that all documents share, which bounds the locks of a batch of changes."""


def lock_number(name: str) -> int:
    """Return the number that distinguishes the advisory locks of an index from others in this database."""
    return zlib.crc32(f"portal search {name}".encode()) - 2**31


def bucket(key: str) -> int:
    """Return the number of the advisory lock of a document."""
    return KEYS + zlib.crc32(key.encode()) % BUCKETS


@contextmanager
def rebuilding(connection: Connection, name: str, *, wait: bool) -> Iterator[bool]:
    """Hold the lock for rebuilding an index on this connection; yields False when another process has it."""
    number = lock_number(name)
    if wait:
        connection.exec_driver_sql("SELECT pg_advisory_lock(%s, %s)", (number, REBUILD))
        mine = True
    else:
        mine = bool(connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s, %s)", (number, REBUILD)).scalar())
    connection.commit()
    try:
        yield mine
    finally:
        if mine and not connection.invalidated:
            connection.rollback()
            connection.exec_driver_sql("SELECT pg_advisory_unlock(%s, %s)", (number, REBUILD))
            connection.commit()


def _run(connection: Connection, statements: str) -> None:
    """Run statements that are separated by semicolons."""
    cursor: Any = connection
    for statement in statements.split(";"):
        if statement.strip():
            cursor.exec_driver_sql(statement)
