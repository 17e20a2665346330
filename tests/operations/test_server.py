"""`portal serve` as its users meet it: it starts, survives kill -9, and says what is wrong in one line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.databases import hang_up
from tests.fixtures import make_demo


class Portal:
    """A portal of its own, served by its own command."""

    def __init__(self, instance: Path) -> None:
        """Choose a free port; nothing is started yet."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = {"PORTAL_INSTANCE": str(instance), "PORT": str(self.port), "PORTAL_LOG_LEVEL": "error"}
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")
        } | settings
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a `portal` command."""
        return [sys.executable, "-m", "portal", *arguments]

    def start(self, *arguments: str) -> None:
        """Start serving."""
        self.process = subprocess.Popen(self.command("serve", *arguments), env=self.environment, umask=0o022)

    def get(self, path: str, seconds: float) -> tuple[int, bytes]:
        """Return status and body of a page, trying until it answers; raises TimeoutError."""
        return self.until(lambda answer: True, path, seconds)

    def until(self, wanted: Callable[[bytes], bool], path: str, seconds: float) -> tuple[int, bytes]:
        """Return the first answer whose body is as wanted; raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(OSError), closing(HTTPConnection("127.0.0.1", self.port, timeout=seconds)) as connection:
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                if wanted(body):
                    return response.status, body
            time.sleep(0.05)
        raise TimeoutError(path)

    def kill(self, number: int) -> None:
        """End the server with a signal, and wait for it."""
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(timeout=15)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """Return a portal that is ended after the test."""
    running = Portal(tmp_path)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.kill(signal.SIGKILL)


def test_after_kill_9_pages_come_and_search_works(portal: Portal, tmp_path: Path) -> None:
    hang_up(make_demo(tmp_path))
    portal.start("--demo")
    assert portal.get("/vraag-en-aanbod/", seconds=60)[0] == 200
    portal.kill(signal.SIGKILL)

    portal.start()
    status, body = portal.get("/vraag-en-aanbod/", seconds=60)

    assert status == 200
    assert b"post-card" in body
    portal.until(lambda found: b"<mark>" in found, "/zoeken?q=gastles", seconds=30)


def test_a_taken_port_is_said_in_one_line(portal: Portal) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", portal.port))
        holder.listen()
        done = subprocess.run(
            portal.command("serve"), env=portal.environment, capture_output=True, text=True, timeout=60, check=False
        )

    assert done.returncode == 1
    assert "(PORT)" in done.stderr.splitlines()[-1]


def test_check_says_what_is_off_and_then_that_all_is_well(portal: Portal) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = portal.command(*arguments)
        return subprocess.run(command, env=portal.environment, capture_output=True, text=True, timeout=120, check=False)

    before = run("check")
    assert run("init").returncode == 0
    fresh = run("check")
    assert run("demo").returncode == 0
    assert run("reindex").returncode == 0
    after = run("check")

    assert before.returncode == 1
    assert "portal init" in before.stdout
    assert fresh.returncode == 0, fresh.stdout
    assert "is built at first start" in fresh.stdout
    assert after.returncode == 0, after.stdout
    assert "OFF" not in after.stdout


def test_nobody_else_may_read_what_a_running_portal_keeps(portal: Portal, tmp_path: Path) -> None:
    portal.start()
    portal.until(lambda page: b"<mark>" in page, "/zoeken?q=toegankelijkheid", seconds=60)

    kept = {path.name: path.stat().st_mode for path in tmp_path.rglob("*")}
    assert kept.keys() > {"portal.db", "portal.db-wal", "portal.db-shm", "secret_key", "search", "current", "senders"}
    assert [name for name, mode in kept.items() if mode & 0o077] == []
    assert tmp_path.stat().st_mode & 0o077 == 0
