"""`make bench`: our pages beside *hello*, *list* and *orm*, the statements of a fresh page, and a first visit's weight.

Options: --posts N (20,000 unless told) and --requests N. Ratios of one run on one machine mean something; the
absolute times do not.
"""

import argparse
import random
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import event

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.operations import demo, schema
from tests.benchmarks.measure import Figure, fetch, measure, server
from tests.benchmarks.seed import seed_posts
from tests.people import make_user, sign_in

BOARD = "/vraag-en-aanbod/"
FILTERED = "/vraag-en-aanbod/?soort=vraag&speerpunt=techniek"
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}
ASSET = re.compile(rb'(?:href|src)="(/static/[^"#]+)')
CSS_URL = re.compile(rb"url\(\"?(/static/[^)\"]+)")
CONTENT_VERSION = 1
"""The statement that the freshness layer sends past SQLAlchemy, before the application wakes up."""
BARS = {
    "front page, kept": ("hello", 1.7),
    "board, kept": ("hello", 1.7),
    "board, 304": ("hello", 1.5),
    "board, fresh": ("orm, after a change", 1.25),
    "board filtered, fresh": ("orm, after a change", 1.25),
    "board, signed in": ("orm", 1.4),
}


def main() -> int:
    """Run the benchmark; returns 1 when a bar is missed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        instance = Path(folder)
        _say(f"loading the demo and {options.posts} posts …")
        statements, cookie = _prepare(instance, options.posts)
        figures = _yardsticks(instance, options.requests) | _pages(instance, options.requests, cookie)
        missed = _print_table(figures)
        print(f"\nSQL statements of a fresh board page: {statements} (bar: 8)")
        missed |= statements > 8
        missed |= _first_visit(instance)
    return int(missed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=600)
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _prepare(instance: Path, posts: int) -> tuple[int, str]:
    """Fill a database; returns how many statements a fresh board page takes, and the cookie of a member."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    client = app.test_client()
    with app.app_context():
        schema.upgrade()
        demo.load()
        seed_posts(db.session(), posts)
        with app.test_request_context():
            cookie = sign_in(app.test_client(), make_user("Meet Meester"))
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    client.get(BOARD)
    _change(instance)()
    seen.clear()
    assert client.get(BOARD).status_code == 200
    fresh = sum(not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for statement in seen)
    return CONTENT_VERSION + fresh, cookie


def _yardsticks(instance: Path, requests: int) -> dict[str, Figure]:
    figures = {}
    for name in ("hello", "list", "orm"):
        _say(f"measuring {name} …")
        with server(name, instance) as where:
            figures[name] = measure(where, "/", requests)
            if name == "orm":
                figures["orm, after a change"] = measure(where, "/", requests // 4, before=_change(instance))
    return figures


def _pages(instance: Path, requests: int, cookie: str) -> dict[str, Figure]:
    _say("measuring our pages …")
    figures = {}
    with server("portal", instance) as where:
        _status, headers, _body = fetch(where[0], BOARD, BROWSER)
        change = _change(instance)
        fewer = max(60, requests // 4)
        figures["front page, kept"] = measure(where, "/", requests, BROWSER)
        figures["board, kept"] = measure(where, BOARD, requests, BROWSER)
        figures["board, fresh"] = measure(where, BOARD, fewer, BROWSER, before=change)
        figures["board filtered, fresh"] = measure(where, FILTERED, fewer, BROWSER, before=change)
        signed_in = BROWSER | {"Cookie": f"session={cookie}"}
        assert b"account-name" in fetch(where[0], BOARD, {"Cookie": signed_in["Cookie"]})[2]
        figures["board, signed in"] = measure(where, BOARD, requests // 2, signed_in)
        figures["post, fresh"] = measure(where, _a_post(where[0]), fewer, BROWSER, before=change)
        figures["agenda, fresh"] = measure(where, "/agenda/", fewer, BROWSER, before=change)
        figures["front page, fresh"] = measure(where, "/", fewer, BROWSER, before=change)
        _status, headers, _body = fetch(where[0], BOARD, BROWSER)
        conditional = BROWSER | {"If-None-Match": headers["etag"]}
        figures["board, 304"] = _within_a_minute(where, conditional, requests)
    return figures


def _within_a_minute(where: tuple[int, int], headers: dict[str, str], requests: int) -> Figure:
    """Measure conditional requests; when the minute turned meanwhile the tag is old, so try again with the new one."""
    for _ in range(5):
        figure = measure(where, BOARD, requests, headers)
        if figure.status == 304:
            return figure
        headers["If-None-Match"] = fetch(where[0], BOARD, BROWSER)[1]["etag"]
    raise RuntimeError("no conditional request was answered with 304")


def _a_post(port: int) -> str:
    _status, _headers, body = fetch(port, BOARD)
    match = re.search(rb'href="(/vraag-en-aanbod/[0-9]+-[^"]+)"', body)
    assert match is not None
    return match[1].decode()


def _change(instance: Path) -> Callable[[], None]:
    """Return a function that changes one post as a service would: its row, and the content version."""
    chance = random.Random(1)  # noqa: S311  # the same posts at every run
    with closing(sqlite3.connect(instance / "portal.db")) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM post WHERE state = 'open'")]

    def change() -> None:
        with closing(sqlite3.connect(instance / "portal.db", timeout=10)) as connection, connection:
            connection.execute("UPDATE content_version SET number = number + 1")
            connection.execute(
                "UPDATE post SET places = ?, changed_version = (SELECT number FROM content_version) WHERE id = ?",
                (chance.randint(1, 9), chance.choice(ids)),
            )

    return change


def _print_table(figures: dict[str, Figure]) -> bool:
    """Print every figure with its ratios; returns whether a bar was missed."""
    hello, orm = figures["hello"].cpu_ms, figures["orm"].cpu_ms
    print(f"{'':<24}{'CPU ms':>8}{'median ms':>11}{'x hello':>9}{'x orm':>8}  bar")
    missed = False
    for name, figure in figures.items():
        bar = ""
        if name in BARS:
            yardstick, most = BARS[name]
            met = figure.cpu_ms <= most * figures[yardstick].cpu_ms
            missed |= not met
            bar = f"<= {most} x {yardstick}: {'met' if met else 'MISSED'}"
        ratios = f"{figure.cpu_ms / hello:>9.2f}{figure.cpu_ms / orm:>8.2f}"
        print(f"{name:<24}{figure.cpu_ms:>8.2f}{figure.latency_ms:>11.2f}{ratios}  {bar}")
    return missed


def _first_visit(instance: Path) -> bool:
    """Print what a browser fetches at its first visit of the front page; returns whether a bar was missed."""
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
    requests = len(paths) + 1
    print(f"             together {weight:,} bytes in {requests} requests (bar: 60,000 in 8)")
    return weight > 60_000 or requests > 8


if __name__ == "__main__":
    sys.exit(main())
