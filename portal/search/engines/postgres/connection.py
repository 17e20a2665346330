"""Reading an index: a short transaction that sees one generation of it, and what errors of the database mean."""

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
"""One round trip before each search. The path through the index is prescribed, so the planner need not guess; for
queries of a few milliseconds, starting helpers or a compiler takes longer than it gains."""

TRIES = 3

CANCELLED = "57014"
MISSING = {"3F000", "42P01", "42703", "42883"}
"""No such schema, table, column, function: dropped, or replaced a moment ago."""

DAMAGED = {"XX000", "XX001", "XX002", "58030", "58P01"}
"""Pages or files that cannot be read."""

READ_COMMITTED = {"isolation_level": "READ COMMITTED"}
"""For who writes to an index: what others committed before we got a lock must be seen."""

log = structlog.get_logger()


def committed(engine: Engine) -> Engine:
    """Return an engine, with the same connections, for writing to an index."""
    return engine.execution_options(**READ_COMMITTED)


class Cancelled(Exception):
    """The time for a statement was over."""


def code_of(error: BaseException) -> str:
    """Return PostgreSQL's code of an error, "" for a lost connection."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


@contextmanager
def reading(engine: Engine, name: str, seconds: float) -> Iterator[Connection]:
    """Give a connection whose statements read the index, each within some time.

    Raises SearchUnavailable when there is none to read; Cancelled when the time is over.
    """
    with translated(engine, name), engine.connect() as connection:
        found = connection.exec_driver_sql(OPEN, (str(max(1, round(seconds * 1000))), name, VERSION)).first()
        if found is None:
            raise SearchUnavailable("missing or of another version")
        yield connection


@contextmanager
def translated(engine: Engine, name: str) -> Iterator[None]:
    """Say what an error of the database means for who searches, and ask for a new index when it is damaged."""
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
    """Say what an error of the database means for who writes to the index: only what a new one would mend."""
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
    """Ask the worker for a new index."""
    log.error("search_index_damaged", reason=f"{type(reason).__name__}: {reason}"[:200])
    with suppress(SQLAlchemyError), committed(engine).begin() as connection:
        connection.exec_driver_sql("UPDATE search.index_state SET damaged = true WHERE name = %s", (name,))


def is_gone(error: SearchUnavailable) -> bool:
    """Whether a table was missing, or a connection lost: another try may find what has taken its place."""
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and (code_of(cause) in MISSING or cause.connection_invalidated)
