"""The portal as a whole: how soon it answers, what it takes of memory, what a first visit weighs."""

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks.measure import Where, cpu_seconds, fetch, free_port, server, wait_for
from tests.benchmarks.pages import BROWSER

STARTS = 3
SETTLING_SECONDS = 6.0
"""The worker looks at index, mail and clock in its first seconds."""
ASSET = re.compile(rb'(?:href|src)="(/static/[^"#]+)')
CSS_URL = re.compile(rb"url\(\"?(/static/[^)\"]+)")
VISITED = ("/", "/vraag-en-aanbod/", "/agenda/", "/nieuws/", "/organisaties/", "/actieagenda/", "/voorbeelden/")
SEARCHED = ("lassen", "gastles+horeca", "verpleegtechniek", "lassn", "zonnepanelen+installateur", "stage", "glastuinb")


@contextmanager
def portal(instance: Path, log: str = "error") -> Iterator[Where]:
    """Run `portal serve`, worker and all; yields its port and process as soon as it was told to start."""
    port = free_port()
    settings = {"PORTAL_INSTANCE": str(instance), "PORT": str(port), "PORTAL_LOG_LEVEL": log}
    process = subprocess.Popen(_command("serve"), env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=15)


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "portal", name]


def start(instance: Path) -> tuple[float, float]:
    """Return the seconds from the command to the first byte of the front page, and the server's CPU seconds by then."""
    seconds, spent = [], []
    for _ in range(STARTS):
        began = time.perf_counter()
        with portal(instance) as (port, process):
            wait_for(port, pause=0.005)
            seconds.append(time.perf_counter() - began)
            spent.append(cpu_seconds(process))
    return statistics.median(seconds), statistics.median(spent)


def reindex(instance: Path) -> None:
    """Build the search index of an instance."""
    settings = {"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}
    subprocess.run(_command("reindex"), env=os.environ | settings, check=True, capture_output=True)


def memory(instance: Path) -> tuple[float, float]:
    """Return the MB of web and worker together after pages and searches: shared pages once (PSS), and twice (RSS)."""
    with portal(instance) as (port, process):
        wait_for(port)
        time.sleep(SETTLING_SECONDS)
        for path in (*VISITED, *(f"/zoeken?q={words}" for words in SEARCHED)):
            fetch(port, path, BROWSER)
        sizes = [_memory_of(one) for one in (process, *_children(process))]
    return sum(pss for pss, _rss in sizes), sum(rss for _pss, rss in sizes)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError):
            found += map(int, task.read_text().split())
    return found


def _memory_of(process: int) -> tuple[float, float]:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size.split()[0]) / 1024 for name, _colon, size in (line.partition(":") for line in lines)}
    return sizes["Pss"], sizes["Rss"]


def first_visit(instance: Path) -> tuple[int, int]:
    """Print what a browser fetches at its first visit of the front page; returns bytes and requests."""
    with server("portal", instance) as (port, _process):
        _status, headers, page = fetch(port, "/", BROWSER)
        weight, paths = len(page), set(ASSET.findall(fetch(port, "/")[2]))
        for path in sorted(paths):
            if path.endswith(b".css"):
                paths |= set(CSS_URL.findall(fetch(port, path.decode())[2]))
        paths = {path for path in paths if not path.endswith((b".png", b".webmanifest"))}  # fetched on installing only
        print(f"\nfirst visit: page {weight:,} bytes as {headers.get('content-encoding', 'identity')}")
        for path in sorted(paths):
            size = len(fetch(port, path.decode(), BROWSER)[2])
            weight += size
            print(f"             {path.decode():<52}{size:>8,}")
    return weight, len(paths) + 1
