"""The worker itself: it sends soon after the commit, and being killed costs no mail (CHECKS 100, 110)."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
import pytest
from flask import Flask
from sqlalchemy import select

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import services
from portal.mail.models import MailMessage, MailState
from portal.operations import schema
from tests.mail.conftest import PLAIN, TEMPLATES
from tests.mail.postbox import OK, Postbox

SECONDS = 40.0
"""How long a worker may take to start and do its work on a busy machine."""


class Worker:
    """A `portal worker` of its own, on a database of its own."""

    def __init__(self, instance: Path, url: str) -> None:
        """Take what it needs to know."""
        self.settings = {"PORTAL_INSTANCE": str(instance), "PORTAL_MAIL_URL": url, "PORTAL_LOG_LEVEL": "error"}
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start one."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        command = [sys.executable, "-m", "portal", "worker"]
        self.processes.append(subprocess.Popen(command, env=environment | self.settings))

    def kill(self) -> None:
        """End the newest without a word."""
        self.processes[-1].send_signal(signal.SIGKILL)
        self.processes[-1].wait(timeout=15)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Flask]:
    """Return an application with an empty database that a worker shares."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_LOG_LEVEL": "error"}))
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = jinja2.ChoiceLoader([jinja2.DictLoader(TEMPLATES), app.jinja_env.loader])
    with app.app_context():
        schema.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def worker(portal: Flask, tmp_path: Path, postbox: Postbox) -> Iterator[Worker]:
    """Return a worker that is ended after the test."""
    running = Worker(tmp_path, postbox.url)
    yield running
    for process in running.processes:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=15)


def queue(*names: str) -> None:
    """Queue a mail to each of these."""
    with transaction():
        for name in names:
            services.send(
                PLAIN, f"{name}@example.org", "test/note", unique=f"note:{name}", title="Gastles", reason="Mooi"
            )


def until(happened: Callable[[], bool]) -> float:
    """Wait until something is so; returns how long it took. Fails when it takes too long."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < SECONDS, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - started


def states() -> Counter[str]:
    """Return how many mails stand where."""
    db.session.rollback()
    return Counter(db.session.scalars(select(MailMessage.state)))


def test_mail_goes_soon_after_the_commit(portal: Flask, worker: Worker, postbox: Postbox) -> None:
    queue("eerste")
    worker.start()
    until(lambda: len(postbox.received) == 1)

    queue("tweede")

    assert until(lambda: len(postbox.received) == 2) < 3.0
    until(lambda: states() == {MailState.SENT: 2})


def test_killed_while_sending_nobody_misses_mail(portal: Flask, worker: Worker, postbox: Postbox) -> None:
    """CHECKS 110: killed at each word of the conversation; twice only where the answer was lost, same Message-ID."""
    rounds = [postbox.at_sender, postbox.at_recipient, postbox.at_data, postbox.at_data]
    names = [f"lid{number}" for number in range(len(rounds) * 3)]
    killed = Counter[str]()

    def kill() -> str:
        worker.kill()
        killed["times"] += 1
        return OK

    queue(*names)
    for number, script in enumerate(rounds, start=1):
        script.extend([OK] if number % 2 else [])
        script.append(kill)
        worker.start()
        until(lambda number=number: killed["times"] == number)  # type: ignore[misc]  # bound at once
    worker.start()
    until(lambda: states() == {MailState.SENT: len(names)})

    copies = Counter(postbox.addressees)
    assert set(copies) == {f"{name}@example.org" for name in names}
    assert max(copies.values()) == 2
    assert sum(copies.values()) - len(copies) == 2, "one duplicate for each of the two lost answers, and no more"
    ids = {message["To"]: message["Message-ID"] for message in postbox.messages}
    assert all(message["Message-ID"] == ids[message["To"]] for message in postbox.messages)
    assert len(set(ids.values())) == len(names)


def test_two_workers_share_the_work(portal: Flask, worker: Worker, postbox: Postbox) -> None:
    names = [f"lid{number}" for number in range(40)]
    worker.start()
    worker.start()
    queue(*names)

    until(lambda: states() == {MailState.SENT: len(names)})

    assert Counter(postbox.addressees) == Counter(f"{name}@example.org" for name in names)


def test_a_worker_stops_when_asked(portal: Flask, worker: Worker, postbox: Postbox) -> None:
    queue("eerste")
    worker.start()
    until(lambda: len(postbox.received) == 1)

    worker.processes[-1].send_signal(signal.SIGTERM)

    assert worker.processes[-1].wait(timeout=SECONDS) == 0
    assert states() == {MailState.SENT: 1}
    assert list((Path(worker.settings["PORTAL_INSTANCE"]) / "senders").iterdir()) == []
