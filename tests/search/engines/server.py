"""A PostgreSQL server that a test may stop and start again."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.tools import find_program

SOCKET = ".s.PGSQL.5432"


class PostgresServer:
    """A server with its data in a folder."""

    def __init__(self, folder: Path) -> None:
        """Make the data; the server refuses to be root, so then it runs as the user that its package makes."""
        self._folder = folder
        self._user = "postgres" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(folder, self._user)
        options = ["-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        self._run([_program("initdb"), "-D", str(folder / "data"), *options])

    @property
    def url(self) -> str:
        """Return the address of its database."""
        return f"postgresql://portal@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        options = ["-k", str(self._folder), "-c", "listen_addresses=", "-c", "fsync=off"]
        command = [_program("postgres"), "-D", str(self._folder / "data"), *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, user=self._user, stderr=log, cwd=self._folder)
        with socket.socket(socket.AF_UNIX) as client:
            while client.connect_ex(str(self._folder / SOCKET)):
                assert self._process.poll() is None, (self._folder / "log").read_text()
                time.sleep(0.02)

    def stop(self) -> None:
        """Stop it at once, breaking all connections."""
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait()
            self._process = None

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=self._folder)


def _program(name: str) -> str:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(versions[-1]) if versions else find_program(name)
