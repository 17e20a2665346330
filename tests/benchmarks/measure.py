"""Measuring a server from outside: its own CPU time per request, and the latency on one connection."""

import http.client
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROCESS_CLOCK = 2
"""Linux numbers the clock of a process `(~pid << 3) | 2` (CPUCLOCK_SCHED)."""
WARM_UP = 3
HOST = "127.0.0.1"
Where = tuple[int, int]
"""The port of a server, and its process."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one kind of request costs: CPU milliseconds of the server, median milliseconds of latency, last status."""

    cpu_ms: float
    latency_ms: float
    status: int


@contextmanager
def server(name: str, instance: Path) -> Iterator[Where]:
    """Run an application of `serve.py` under the portal's own server settings; yields (port, process id)."""
    port = free_port()
    arguments = [sys.executable, "-m", "tests.benchmarks.serve", name, str(port), str(instance)]
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)  # its request log
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def measure(
    where: Where,
    path: str,
    requests: int,
    headers: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Figure:
    """Make requests on one kept-alive connection; `before` runs before each, its cost is not the server's."""
    port, process = where
    connection = http.client.HTTPConnection(HOST, port)
    for _ in range(WARM_UP):
        if before is not None:
            before()
        _get(connection, path, headers)
    latencies = []
    status = 0
    spent = cpu_seconds(process)
    for _ in range(requests):
        if before is not None:
            before()
        started = time.perf_counter()
        status = _get(connection, path, headers)
        latencies.append((time.perf_counter() - started) * 1000)
    spent = cpu_seconds(process) - spent
    connection.close()
    return Figure(spent * 1000 / requests, statistics.median(latencies), status)


def _get(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str] | None) -> int:
    connection.request("GET", path, headers=dict(headers or {}))
    response = connection.getresponse()
    response.read()
    return response.status


def fetch(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (names in lower case) and body as sent, compressed if it came so."""
    connection = http.client.HTTPConnection(HOST, port)
    connection.request("GET", path, headers=dict(headers or {}))
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


def cpu_seconds(process: int) -> float:
    """Return user and system time of a process so far, all its threads, to the nanosecond."""
    return time.clock_gettime((~process << 3) | PROCESS_CLOCK)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, seconds: float = 60.0, pause: float = 0.02) -> float:
    """Wait until a port answers a request; returns the seconds it took, raises TimeoutError."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        try:
            fetch(port, "/")
        except OSError:
            time.sleep(pause)
        else:
            return time.monotonic() - started
    raise TimeoutError(f"nothing answers on port {port}")
