"""The worker: search index, mail both ways, deferred actions, periodic jobs: each in a thread, until asked to stop."""

import os
import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask, current_app

from portal.accounts import deferred_actions
from portal.core import clock, jobs
from portal.core.extensions import db
from portal.core.polling import LONGEST_FOR_MAIL_SECONDS, Pause
from portal.mail import sending
from portal.mail.inbound import polling
from portal.operations.stopping import StopRequest
from portal.search import services as search

log = structlog.get_logger()
PARENT_VARIABLE = "PORTAL_PARENT"
"""The environment variable with the process id of the server that started this worker."""
PARENT_SECONDS = 1.0
CLOCK_SECONDS = 5.0
STOP_SECONDS = 3.0
"""How long each part gets to finish its current work; being interrupted after that is harmless."""

Part = Callable[[threading.Event], None]


def work(app: Flask) -> int:
    """Run every part until a signal asks to stop or the parent server is gone; return the exit code."""
    request = StopRequest()
    stop = threading.Event()
    jobs.load()
    threads = [threading.Thread(target=_run, args=(app, part, stop), daemon=True) for part in PARTS]
    for thread in threads:
        thread.start()
    parent = int(os.environ.get(PARENT_VARIABLE, "0"))
    while not request.wait(PARENT_SECONDS if parent else None):
        if os.getppid() != parent:
            break
    stop.set()
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(timeout=max(0.0, deadline - time.monotonic()))
    with app.app_context():
        db.engine.dispose()
    request.ignore_more()
    return 0


def _run(app: Flask, part: Part, stop: threading.Event) -> None:
    """Run a part; restart it after a pause when it fails."""
    while not stop.is_set():
        try:
            with app.app_context():
                part(stop)
        except Exception:
            log.exception("worker_part_failed", part=part.__name__)
            stop.wait(CLOCK_SECONDS)


def run_clock(stop: threading.Event) -> None:
    """Run the periodic jobs that are due."""
    while not stop.is_set():
        with current_app.app_context():
            jobs.run_due(clock.now())
        stop.wait(CLOCK_SECONDS)


def run_errands(stop: threading.Event) -> None:
    """Run the deferred actions (`accounts.deferred_actions`); people are waiting for their mail."""
    pause = Pause(LONGEST_FOR_MAIL_SECONDS)
    while not stop.wait(pause.seconds):
        pause.note(found=deferred_actions.run_pending() > 0)


PARTS: tuple[Part, ...] = (search.run_forever, sending.run_forever, polling.run_forever, run_errands, run_clock)
