"""Kill -9 of the web process, the worker or both while people write: what was acknowledged stays, and is found.

A few short rounds here; `make endurance` runs twenty of 500 writes.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.search import services as search
from tests.mail.postbox import Postbox, listening
from tests.operations import storm as storms
from tests.operations.test_server import Portal

ROUNDS = int(os.environ.get("ENDURANCE_ROUNDS", "3"))
WRITES = int(os.environ.get("ENDURANCE_WRITES", "60"))
VICTIMS = ("both", "web", "worker")
FOUND_WITHIN = 10.0
MAILED_WITHIN = 60.0


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """Return a mail server that survives the portal."""
    with listening(Postbox()) as running:
        yield running


@pytest.fixture
def portal(tmp_path: Path, postbox: Postbox) -> Iterator[Portal]:
    """Return a portal of its own that mails to the postbox."""
    running = Portal(tmp_path)
    running.environment |= {"PORTAL_LIMITS": "1000000", "PORTAL_MAIL_URL": postbox.url}
    yield running
    if running.process is not None and running.process.poll() is None:
        running.kill(signal.SIGTERM)


def until(happened: Callable[[], bool], seconds: float) -> float:
    """Wait until something is so; returns how long it took, or infinity when it took too long."""
    started = time.monotonic()
    while not happened():
        if time.monotonic() - started > seconds:
            return float("inf")
        time.sleep(0.1)
    return time.monotonic() - started


def asked(instance: Path, statement: str) -> list[str]:
    """Return the first column of a query."""
    with closing(sqlite3.connect(instance / "portal.db", timeout=10)) as connection:
        return [row[0] for row in connection.execute(statement)]


def differences(instance: Path) -> tuple[set[str], set[str]]:
    """Return what the index lacks and what it has in excess."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        found = search.differences()
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_acknowledged_write_is_lost(portal: Portal, postbox: Postbox, tmp_path: Path, number: int) -> None:
    """CHECKS 99, 100, 102, 107 and 110."""
    cookie = storms.prepare(tmp_path)
    portal.start()
    portal.get("/healthz", seconds=30)
    storm = storms.Storm(writes=WRITES, name=f"r{number}")

    storms.run(portal, cookie, storm, VICTIMS[number % len(VICTIMS)], random.Random(number))  # noqa: S311  # repeatable
    storms.kill(portal, storm, "both")  # with the last answers the change feed and the outbox are not empty yet

    found_after = until(lambda: not asked(tmp_path, "SELECT id FROM search_change"), FOUND_WITHIN)
    mailed_after = until(lambda: set(storm.invited) <= set(postbox.addressees), MAILED_WITHIN)
    assert storm.odd == []
    assert storm.acknowledged == WRITES
    saved = Counter(asked(tmp_path, "SELECT title FROM post"))
    assert saved == Counter(storm.posts), "a post is missing, half, or there twice"
    assert found_after < FOUND_WITHIN
    assert len(asked(tmp_path, "SELECT title FROM post WHERE state = 'open'")) == len(storm.posts)
    assert mailed_after < MAILED_WITHIN
    sent = Counter(postbox.addressees)
    assert set(sent) == set(storm.invited)
    duplicates = sum(sent.values()) - len(sent)
    assert duplicates <= storm.kills
    word = storm.posts[-1].split()[1]
    portal.until(lambda page: f'-plek-{word}"'.encode() in page, f"/zoeken?q={word}", seconds=10)
    portal.kill(signal.SIGTERM)
    check = subprocess.run(
        portal.command("check"), env=portal.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert check.returncode == 0, check.stdout
    assert differences(tmp_path) == (set(), set())
    sys.stderr.write(storms.figures(storm, duplicates) + "\n")
