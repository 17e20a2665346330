"""Makes PostgreSQL behave as SQLite does here: one writer at a time, and repeatable reads per transaction.

Services read before they write (is this seat free, was this form sent before), and followers of changes rely on
numbers that become visible in order. SQLite's single write lock guarantees both. On PostgreSQL an advisory lock does:
a writing transaction takes it at its start and PostgreSQL releases it at its end, also when the process dies.
"""

import time
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, PoolProxiedConnection, event

WRITING = "portal_writing"
"""Execution option of writing connections: how long to wait for another writer, in milliseconds."""
WRITE_LOCK = 5_029_112_621
"""The key of our advisory lock; any number, but it must never change."""
BUSY_TIMEOUT_MS = 10_000
"""The same as SQLite's `busy_timeout`; after it the page says that the portal is busy."""
WRITER_SILENT_MS = 60_000
"""Idle timeout of a writing transaction: a hanging process must not block all other writers."""
BEGIN_WRITING = (
    "SET LOCAL lock_timeout = {}; "
    f"SET LOCAL idle_in_transaction_session_timeout = {WRITER_SILENT_MS}; "
    f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"
)
ENGINE_OPTIONS: dict[str, Any] = {
    "pool_pre_ping": True,  # after a restart of the server the pool contains dead connections
    "isolation_level": "REPEATABLE READ",  # one snapshot per page, as on SQLite
    "connect_args": {"connect_timeout": 3, "keepalives_idle": 30, "tcp_user_timeout": 15_000},
}
WRITING_OPTIONS = {"isolation_level": "READ COMMITTED"}  # must see what was committed before the lock was taken
PATIENCE_SECONDS = 6.0
"""How long a request waits for a server that is restarting."""
IMPATIENT_SECONDS = 10.0
"""After a failed wait, requests fail at once for this long, so that not every thread hangs."""
STEP_SECONDS = 0.2

log = structlog.get_logger()


def prepare(engine: Engine) -> None:
    """Attach the event listeners to a PostgreSQL engine."""
    event.listen(engine, "do_connect", Patience().connect)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _forget_values)


def ask(connection: PoolProxiedConnection, statement: str) -> Any:
    """Return the first row of a statement run in autocommit mode: one round trip instead of three."""
    driver: Any = connection.driver_connection
    driver.autocommit = True
    try:
        return driver.execute(statement).fetchone()
    finally:
        if not driver.closed:
            driver.autocommit = False


def _begin(connection: Connection) -> None:
    """Take the write lock when a writing transaction begins; raises OperationalError on timeout."""
    if milliseconds := connection.get_execution_options().get(WRITING):
        connection.exec_driver_sql(BEGIN_WRITING.format(int(milliseconds)))


def _forget_values(context: ExceptionContext) -> None:
    """Keep only the first line of a PostgreSQL error: its DETAIL repeats row values, which must not be logged."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


class Patience:
    """Creates connections, retrying for a few seconds when a server that was reachable before is restarting."""

    def __init__(self) -> None:
        """Start without a known server; one that was never reachable is not retried."""
        self._lock = Lock()
        self._was_there = False
        self._impatient_until = 0.0

    def connect(self, dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> Any:
        """Return a new connection; raises the driver's OperationalError when the server stays away."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                connection = dialect.connect(*arguments, **options)
            except dialect.loaded_dbapi.OperationalError as error:
                if not self._may_wait(until):
                    raise
                log.warning("database_away", reason=str(error).partition("\n")[0])
                time.sleep(STEP_SECONDS)
            else:
                self._was_there = True
                return connection

    def _may_wait(self, until: float) -> bool:
        now = time.monotonic()
        with self._lock:
            if not self._was_there or now < self._impatient_until:
                return False
            if now >= until:
                self._impatient_until = now + IMPATIENT_SECONDS
                return False
            return True
