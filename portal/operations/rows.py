"""Copies the rows of tables between databases in batches, and compares them by count and checksum."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, delete, func, insert, select, text

from portal.core.extensions import Model

BATCH = 1000
"""The number of rows per statement: small enough for memory, large enough to be fast."""
MODULUS = 1 << 128
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0
"""
Step = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The number of rows of a table and the sum of their checksums, which does not depend on their order."""

    rows: int
    checksum: int

    def __str__(self) -> str:
        """Return the number of rows and the start of the checksum."""
        return f"{self.rows:>8}  {self.checksum:032x}"[:26]


def tables() -> Sequence[Table]:
    """Return every table of the portal, each after the tables it refers to."""
    return Model.metadata.sorted_tables


def count(connection: Connection, table: Table) -> int:
    """Return the number of rows of a table."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def copy(source: Connection, target: Connection, table: Table, step: Step) -> None:
    """Copy every row of a table; `step` is called after each batch with its number of rows."""
    for rows in _batches(source, table):
        insert_rows(target, table, [row._asdict() for row in rows])
        step(len(rows))


def insert_rows(target: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows unchanged, ids included."""
    target.execute(insert(table), rows)


def clear(target: Connection, table: Table) -> None:
    """Delete the rows that the migrations inserted into a table."""
    target.execute(delete(table))


def fingerprint(connection: Connection, table: Table) -> Fingerprint:
    """Return the fingerprint of a table, which is the same on every kind of database."""
    rows = total = 0
    for batch in _batches(connection, table):
        rows += len(batch)
        total += sum(_checksum(row) for row in batch)
    return Fingerprint(rows, total % MODULUS)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    statement = select(table).execution_options(yield_per=BATCH)
    with connection.execute(statement) as result:
        yield from result.partitions()


def _checksum(row: Iterable[Any]) -> int:
    plain = "\x1f".join(_plain(value) for value in row)
    return int.from_bytes(hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest(), "big")


def _plain(value: Any) -> str:
    """Return a value as text that includes its type, so that 1, true and "1" differ."""
    if isinstance(value, datetime):
        return f"datetime {value.timestamp():.6f}"
    if isinstance(value, bytes | memoryview):
        return f"bytes {bytes(value).hex()}"
    if isinstance(value, dict | list):
        return f"json {json.dumps(value, sort_keys=True, ensure_ascii=False)}"
    return f"{type(value).__name__} {value}"


class WithoutForeignKeys:
    """Drops the foreign keys within a block and restores them after it; PostgreSQL then checks every row.

    This is needed because rows may refer to later rows of the same table, and tables to each other.
    """

    def __init__(self, target: Connection) -> None:
        """Take a connection to PostgreSQL, in a transaction."""
        self._target = target
        self._keys: Sequence[Any] = ()

    def __enter__(self) -> None:
        """Drop the foreign keys."""
        self._keys = self._target.execute(text(FOREIGN_KEYS)).all()
        for key in self._keys:
            self._target.exec_driver_sql(f"ALTER TABLE {key.owner} DROP CONSTRAINT {key.name}")

    def __exit__(self, kind: object, *_rest: object) -> None:
        """Restore the foreign keys; after an exception the whole transaction is rolled back instead."""
        if kind is None:
            for key in self._keys:
                self._target.exec_driver_sql(f"ALTER TABLE {key.owner} ADD CONSTRAINT {key.name} {key.definition}")


def continue_numbering(source: Connection, target: Connection, table: Table) -> None:
    """Set the sequence so that the next row gets an id that was never used, not even by a deleted row."""
    column = _numbered(table)
    if column is None:
        return
    highest = max(target.scalar(select(func.max(column))) or 0, _given(source, table))
    sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
    target.execute(select(func.setval(sequence, max(highest, 1), highest > 0)))


def _numbered(table: Table) -> "Column[int] | None":
    """Return the column with generated ids, None when there is none."""
    column = table.autoincrement_column
    return column if column is not None and isinstance(column.type, Integer) and not column.foreign_keys else None


def _given(source: Connection, table: Table) -> int:
    """Return the highest id that SQLite ever generated, for tables with AUTOINCREMENT."""
    if not table.dialect_kwargs.get("sqlite_autoincrement"):
        return 0
    asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return source.scalar(asked, {"name": table.name}) or 0
