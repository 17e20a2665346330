"""Keeps the PostgreSQL index up to date: any number of workers apply the change feed together.

A row of the change feed is claimed, applied and deleted in one transaction with the change of the index, so that a
crash rolls back all of it. While a rebuild runs, workers also record which documents they changed in the live index;
the rebuild reads those again before the new index replaces the old one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from flask import current_app
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from portal.core.extensions import db
from portal.search.engines.base import Progress, RebuildRunning, SearchUnavailable
from portal.search.engines.postgres import tables
from portal.search.engines.postgres.connection import READ_COMMITTED, committed, writing_to
from portal.search.engines.postgres.writing import Filler, write
from portal.search.indexing import documents
from portal.search.indexing.terms import VERSION
from portal.search.models import SearchDocument

BATCH = 200
"""Changes applied at a time."""

CLAIM = "SELECT id, key FROM search_change ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
FORGET = "DELETE FROM search_change WHERE id = ANY(%s)"
LOCK_SHARED = "SELECT pg_advisory_xact_lock_shared(%s, %s)"
LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"
STATE = "SELECT generation, building FROM search.index_state WHERE name = %s AND version = %s AND NOT damaged"
BUILDING = "SELECT building FROM search.index_state WHERE name = %s"
NOTE = "INSERT INTO index_changed (key) SELECT unnest(%s::text[])"
TAKE_NOTED = "DELETE FROM index_changed WHERE ctid = ANY(ARRAY(SELECT ctid FROM index_changed LIMIT %s)) RETURNING key"


# ── following the change feed ─────────────────────────────────────────────────────────────────────


@contextmanager
def _writing() -> Iterator[Connection]:
    """Provide the connection of a session for one transaction; content is read through it too.

    It does not take the lock that serialises the writes of services: saving a page must not wait for the index, which
    has its own locks.
    """
    with current_app.app_context():  # a session of its own
        session = db.session()
        yield session.connection(execution_options=READ_COMMITTED)
        session.commit()


def apply_changes(engine: Engine, name: str, limit: int) -> int:
    """Apply pending changes to the index, `limit` rows at most; returns how many rows were taken.

    Raises SearchUnavailable when there is no intact index to apply them to.
    """
    with writing_to(engine, name), _writing() as connection:
        number = tables.lock_number(name)
        connection.exec_driver_sql(LOCK_SHARED, (number, tables.SWAP))
        state = connection.exec_driver_sql(STATE, (name, VERSION)).first()
        if state is None:
            raise SearchUnavailable("missing or of another version")
        rows = connection.exec_driver_sql(CLAIM, (limit,)).all()
        if not rows:
            return 0
        keys = {row.key for row in rows}
        _lock_documents(connection, number, keys)
        _note_for_rebuild(connection, name, keys)
        _write(connection, tables.schema(name, state.generation), keys)
        connection.exec_driver_sql(FORGET, ([row.id for row in rows],))
    return len(rows)


def _lock_documents(connection: Connection, number: int, keys: Iterable[str]) -> None:
    """Lock these documents in the index, so that what is read of them afterwards is not older than what is there."""
    for bucket in sorted(set(map(tables.bucket, keys))):
        connection.exec_driver_sql(LOCK, (number, bucket))


def _note_for_rebuild(connection: Connection, name: str, keys: set[str]) -> None:
    """Record the changed documents for a running rebuild.

    Called after the rows were claimed: a rebuild that begins later reads their changes from the content.
    """
    building = connection.exec_driver_sql(BUILDING, (name,)).scalar()
    if building is not None:
        tables.speak_to(connection, tables.schema(name, building))
        connection.exec_driver_sql(NOTE, (sorted(keys),))


def _write(connection: Connection, where: str, keys: set[str]) -> None:
    found = documents.load(keys)
    tables.speak_to(connection, where)
    write(connection, found.values(), keys)


# ── building anew ─────────────────────────────────────────────────────────────────────────────────


def rebuild(engine: Engine, name: str, progress: Progress | None = None, *, show_progress: bool = False) -> int:
    """Build a new index beside the live one and replace that; returns the number of documents."""
    with writing_to(engine, name), current_app.app_context(), committed(engine).connect() as connection:
        with tables.rebuilding(connection, name, wait=show_progress) as mine:
            if not mine:
                raise RebuildRunning
            generation = _begin(connection, name)
            where = tables.schema(name, generation)
            filler = Filler(connection, where)
            keys = documents.every_key()
            db.session.rollback()
            for chunk in documents.with_progress(keys, progress, show=show_progress):
                filler.add(chunk)
            filler.finish()
            while _catch_up(where) == BATCH:
                pass
            count = _swap(name, generation, where)
            _drop_others(connection, name, generation)
        while apply_changes(engine, name, BATCH) == BATCH:
            pass
    return count


def _begin(connection: Connection, name: str) -> int:
    """Create an empty generation, and make the workers record their changes from now on."""
    with connection.begin():
        tables.prepare(connection)
        found = connection.exec_driver_sql(
            "SELECT greatest(generation, building) FROM search.index_state WHERE name = %s", (name,)
        ).scalar()
        generation = (found or 0) + 1
        tables.create(connection, name, generation)
        connection.exec_driver_sql("UPDATE search.index_state SET building = %s WHERE name = %s", (generation, name))
    return generation


def _catch_up(where: str) -> int:
    """Read some of the documents that changed since the rebuild began; returns how many were recorded."""
    with _writing() as connection:
        return _take_noted(connection, where, BATCH)


def _take_noted(connection: Connection, where: str, limit: int) -> int:
    tables.speak_to(connection, where)
    noted = connection.exec_driver_sql(TAKE_NOTED, (limit,)).scalars().all()
    if noted:
        _write(connection, where, set(noted))
    return len(noted)


def _swap(name: str, generation: int, where: str) -> int:
    """Replace the live generation while no worker writes; returns the number of documents."""
    with _writing() as connection:
        connection.exec_driver_sql(LOCK, (tables.lock_number(name), tables.SWAP))
        while _take_noted(connection, where, BATCH) == BATCH:
            pass
        tables.speak_to(connection, where)
        connection.exec_driver_sql("DROP TABLE index_changed")
        tables.point_to(connection, name, generation)
        return int(connection.exec_driver_sql("SELECT count(*) FROM index_entry").scalar_one())


def _drop_others(connection: Connection, name: str, generation: int) -> None:
    """Drop older generations; those that are still being read are left to the next rebuild."""
    with suppress(SQLAlchemyError), connection.begin():
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        tables.drop_others(connection, name, generation)


def fill(engine: Engine, name: str, every: Iterable[SearchDocument]) -> None:
    """Replace the contents of the index."""
    with (
        writing_to(engine, name),
        committed(engine).connect() as connection,
        tables.rebuilding(connection, name, wait=True),
    ):
        generation = _begin(connection, name)
        where = tables.schema(name, generation)
        filler = Filler(connection, where)
        filler.add(every)
        filler.finish()
        with connection.begin():
            tables.speak_to(connection, where)
            connection.exec_driver_sql("DROP TABLE index_changed")
            tables.point_to(connection, name, generation)
        _drop_others(connection, name, generation)


def drop(engine: Engine, name: str) -> None:
    """Drop an index with all its generations."""
    with committed(engine).begin() as connection:
        tables.prepare(connection)
        tables.drop_others(connection, name, None)
        connection.exec_driver_sql("DELETE FROM search.index_state WHERE name = %s", (name,))
