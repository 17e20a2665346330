"""A portal in a process of its own, spoken to byte by byte, and what it wrote in its log."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START_SECONDS = 30.0
NOTICE = b"The portal is at "


@dataclass
class Wire:
    """A running portal without content."""

    instance: Path
    port: int = 0
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        """Choose a free port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = self.instance / "log"

    @property
    def host(self) -> bytes:
        """Return the line that names this host."""
        return b"Host: 127.0.0.1:%d\r\n" % self.port

    @contextmanager
    def running(self) -> Iterator["Wire"]:
        """Serve until the end of the block."""
        settings = {"PORTAL_INSTANCE": str(self.instance), "PORT": str(self.port), "PORTAL_LOG_LEVEL": "info"}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | settings
        with self.log.open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "portal", "serve"], env=environment, stderr=log)
            try:
                self._wait()
                yield self
            finally:
                process.terminate()
                process.wait(timeout=15)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                self.connect().close()
            except ConnectionRefusedError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(self.log.read_text())

    def connect(self) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=START_SECONDS)

    def ask(self, data: bytes, quiet: float = 2.0) -> bytes:
        """Send bytes, and return all that comes until the end, or until no more came for some seconds."""
        with self.connect() as connection:
            connection.sendall(data)
            answer = b""
            while True:
                try:
                    part = connection.recv(65536)
                except (TimeoutError, ConnectionResetError):
                    return answer
                if not part:
                    return answer
                answer += part
                connection.settimeout(quiet)

    def get(self, target: str, *headers: bytes, method: bytes = b"GET") -> bytes:
        """Send a request for a target and return the answer; the connection ends after it."""
        lines = b"".join(header + b"\r\n" for header in headers)
        request = method + b" " + target.encode("latin-1") + b" HTTP/1.1\r\n" + self.host + lines
        return self.ask(request + b"Connection: close\r\n\r\n")

    def written(self) -> bytes:
        """Return the log, without the line that tells who starts the server where it is."""
        return b"\n".join(line for line in self.log.read_bytes().split(b"\n") if not line.startswith(NOTICE))

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the log; raises ValueError for one that is not JSON."""
        return [json.loads(line) for line in self.written().split(b"\n") if line]


def answers(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return status and headers of every answer in what came."""
    found = []
    for part in data.split(b"HTTP/1.")[1:]:
        head = part.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        found.append((int(head[0].split(" ")[1]), headers))
    return found
