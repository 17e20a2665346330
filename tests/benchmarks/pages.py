"""The table of pages: processor time of the server per request, beside *hello* and *orm* in the same run.

All servers run at once and take turns, round after round, and the median round counts: on a machine that is busy with
other things one server alone would look slow.
"""

import random
import re
import sqlite3
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.measure import Figure, Where, fetch, measure, server

BOARD = "/vraag-en-aanbod/"
ANSWERS = "/antwoorden/"
FILTERED = f"{BOARD}?soort=vraag&speerpunt=techniek"
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}
ROUNDS = 6
SERVERS = ("hello", "list", "orm", "portal")
BARS = {
    "front page, kept": ("hello", 1.5),
    "board, kept": ("hello", 1.5),
    "board, 304": ("hello", 1.3),
    "board, fresh": ("orm, after a change", 1.0),
    "board filtered, fresh": ("orm, after a change", 1.0),
    "board, signed in": ("orm", 1.25),
    "agenda, event changed": ("orm, after a change", 1.2),
    "post with 50 answers, for its owner": ("orm", 1.25),
    "answers to that post": ("orm", 1.25),
    "500 conversations": ("orm", 1.0),
}
"""A page, and how many times a yardstick it may cost. What is measured after a change is held against *orm* after one:
the database read its pages anew for both. The column "x orm" says what it is beside *orm* without any change.
"""
LARGE_BAR = 1.3

Change = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request; `change` runs before each, `conditional` asks whether a page is still the same."""

    name: str
    server: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    change: Change | None = None
    conditional: bool = False

    @property
    def weight(self) -> int:
        """Return how often it is measured: what costs little more often."""
        return 1 if self.change else 4


def pages(instance: Path, requests: int, cookie: str, own_post: str) -> dict[str, Figure]:
    """Measure every page and yardstick; `requests` are those of a cheap page."""
    with ExitStack() as running:
        where = {name: running.enter_context(server(name, instance)) for name in SERVERS}
        return _measured(list(_scenarios(instance, where["portal"][0], cookie, own_post)), where, requests)


def sizes(small: Path, large: Path, requests: int) -> dict[str, Figure]:
    """Measure a fresh board of two databases."""
    with ExitStack() as running:
        where = {folder.name: running.enter_context(server("portal", folder)) for folder in (small, large)}
        scenarios = [
            Scenario(folder.name, folder.name, BOARD, BROWSER, change=changing(folder, "post"))
            for folder in (small, large)
        ]
        return _measured(scenarios, where, requests)


def _measured(scenarios: list[Scenario], where: dict[str, Where], requests: int) -> dict[str, Figure]:
    found: dict[str, list[Figure]] = {scenario.name: [] for scenario in scenarios}
    for _round in range(ROUNDS):
        for scenario in scenarios:
            count = max(10, requests * scenario.weight // 4 // ROUNDS)
            found[scenario.name].append(_once(scenario, where[scenario.server], count))
    return {
        name: Figure(
            statistics.median(figure.cpu_ms for figure in figures),
            statistics.median(figure.latency_ms for figure in figures),
            figures[-1].status,
        )
        for name, figures in found.items()
    }


def _once(scenario: Scenario, where: Where, count: int) -> Figure:
    if not scenario.conditional:
        return measure(where, scenario.path, count, scenario.headers, scenario.change)
    for _attempt in range(5):  # when the minute turns meanwhile, the tag is old
        tag = fetch(where[0], scenario.path, scenario.headers)[1]["etag"]
        figure = measure(where, scenario.path, count, scenario.headers | {"If-None-Match": tag})
        if figure.status == 304:
            return figure
    raise RuntimeError("no conditional request was answered with 304")


def _scenarios(instance: Path, port: int, cookie: str, own_post: str) -> Iterator[Scenario]:
    post, event = changing(instance, "post"), changing(instance, "event")
    yield Scenario("hello", "hello", "/")
    yield Scenario("list", "list", "/")
    yield Scenario("orm", "orm", "/")
    yield Scenario("orm, after a change", "orm", "/", change=post)
    yield Scenario("front page, kept", "portal", "/", BROWSER)
    yield Scenario("board, kept", "portal", BOARD, BROWSER)
    yield Scenario("board, 304", "portal", BOARD, BROWSER, conditional=True)
    yield Scenario("board, fresh", "portal", BOARD, BROWSER, change=post)
    yield Scenario("board filtered, fresh", "portal", FILTERED, BROWSER, change=post)
    signed_in = BROWSER | {"Cookie": f"session={cookie}"}
    assert b"account-name" in fetch(port, BOARD, {"Cookie": signed_in["Cookie"]})[2]
    yield Scenario("board, signed in", "portal", BOARD, signed_in)
    yield Scenario("post with 50 answers, for its owner", "portal", own_post, signed_in)
    yield Scenario("answers to that post", "portal", f"{_number_of(own_post)}/antwoorden", signed_in)
    yield Scenario("500 conversations", "portal", ANSWERS, signed_in)
    yield Scenario("post, fresh", "portal", _a_post(port), BROWSER, change=post)
    yield Scenario("front page, fresh", "portal", "/", BROWSER, change=post)
    yield Scenario("agenda, fresh", "portal", "/agenda/", BROWSER, change=post)
    yield Scenario("agenda, event changed", "portal", "/agenda/", BROWSER, change=event)


def _number_of(post: str) -> str:
    """Return the path of a post without the words of its title."""
    return f"{BOARD}{post.removeprefix(BOARD).partition('-')[0]}"


def _a_post(port: int) -> str:
    match = re.search(rb'href="(/vraag-en-aanbod/[0-9]+-[^"]+)"', fetch(port, BOARD)[2])
    assert match is not None
    return match[1].decode()


STATEMENTS = {
    "post": "UPDATE post SET places = ?, changed_version = (SELECT number FROM content_version) WHERE id = ?",
    "event": "UPDATE event SET capacity = ?, changed_version = (SELECT number FROM content_version) WHERE id = ?",
}


def changing(instance: Path, table: str) -> Change:
    """Return a function that changes one row as a service would: the row, and the versions of content and table."""
    chance = random.Random(1)  # noqa: S311  # the same rows at every run
    database = instance / "portal.db"
    with closing(sqlite3.connect(database)) as connection:
        ids = [row[0] for row in connection.execute(f"SELECT id FROM {table} WHERE state = 'open'")]  # noqa: S608  # ours

    def change() -> None:
        with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
            connection.execute("UPDATE content_version SET number = number + 1")
            connection.execute(STATEMENTS[table], (chance.randint(1, 9), chance.choice(ids)))
            connection.execute(
                "UPDATE table_version SET number = (SELECT number FROM content_version) WHERE name = ?", (table,)
            )

    return change


def show(figures: dict[str, Figure]) -> bool:
    """Print every figure with its ratios and bar; returns whether all bars are met."""
    hello, orm = figures["hello"].cpu_ms, figures["orm"].cpu_ms
    print(f"{'':<24}{'CPU ms':>8}{'median ms':>11}{'x hello':>9}{'x orm':>8}  bar")
    all_met = True
    for name, figure in figures.items():
        verdict = ""
        if name in BARS:
            yardstick, most = BARS[name]
            ratio = figure.cpu_ms / figures[yardstick].cpu_ms
            all_met &= ratio <= most
            verdict = f"{ratio:.2f} x {yardstick}, bar {most}: {'met' if ratio <= most else 'MISSED'}"
        ratios = f"{figure.cpu_ms / hello:>9.2f}{figure.cpu_ms / orm:>8.2f}"
        print(f"{name:<24}{figure.cpu_ms:>8.2f}{figure.latency_ms:>11.2f}{ratios}  {verdict}")
    return all_met
