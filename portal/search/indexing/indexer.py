"""Keeps the index up to date with the database; called by the worker and the commands, for either engine."""

import threading

from portal.search.engines.base import Progress
from portal.search.engines.factory import engine

BATCH = 200
"""Changes applied at a time: a quarter of a second of work."""


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


def run_forever(stop: threading.Event) -> None:
    """Follow the change feed until `stop` is set; needs an application context."""
    engine().run_forever(stop)
