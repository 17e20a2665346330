"""Back-up and restoring, by the very lines of README.md."""

import re
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal import create_app
from portal.community import services as community
from portal.core.config import from_environment
from portal.files import storage
from portal.operations import schema
from tests.databases import hang_up
from tests.operations.test_server import Portal
from tests.tools import ROOT, find_program

STAND_INS = {"systemctl": "exit 0", "chown": "exit 0", "runuser": 'shift 3\nexec "$@"'}
"""What the lines start that belongs to a whole machine, as shell scripts: the service is stopped by the test."""
SERVED = 60.0
FILE = "ab" * 16 + ".pdf"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """Return a portal of its own with an empty database."""
    running = Portal(tmp_path / "instance")
    command = running.command("init")
    subprocess.run(command, env=running.environment, capture_output=True, check=True, timeout=60)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.kill(signal.SIGKILL)


def lines_of(first: str) -> str:
    """Return the shell lines of README.md that begin with a line."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    (block,) = (found for found in blocks if found.startswith(first))
    return str(block)


def run(lines: str, folder: Path) -> None:
    """Run lines of the README, with folders of ours; fails when one of them does."""
    find_program("sqlite3")
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    for name, script in STAND_INS.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o700)
    lines = lines.replace("/var/lib/portal", str(folder / "instance")).replace("/var/backups", str(folder / "backups"))
    lines = lines.replace("/opt/portal/.venv/bin/portal", f"{sys.executable} -m portal")
    lines = re.sub(r"portal-\d{4}-\d\d-\d\d\.db", "portal-$(date +%F).db", lines)
    environment = Portal(folder / "instance").environment
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def add(folder: Path, slug: str, *, file: bool = False) -> None:
    """Add an organisation to the portal, and a file to its store."""
    settings = {"PORTAL_INSTANCE": str(folder / "instance"), "PORTAL_LOG_LEVEL": "error"}
    app = create_app(from_environment(settings))
    with app.app_context():
        schema.upgrade()
        community.add_organisation(slug, slug.title(), "vo", None, None, None)
        if file:
            storage.write(FILE, b"%PDF-1.4")
    hang_up(app)


def link_to(slug: str) -> bytes:
    """Return how a page leads to an organisation."""
    return f'href="/organisaties/{slug}"'.encode()


def test_what_was_written_after_the_back_up_is_gone_and_the_rest_is_there(portal: Portal, tmp_path: Path) -> None:
    portal.start()
    portal.get("/healthz", seconds=SERVED)
    add(tmp_path, "rozenschool", file=True)
    key = (tmp_path / "instance" / "secret_key").read_text()
    run(lines_of("umask"), tmp_path)
    add(tmp_path, "tulpenschool")
    portal.until(lambda page: link_to("tulpenschool") in page, "/zoeken?q=tulpenschool", seconds=SERVED)
    portal.kill(signal.SIGKILL)
    assert (tmp_path / "instance" / "portal.db-wal").exists()
    for path in (tmp_path / "instance" / "files", tmp_path / "instance" / "secret_key"):
        path.rename(tmp_path / path.name)

    run(lines_of("systemctl stop"), tmp_path)

    portal.start()
    assert portal.get("/organisaties/rozenschool", seconds=SERVED)[0] == 200
    assert portal.get("/organisaties/tulpenschool", seconds=SERVED)[0] == 404
    assert link_to("rozenschool") in portal.get("/zoeken?q=rozenschool", seconds=SERVED)[1]
    assert link_to("tulpenschool") not in portal.get("/zoeken?q=tulpenschool", seconds=SERVED)[1]
    assert (tmp_path / "instance" / "secret_key").read_text() == key
    assert (tmp_path / "instance" / "files" / FILE[:2] / FILE).read_bytes() == b"%PDF-1.4"


def test_the_back_up_is_for_its_owner_alone_and_works_without_uploads(portal: Portal, tmp_path: Path) -> None:
    run(lines_of("umask"), tmp_path)

    kept = list((tmp_path / "backups").rglob("*"))
    assert {path.name for path in kept} > {"portal", "secret_key"}
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in kept)
    (copy,) = (tmp_path / "backups" / "portal").glob("*.db")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM page").fetchone() != (0,)
