"""`make bench`: each bar for pages with what was measured; search has a table of its own (`tests.benchmarks.search`).

Options: --posts N (20,000 unless told), --requests N, --large (the board at ten times the posts as well), and
--only pages|matches|whole|worker|alerts. Ratios of one run on one machine mean something; the absolute times do not.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import event

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.operations import demo, schema
from tests.benchmarks import alerts, matches, pages, whole, worker
from tests.benchmarks.search import postgres_server
from tests.benchmarks.seed import seed_posts
from tests.benchmarks.threads import seed_threads
from tests.people import make_user, sign_in

CONTENT_STATE = 1
"""The statement that the freshness layer sends past SQLAlchemy, before the application wakes up."""
MOST_STATEMENTS = 8
MOST_MATCHING = 40.0
MOST_BYTES, MOST_REQUESTS = 60_000, 8
MOST_SECONDS = 2.0
MOST_MEGABYTES = 250
MOST_IDLE = 0.5
FOUND_SECONDS = 1.0
MOST_ALERT_MS = 2.0


def main() -> int:
    """Run the benchmark; returns 1 when a bar is missed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        instance = Path(folder) / "posts"
        _say(f"loading the demo and {options.posts} posts …")
        prepared = prepare(instance, options.posts)
        met = True
        if options.only in (None, "pages"):
            met &= _pages(instance, options.requests, prepared)
        if options.large:
            met &= _large(instance, options.posts * 10, options.requests)
        if options.only in (None, "matches"):
            met &= _matches(instance)
        if options.only in (None, "whole"):
            met &= _whole(instance)
        if options.only in (None, "worker"):
            met &= _worker(instance)
        if options.only in (None, "alerts"):
            met &= _alerts(instance)
    return int(not met)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--large", action="store_true", help="measure the board at ten times the posts too")
    parser.add_argument("--only", choices=("pages", "matches", "whole", "worker", "alerts"))
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _verdict(what: str, measured: str, bar: str, *, met: bool) -> bool:
    print(f"{what}: {measured} (bar: {bar}): {'met' if met else 'MISSED'}", flush=True)
    return met


def _pages(instance: Path, requests: int, prepared: "Prepared") -> bool:
    _say("measuring pages …")
    met = pages.show(pages.pages(instance, requests, prepared.cookie, prepared.own_post))
    print()
    for what, number in (("a fresh board", prepared.of_board), ("500 conversations", prepared.of_answers)):
        bar = str(MOST_STATEMENTS)
        met &= _verdict(f"SQL statements of {what}", str(number), bar, met=number <= MOST_STATEMENTS)
    return met


def _large(instance: Path, posts: int, requests: int) -> bool:
    _say(f"loading {posts} posts …")
    large = instance.with_name("large")
    prepare(large, posts)
    small_figure, large_figure = pages.sizes(instance, large, requests).values()
    ratio = large_figure.cpu_ms / small_figure.cpu_ms
    measured = f"{large_figure.cpu_ms:.2f} ms, {ratio:.2f} x that of a tenth"
    return _verdict(f"fresh board at {posts} posts", measured, f"{pages.LARGE_BAR} x", met=ratio <= pages.LARGE_BAR)


def _matches(instance: Path) -> bool:
    _say("storing the terms of every post …")
    found = matches.measure(instance)
    measured = f"p50 {found.usual:.1f}, p95 {found.slow:.1f} ms processor time; index filled in {found.filling:.1f} s"
    return _verdict("matches for one post", measured, f"p95 {MOST_MATCHING:g} ms", met=found.slow <= MOST_MATCHING)


def _whole(instance: Path) -> bool:
    weight, requests = whole.first_visit(instance)
    met = _verdict(
        "first visit",
        f"{weight:,} bytes in {requests} requests",
        f"{MOST_BYTES:,} in {MOST_REQUESTS}",
        met=weight <= MOST_BYTES and requests <= MOST_REQUESTS,
    )
    _say("building the search index …")
    whole.reindex(instance)
    seconds, spent = whole.start(instance)
    measured = f"{seconds:.2f} s, of which {spent:.2f} s processor time"
    met &= _verdict("start to first byte", measured, f"{MOST_SECONDS:g} s", met=seconds <= MOST_SECONDS)
    pss, rss = whole.memory(instance)
    measured = f"{pss:.0f} MB (shared pages once; RSS {rss:.0f})"
    return met & _verdict("memory of web and worker", measured, f"{MOST_MEGABYTES} MB", met=pss <= MOST_MEGABYTES)


def _worker(instance: Path) -> bool:
    _say("leaving workers idle for a minute …")
    with worker.portal(instance, {}, workers=1) as (_app, processes):
        met = _worker_bars("one machine, SQLite", processes[0])
    with postgres_server() as url:
        if url:
            settings = {"PORTAL_DATABASE_URL": url, "PORTAL_SEARCH": "postgres"}
            with worker.portal(instance.with_name("machines"), settings, workers=2) as (_app, processes):
                met &= _worker_bars("two machines, PostgreSQL", processes[0])
    return met


def _alerts(instance: Path) -> bool:
    _say("following the board …")
    spent, mails = alerts.cost(instance)
    what = f"an alert ({alerts.SUBSCRIBERS:,} over {alerts.NEW_POSTS} new posts, {mails:,} mails)"
    return _verdict(what, f"{spent:.2f} ms", f"{MOST_ALERT_MS:g} ms", met=spent <= MOST_ALERT_MS)


def _worker_bars(where: str, process: int) -> bool:
    share = worker.idle(process)
    met = _verdict(f"idle worker, {where}", f"{share:.2f} % of a core", f"{MOST_IDLE} %", met=share <= MOST_IDLE)
    usual, slowest = worker.findable()
    measured = f"{usual:.2f} s, the slowest of {worker.CHANGES} {slowest:.2f} s"
    return met & _verdict(f"change found, {where}", measured, f"{FOUND_SECONDS:g} s", met=slowest <= FOUND_SECONDS)


class Prepared(NamedTuple):
    """What was put into a database: the statements of two pages, a member's cookie, the path of the member's post."""

    of_board: int
    of_answers: int
    cookie: str
    own_post: str


def prepare(instance: Path, posts: int) -> Prepared:
    """Fill a database, and count the statements of a fresh board page and of a member's conversations."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    client, member = app.test_client(), app.test_client()
    with app.app_context():
        schema.upgrade()
        demo.load()
        seed_posts(db.session(), posts)
        with app.test_request_context():
            owner = make_user("Meet Meester")
            cookie = sign_in(member, owner)
        own_post = seed_threads(db.session(), owner)
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    client.get(pages.BOARD)
    member.get(pages.ANSWERS)
    pages.changing(instance, "post")()
    return Prepared(
        CONTENT_STATE + _statements(seen, client, pages.BOARD),
        _statements(seen, member, pages.ANSWERS),
        cookie,
        own_post,
    )


def _statements(seen: list[str], client: FlaskClient, path: str) -> int:
    """Return how many statements SQLAlchemy sends for a page."""
    seen.clear()
    assert client.get(path).status_code == 200
    return sum(not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for statement in seen)


if __name__ == "__main__":
    sys.exit(main())
