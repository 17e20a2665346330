"""The loop of a worker: apply the change feed, check the index, and rebuild it when it is damaged."""

import threading
import time
from contextlib import suppress
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from portal.core.extensions import db
from portal.core.polling import LONGEST_SECONDS, SHORTEST_SECONDS, Pause
from portal.core.storage.database import first_row
from portal.search.engines.base import RebuildRunning, SearchUnavailable
from portal.search.engines.postgres import indexer, tables
from portal.search.engines.postgres.connection import MISSING, code_of, committed
from portal.search.indexing.terms import VERSION

MAX_PAUSE_SECONDS = 5.0
CHECK_SECONDS = 5.0
"""Seconds between checks whether the tables of the index were dropped or emptied; failed changes cause one at once."""

ABANDONED_SECONDS = 60
"""An index of a newer version is rebuilt only when no worker of that version was seen for so long: during an update of
several machines, workers of the old version must not replace the new index."""

LATER = 20_000
LATER_SHARE = 0.1
"""Documents written since the last rebuild, in number and share, above which the index is rebuilt and sorted."""

ANY_CHANGE = "SELECT 1 FROM search_change LIMIT 1"
WHOLE = """
SELECT version, generation, building, damaged, fingerprint, now() - seen_at FROM search.index_state WHERE name = %s
"""
SEEN = "UPDATE search.index_state SET seen_at = now() WHERE name = %s AND version = %s"
LATE = """
SELECT sum(pg_stat_get_live_tuples(c.oid)) FILTER (WHERE c.relname = 'index_entry_later'),
    sum(pg_stat_get_live_tuples(c.oid))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND c.relname LIKE 'index\\_entry\\_%%'
"""

log = structlog.get_logger()


def run_forever(engine: Engine, name: str, stop: threading.Event) -> None:
    """Apply the change feed until `stop` is set; needs an application context."""
    follower = Follower(engine, name, stop)
    pause = Pause()
    while not stop.wait(pause.seconds):
        try:
            pause.note(found=follower.step())
        except Exception as error:  # noqa: BLE001  # the server may restart, its disk be full: later is better than never
            pause.note_failure(SHORTEST_SECONDS, MAX_PAUSE_SECONDS)
            follower.check_next()
            log.warning("indexer_waits", reason=f"{type(error).__name__}: {error}"[:200], seconds=pause.seconds)
            with suppress(SQLAlchemyError):
                db.session.remove()
    follower.finish()


class Follower:
    """The state of a worker between two reads of the change feed."""

    def __init__(self, engine: Engine, name: str, stop: threading.Event) -> None:
        self._engine = engine
        self._name = name
        self._stop = stop
        self._rebuild: threading.Thread | None = None
        self._check_at = 0.0

    def step(self) -> bool:
        """Check the index and the change feed once, and do what is needed; return whether there was work."""
        if time.monotonic() > self._check_at:
            if self._needs_rebuild():
                self._start_rebuild()
            self._check_at = time.monotonic() + CHECK_SECONDS
        if first_row(ANY_CHANGE, self._engine) is None:
            return False
        try:
            while indexer.apply_changes(self._engine, self._name, indexer.BATCH) == indexer.BATCH:
                if self._stop.is_set():
                    break
        except SearchUnavailable:
            self.check_next()
        return True

    def check_next(self) -> None:
        """Look whether the index is whole before anything else."""
        self._check_at = 0.0

    # ── is it whole ──

    def _needs_rebuild(self) -> bool:
        """Whether the index is missing, of another version, damaged or unordered; records that a worker is alive."""
        try:
            with committed(self._engine).begin() as connection:
                row = connection.exec_driver_sql(WHOLE, (self._name,)).first()
                if row is None:
                    return True
                version, generation, building, damaged, fingerprint, unseen = row
                if version > VERSION and unseen.total_seconds() < ABANDONED_SECONDS:
                    return False
                if version != VERSION or damaged:
                    return True
                connection.exec_driver_sql(SEEN, (self._name, VERSION))
                if fingerprint != tables.fingerprint(connection, self._name, generation):
                    return True
                late, every = connection.exec_driver_sql(LATE, (tables.schema(self._name, generation),)).one()
        except SQLAlchemyError as error:
            if code_of(error) in MISSING:
                return True
            raise
        if building is not None:
            self._clean_up()
        return float(late or 0) > max(LATER, float(every or 0) * LATER_SHARE)  # sum() of whole numbers is a decimal

    def _clean_up(self) -> None:
        """Remove a rebuild whose process died: its lock is free."""
        with (
            committed(self._engine).connect() as connection,
            tables.rebuilding(connection, self._name, wait=False) as mine,
        ):
            if not mine:
                return
            with connection.begin():
                row = connection.exec_driver_sql(WHOLE, (self._name,)).one()
                if row.building is not None:
                    connection.exec_driver_sql(
                        "UPDATE search.index_state SET building = NULL WHERE name = %s", (self._name,)
                    )
                    where = tables.schema(self._name, row.building)
                    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {where} CASCADE")

    # ── building anew ──

    def _start_rebuild(self) -> None:
        """Rebuild in another thread, so that changes are applied to the live index meanwhile."""
        if self._rebuild is None or not self._rebuild.is_alive():
            application = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own method
            self._rebuild = threading.Thread(target=self._run_rebuild, args=(application,), daemon=True)
            self._rebuild.start()

    def _run_rebuild(self, application: Any) -> None:
        started = time.monotonic()
        with application.app_context():
            try:
                count = indexer.rebuild(self._engine, self._name, self._check_stop)
            except (_Stopped, RebuildRunning):
                return
            except Exception as error:  # noqa: BLE001  # the server may go away meanwhile
                log.warning("rebuild_failed", reason=f"{type(error).__name__}: {error}"[:200])
                self._stop.wait(LONGEST_SECONDS)
                return
        log.info("index_rebuilt", documents=count, seconds=round(time.monotonic() - started, 1))

    def _check_stop(self, _done: int, _total: int) -> None:
        if self._stop.is_set():
            raise _Stopped

    def finish(self) -> None:
        """Wait until the rebuild has stopped."""
        if self._rebuild is not None:
            self._rebuild.join(timeout=MAX_PAUSE_SECONDS)


class _Stopped(Exception):
    """The process is shutting down."""
