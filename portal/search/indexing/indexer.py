"""Keeps the index up to date with the database; called by the worker and the commands, for either engine."""

import threading
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.search.engines.base import Progress, SearchUnavailable
from portal.search.engines.factory import engine
from portal.search.indexing import documents
from portal.search.models import note

BATCH = 200
"""Changes applied at a time: a quarter of a second of work."""

log = structlog.get_logger()


def apply_changes(limit: int = BATCH) -> int:
    """Apply pending changes to the index, `limit` rows at most; returns how many rows were taken.

    Raises SearchUnavailable when there is no whole index to apply them to.
    """
    return engine().apply_changes(limit)


def rebuild(progress: Progress | None = None, *, show_progress: bool = False) -> int:
    """Build a new index beside the live one and replace that; returns the number of documents.

    Changes made meanwhile are included. When another process is rebuilding, raises RebuildRunning, or with
    `show_progress`, where a person is watching, waits until that is done.
    """
    return engine().rebuild(progress, show_progress=show_progress)


def note_orphans() -> int:
    """Note a change for each document of the index whose row is gone; returns how many. The worker takes them out.

    That happens only when somebody changed the database past the portal. Raises SearchUnavailable.
    """
    rows = {f"{search_type}:{row_id}" for search_type, ids in documents.every_key().items() for row_id in ids}
    db.session.rollback()
    return _note(engine().keys() - rows)


def note_differences() -> int:
    """Note a change for each document that the index lacks or has in excess; returns how many. Reads all content."""
    missing, excess = differences()
    return _note(missing | excess)


def _note(keys: set[str]) -> int:
    if keys:
        log.warning("index_differs", documents=len(keys))
        with transaction() as session:
            note(session, keys)
    return len(keys)


def run_forever(stop: threading.Event) -> None:
    """Follow the change feed until `stop` is set; needs an application context."""
    with suppress(SearchUnavailable, SQLAlchemyError):
        note_orphans()
    engine().run_forever(stop)


def differences() -> tuple[set[str], set[str]]:
    """Return the keys that the index lacks, and those it has in excess; reads the whole content."""
    expected = {document.key for _rows, found in documents.everything(documents.every_key()) for document in found}
    indexed = engine().keys()
    return expected - indexed, indexed - expected
