"""Keeps the embedded index up to date: one process applies the change feed, and rebuilds the index when needed.

A row of the change feed is deleted only after its document is on disk in the index, so that a killed process repeats
the work. While a rebuild runs, no rows are deleted: the new index needs the changes made since it read the content.
"""

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import delete, select

from portal.core.extensions import db
from portal.core.polling import SHORTEST_SECONDS, Pause
from portal.core.storage.database import first_row, transaction
from portal.search.engines.base import Progress, RebuildRunning, SearchUnavailable
from portal.search.engines.embedded.segments import Segment
from portal.search.engines.embedded.store import IndexStore, position_of
from portal.search.engines.embedded.writer import write, write_all
from portal.search.indexing import documents
from portal.search.models import SearchChange, SearchDocument

BATCH = 200
"""Changes applied at a time: a quarter of a second of work."""

MAX_PAUSE_SECONDS = 5.0
SEGMENT_DOCUMENTS = 5_000
"""Documents per segment of a rebuild, which bounds its memory."""

CHECK_SECONDS = 5.0
"""Seconds between checks whether the files of the index were moved or damaged."""

FRAGMENTS = 24
SMALL = 1_000
"""With more than 24 segments of fewer than 1,000 documents, searching becomes slow, and the index is rebuilt."""

DELETED_SHARE = 0.3

NEWEST_CHANGE = "SELECT MAX(id) FROM search_change"
NEWEST_GIVEN = {
    "sqlite": "SELECT seq FROM sqlite_sequence WHERE name = 'search_change'",
    "postgresql": "SELECT last_value FROM search_change_id_seq WHERE is_called",
}

log = structlog.get_logger()


class DatabaseRestored(Exception):
    """The index knows changes that the database never had."""


# ── following the change feed ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows of the change feed that are applied together."""

    ids: list[int]
    keys: set[str]

    @property
    def last(self) -> int:
        return self.ids[-1]


def apply_changes(store: IndexStore, limit: int) -> int:
    """Apply pending changes to the index, `limit` rows at most; returns how many rows were taken.

    Raises SearchUnavailable when there is no intact index to apply them to.
    """
    with current_app.app_context(), store.writing():
        index = store.index()
        position = position_of(index)
        batch = _read_batch(position if store.is_rebuilding() else 0, limit)
        if batch is None:
            return 0
        rows_must_stay = store.is_rebuilding()  # asked after reading them: see below
        _write_batch(index, batch, max(position, batch.last), store.snapshot().segments)
        if not rows_must_stay:
            _forget(batch)
        return len(batch.ids)


# A rebuild that began after the rows were read finds what they stand for in the database, for they were committed
# before; one that began earlier needs them, and is seen by the question that follows the reading.


def _read_batch(after: int, limit: int, included: Collection[int] = frozenset()) -> _Batch | None:
    """Return the changes that follow change `after`, without the keys of those that the index includes already."""
    statement = select(SearchChange.id, SearchChange.key).where(SearchChange.id > after)
    rows = db.session.execute(statement.order_by(SearchChange.id).limit(limit)).all()
    db.session.rollback()
    return _Batch([row.id for row in rows], {row.key for row in rows if row.id not in included}) if rows else None


def _write_batch(index: Any, batch: _Batch, position: int, opened: Mapping[str, Segment]) -> None:
    found = documents.load(batch.keys)
    db.session.rollback()
    write(index, found.values(), batch.keys - found.keys(), position, opened)


def _forget(batch: _Batch) -> None:
    with transaction() as session:
        session.execute(delete(SearchChange).where(SearchChange.id.in_(batch.ids)))


def run_forever(store: IndexStore, stop: threading.Event) -> None:
    """Apply the change feed until `stop` is set; needs an application context."""
    follower = _Follower(store, stop)
    _compare_with_database(store)
    pause = Pause()
    while not stop.wait(pause.seconds):
        try:
            pause.note(found=follower.step())
        except Exception as error:  # noqa: BLE001  # the disk may be full, the database away: later is better than never
            pause.note_failure(SHORTEST_SECONDS, MAX_PAUSE_SECONDS)
            follower.check_next()
            log.warning("indexer_waits", reason=f"{type(error).__name__}: {error}"[:200], seconds=pause.seconds)
    follower.finish()


def _compare_with_database(store: IndexStore) -> None:
    """Have the index built anew when it is of a later moment than the database: a back-up was restored."""
    with suppress(SearchUnavailable):
        position, given = store.snapshot().position, newest_given()
        if position > given:
            store.report_damage(DatabaseRestored(f"index at change {position}, database at {given}"))


def newest_given() -> int:
    """Return the highest number that the database ever gave to a change, 0 for none; it only grows."""
    row = first_row(NEWEST_GIVEN[db.engine.dialect.name])
    return int(row[0]) if row else 0


class _Follower:
    """The state of the indexer process between two reads of the change feed."""

    def __init__(self, store: IndexStore, stop: threading.Event) -> None:
        self._store = store
        self._stop = stop
        self._rebuild: threading.Thread | None = None
        self._seen = -1
        self._check_at = 0.0

    def step(self) -> bool:
        """Check the index and the change feed once, and do what is needed; return whether there was work."""
        if time.monotonic() > self._check_at:
            self._check_at = time.monotonic() + CHECK_SECONDS
            self._store.check()
        if self._store.needs_rebuild():
            self._start_rebuild()
        (newest,) = first_row(NEWEST_CHANGE)
        if newest is None or (newest == self._seen and self._store.is_rebuilding()):
            return False
        with suppress(SearchUnavailable):
            while apply_changes(self._store, BATCH) == BATCH and not self._stop.is_set():
                pass
            self._seen = newest
            self._note_fragments()
        return True

    def check_next(self) -> None:
        """Check the files of the index in the next step."""
        self._check_at = 0.0

    def _note_fragments(self) -> None:
        parts = self._store.snapshot().parts
        held, live = sum(len(part.facts.keys) for part in parts), sum(map(len, parts))
        if sum(len(part) < SMALL for part in parts) > FRAGMENTS or held - live > max(SMALL, held * DELETED_SHARE):
            self._start_rebuild()

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
                count = rebuild(self._store, self._check_stop)
            except (_Stopped, RebuildRunning):
                return
            except Exception:
                log.exception("rebuild_failed")
                self._stop.wait(MAX_PAUSE_SECONDS)
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


# ── building anew ─────────────────────────────────────────────────────────────────────────────────


def rebuild(store: IndexStore, progress: Progress | None = None, *, show_progress: bool = False) -> int:
    """Build a new index beside the live one and replace that; returns the number of documents.

    Changes made meanwhile are included. `progress` is called with the number of rows done and of all rows. When another
    process is rebuilding, raises RebuildRunning, or with `show_progress` waits until that is done.
    """
    with store.rebuilding(wait=show_progress), current_app.app_context():
        index = store.new_index()
        included = frozenset(db.session.scalars(select(SearchChange.id)))
        db.session.rollback()  # what is read from here on includes these changes
        position, keys = newest_given(), documents.every_key()
        db.session.rollback()
        write_all(index, documents.with_progress(keys, progress, show=show_progress), SEGMENT_DOCUMENTS, position)
        applied = _catch_up(index, 0, included)
        with store.writing():
            applied += _catch_up(index, applied[-1].last if applied else 0, included)
            store.point_to(index)
        for batch in applied:
            _forget(batch)
        count: int = index.doc_count()
    return count


def fill(store: IndexStore, found: Iterable[SearchDocument]) -> None:
    """Replace the contents of an index that follows no change feed."""
    with store.rebuilding(wait=True):
        index = store.new_index()
        write_all(index, ([document] for document in found), SEGMENT_DOCUMENTS)
        with store.writing():
            store.point_to(index)


def _catch_up(index: Any, after: int, included: Collection[int]) -> list[_Batch]:
    """Apply the pending changes to the new index, except the `included` ones; return all of them."""
    applied = []
    while (batch := _read_batch(after, BATCH, included)) is not None:
        after = batch.last
        if batch.keys:
            _write_batch(index, batch, after, {})
        applied.append(batch)
    return applied
