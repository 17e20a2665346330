"""Stopping `portal serve` as a service manager does: a signal to all of its processes, and another right after it.

A few stops here; `make endurance` makes a hundred.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.test_server import Portal
from tests.servers import START_SECONDS

STOPS = int(os.environ.get("ENDURANCE_STOPS", "6"))
GIVE_UP_SECONDS = 15.0
"""After so long a process that should have ended hangs."""
LONGEST_SECONDS = 5.0
MOST_BETWEEN_SECONDS = 0.001


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """Return a portal that leads a process group of its own, which is ended after the test."""
    running = Portal(tmp_path)
    yield running
    if running.process is not None and group_of(running.process):
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait(timeout=15)


def start(portal: Portal) -> subprocess.Popen[bytes]:
    """Start serving in a process group of its own; returns when it answers and its worker runs."""
    portal.process = subprocess.Popen(portal.command("serve"), env=portal.environment, start_new_session=True)
    portal.get("/healthz", seconds=START_SECONDS)
    return portal.process


def group_of(leader: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that run in the group of one."""
    leader.poll()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _parent, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(group) == leader.pid and state != "Z":
            found.append(int(folder.name))
    return found


def stop_twice(leader: subprocess.Popen[bytes], between: float) -> float:
    """Signal the whole group twice, some seconds apart; returns after how long all of it was gone."""
    started = time.monotonic()
    os.killpg(leader.pid, signal.SIGTERM)
    while time.monotonic() < started + between:
        pass  # sleeping takes longer than that
    if group_of(leader):
        os.killpg(leader.pid, signal.SIGTERM)
    while group_of(leader):
        if time.monotonic() - started > GIVE_UP_SECONDS:
            return float("inf")
        time.sleep(0.01)
    return time.monotonic() - started


@pytest.mark.timeout(60 + 20 * STOPS)
def test_two_signals_at_once_end_every_process(portal: Portal) -> None:
    chance = random.Random(8)  # noqa: S311  # repeatable
    taken = []
    for _number in range(STOPS):
        leader = start(portal)
        for _request in range(chance.randrange(100)):  # so that the moment differs
            portal.get("/healthz", seconds=START_SECONDS)
        taken.append(stop_twice(leader, chance.uniform(0, MOST_BETWEEN_SECONDS)))
        assert leader.wait(timeout=GIVE_UP_SECONDS) == 0

    assert max(taken) < GIVE_UP_SECONDS, f"{taken.count(float('inf'))} of {STOPS} stops hung"
    if "ENDURANCE_STOPS" in os.environ:
        assert max(taken) < LONGEST_SECONDS
        sys.stderr.write(f"{STOPS} stops, none hung; the slowest took {max(taken):.2f} s\n")


def test_a_stop_leaves_the_whole_database_in_one_file(portal: Portal, tmp_path: Path) -> None:
    leader = start(portal)
    assert (tmp_path / "portal.db-wal").exists()
    stop_twice(leader, between=0)

    assert sorted(path.name for path in tmp_path.glob("portal.db*")) == ["portal.db"]
