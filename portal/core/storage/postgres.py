"""What PostgreSQL needs to behave as SQLite does here: one writer at a time, and reading that sees one moment.

Services read before they write (is this seat free, was this form sent before), and those who follow what changed rely
on numbers that become visible in order. SQLite gives both by its one write lock. Here a lock of our own does, taken
when a transaction that writes begins and given back by PostgreSQL itself when it ends, also when the process is gone.
"""

import time
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, PoolProxiedConnection, event

WRITING = "portal_writing"
"""The execution option of connections that write: how long they wait for another writer, in milliseconds."""
WRITE_LOCK = 5_029_112_621
"""The number of our lock among the advisory locks of this database: any, as long as it never changes."""
BUSY_TIMEOUT_MS = 10_000
"""As long as on SQLite (`busy_timeout`): then the page says that the portal is busy."""
WRITER_SILENT_MS = 60_000
"""A process that hangs inside a writing transaction is cut off: nobody else can write meanwhile."""
BEGIN_WRITING = (
    "SET LOCAL lock_timeout = {}; "
    f"SET LOCAL idle_in_transaction_session_timeout = {WRITER_SILENT_MS}; "
    f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"
)
ENGINE_OPTIONS: dict[str, Any] = {
    "pool_pre_ping": True,  # after a restart of the server the pool holds dead connections
    "isolation_level": "REPEATABLE READ",  # a page shows one moment, as on SQLite
    "connect_args": {"connect_timeout": 3, "keepalives_idle": 30, "tcp_user_timeout": 15_000},
}
WRITING_OPTIONS = {"isolation_level": "READ COMMITTED"}  # what was committed before we got the lock must be seen
PATIENCE_SECONDS = 6.0
"""A restart takes a few seconds: so long a request waits for the server instead of failing."""
IMPATIENT_SECONDS = 10.0
"""After waiting in vain nobody waits again for so long: else all threads would hang while the server is away."""
STEP_SECONDS = 0.2

log = structlog.get_logger()


def prepare(engine: Engine) -> None:
    """Listen to an engine on PostgreSQL."""
    event.listen(engine, "do_connect", Patience().connect)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _forget_values)


def ask(connection: PoolProxiedConnection, statement: str) -> Any:
    """Return the first row of a statement that is its whole transaction: one message instead of three."""
    driver: Any = connection.driver_connection
    driver.autocommit = True
    try:
        return driver.execute(statement).fetchone()
    finally:
        if not driver.closed:
            driver.autocommit = False


def _begin(connection: Connection) -> None:
    """Writers take the lock first; raises OperationalError when it takes too long."""
    if milliseconds := connection.get_execution_options().get(WRITING):
        connection.exec_driver_sql(BEGIN_WRITING.format(int(milliseconds)))


def _forget_values(context: ExceptionContext) -> None:
    """PostgreSQL repeats the values of a row in what it says about it: only its first line may come in our log."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


class Patience:
    """Connects, and waits a little for a server that answered before: it is being restarted."""

    def __init__(self) -> None:
        """Know no server yet: one that was never there is not waited for."""
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
