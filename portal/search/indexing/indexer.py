"""Keeping the index equal to the database, whichever engine holds it: what the worker and the commands call."""

import threading

from portal.search.engines.base import Progress, engine

BATCH = 200
"""Changes applied at a time: a quarter of a second of work."""


def apply_changes(limit: int = BATCH) -> int:
    """Apply pending changes to the index, `limit` rows at most; returns how many rows were taken.

    Raises SearchUnavailable when there is no whole index to apply them to.
    """
    return engine().apply_changes(limit)


def rebuild(progress: Progress | None = None, *, show_progress: bool = False) -> int:
    """Build the index anew beside the live one and put it in its place; returns how many documents it holds.

    Changes that arrive meanwhile are in it. When another process does the same, raises RebuildRunning; with a progress
    bar, so with a person who looks on, it waits for its turn.
    """
    return engine().rebuild(progress, show_progress=show_progress)


def run_forever(stop: threading.Event) -> None:
    """Follow the change feed until `stop` is set; needs an application context."""
    engine().run_forever(stop)
