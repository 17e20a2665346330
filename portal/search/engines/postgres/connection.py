"""Read access to the index: short transactions on one generation of it, and translation of database errors."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from portal.search.engines.base import SearchUnavailable
from portal.search.indexing.terms import VERSION

OPEN = """
SELECT generation,
    set_config('search_path', 'search_' || name || '_' || generation, true),
    set_config('statement_timeout', %s, true),
    set_config('enable_seqscan', 'off', true),
    set_config('jit', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true),
    set_config('work_mem', '32MB', true)
FROM search.index_state WHERE name = %s AND version = %s AND NOT damaged
"""
"""One round trip before each search. Sequential scans are off because the GIN index is always the right plan; parallel
workers and JIT are off because starting them takes longer than these queries."""

TRIES = 3

CANCELLED = "57014"
MISSING = {"3F000", "42P01", "42703", "42883"}
"""Missing schema, table, column or function: dropped, or replaced by a rebuild."""

DAMAGED = {"XX000", "XX001", "XX002", "58030", "58P01"}
"""Pages or files that cannot be read."""

READ_COMMITTED = {"isolation_level": "READ COMMITTED"}
"""Isolation level for writing to an index: commits of others before a lock was obtained must be visible."""

log = structlog.get_logger()


def committed(engine: Engine) -> Engine:
    """Return the engine with the isolation level for writing to an index."""
    return engine.execution_options(**READ_COMMITTED)


class Cancelled(Exception):
    """A statement took longer than its timeout."""


def code_of(error: BaseException) -> str:
    """Return PostgreSQL's code of an error, "" for a lost connection."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


@contextmanager
def reading(engine: Engine, name: str, seconds: float) -> Iterator[Connection]:
    """Provide a connection for reading the index, with a timeout per statement.

    Raises SearchUnavailable when there is no index, and Cancelled at a timeout.
    """
    with translated(engine, name), engine.connect() as connection:
        found = connection.exec_driver_sql(OPEN, (str(max(1, round(seconds * 1000))), name, VERSION)).first()
        if found is None:
            raise SearchUnavailable("missing or of another version")
        yield connection


@contextmanager
def translated(engine: Engine, name: str) -> Iterator[None]:
    """Translate database errors to those of `search.engines.base`, and report damage."""
    try:
        yield
    except DBAPIError as error:
        code = code_of(error)
        if code == CANCELLED:
            raise Cancelled from error
        if code in DAMAGED:
            report_damage(engine, name, error)
        elif code and code not in MISSING:
            log.error("search_failed", code=code, reason=str(error.orig)[:200])
        raise SearchUnavailable("damaged" if code else "out of reach") from error
    except SQLAlchemyError as error:
        raise SearchUnavailable("out of reach") from error


@contextmanager
def writing_to(engine: Engine, name: str) -> Iterator[None]:
    """Translate database errors that a rebuild would repair to SearchUnavailable; raise others unchanged."""
    try:
        yield
    except DBAPIError as error:
        code = code_of(error)
        if code in DAMAGED:
            report_damage(engine, name, error)
        if code in DAMAGED or code in MISSING:
            raise SearchUnavailable("damaged") from error
        raise


def report_damage(engine: Engine, name: str, reason: BaseException) -> None:
    """Mark the index as damaged, so that a worker rebuilds it."""
    log.error("search_index_damaged", reason=f"{type(reason).__name__}: {reason}"[:200])
    with suppress(SQLAlchemyError), committed(engine).begin() as connection:
        connection.exec_driver_sql("UPDATE search.index_state SET damaged = true WHERE name = %s", (name,))


def is_gone(error: SearchUnavailable) -> bool:
    """Whether a table was missing or the connection was lost, so that a retry may succeed."""
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and (code_of(cause) in MISSING or cause.connection_invalidated)
