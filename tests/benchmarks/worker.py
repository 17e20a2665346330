"""The worker: what it takes of a processor core while nothing happens, and how soon a change is found."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.community import services as community
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.polling import LONGEST_SECONDS
from portal.operations import schema
from portal.search import services as search
from portal.search.indexing import indexer
from tests.benchmarks.measure import cpu_seconds

IDLE_SECONDS = 60.0
SETTLING_SECONDS, LONGEST_SETTLING_SECONDS = 10.0, 90.0
BUSY = 0.02
"""The share of a core above which a worker still starts, or runs the jobs of the clock for the first time."""
CHANGES = 10
PATIENCE_SECONDS = 30.0


@contextmanager
def portal(folder: Path, settings: Mapping[str, str], workers: int) -> Iterator[tuple[Flask, list[int]]]:
    """Run one worker, or several that share a database only; yields their portal and their process ids."""
    own = {"PORTAL_INSTANCE": str(folder), "PORTAL_LOG_LEVEL": "error", **settings}
    app = create_app(from_environment(own))
    with ExitStack() as stack, app.app_context():
        schema.upgrade()
        indexer.rebuild()
        processes = []
        for number in range(workers):
            instance = str(folder) if workers == 1 else f"{folder}-{number}"
            environment = os.environ | own | {"PORTAL_INSTANCE": instance}
            process = subprocess.Popen([sys.executable, "-m", "portal", "worker"], env=environment)
            stack.callback(process.wait, timeout=15)
            stack.callback(process.terminate)
            processes.append(process.pid)
        yield app, processes
        db.session.remove()
        db.engine.dispose()


def idle(process: int) -> float:
    """Return which share of a core a process takes while nothing happens, in percent."""
    began = time.monotonic()
    while _share(process, SETTLING_SECONDS) > BUSY and time.monotonic() - began < LONGEST_SETTLING_SECONDS:
        pass
    return _share(process, IDLE_SECONDS) * 100


def _share(process: int, seconds: float) -> float:
    before = cpu_seconds(process)
    time.sleep(seconds)
    return (cpu_seconds(process) - before) / seconds


def findable() -> tuple[float, float]:
    """Return after how many seconds a change is found after its commit: the median of several, and the slowest."""
    taken = []
    for number in range(CHANGES):
        time.sleep(LONGEST_SECONDS * (number % 5 + 1) / 2)  # so that it comes at another moment of the pause
        word = "proef" + "abcdefghij"[number] * 3
        made = community.add_organisation(word, word.title(), "vo", None, None, None)
        taken.append(_until_found(word, made.id))
    return statistics.median(taken), max(taken)


def _until_found(word: str, row_id: int) -> float:
    began = time.monotonic()
    while search.find_ids(word, "organisation") != [row_id]:
        db.session.rollback()
        if time.monotonic() - began > PATIENCE_SECONDS:
            return float("inf")
        time.sleep(0.01)
    return time.monotonic() - began
