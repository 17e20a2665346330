"""The search table of `make bench`: our engines beside SQLite FTS5 and PostgreSQL's own `dutch`.

All hold the same documents and answer the same queries in this process: facets and a page of twenty with snippets
for ours, a ranked page of twenty for the others. Each engine runs in a process of its own, for its memory's sake.
PostgreSQL's two are left out where it is not installed. Options: --documents N (more than one allowed), --million
(PostgreSQL with 1,000,000 documents too: half an hour). The server runs as tests run it, without waiting for the disk.
"""

import argparse
import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from portal import create_app
from portal.core.config import from_environment
from portal.search.engines.base import Engine, SearchRequest
from portal.search.models import SearchDocument
from portal.search.page.snippets import Highlighter
from portal.search.query import parser
from portal.search.query.execution import find
from tests.benchmarks import documents
from tests.tools import PostgresServer

ENGINES = ("whoosh", "fts5")
POSTGRES_ENGINES = ("postgres", "dutch")
CHANGES = 20
PAGE = 20
MILLION = 1_000_000

Search = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one engine; times in milliseconds, sizes in MB."""

    engine: str
    documents: int
    p50: float
    p95: float
    worst: float
    empty: int
    """Queries in a hundred that found nothing."""
    build_seconds: float
    change: float
    """From giving one changed document to finding it."""
    index: float
    memory: float
    """What the process grew by when it had built, opened and searched."""


def main() -> int:
    """Measure, print the table; returns 1 when a bar is missed."""
    options = _options()
    if options.engine:
        print(json.dumps(asdict(_measure(options.engine, options.documents[0], options.postgres))))
        return 0
    with postgres_server() as url:
        rows = [row for count in options.documents for row in table(count, url)]
        if options.million and url:
            rows.append(_in_own_process("postgres", MILLION, url))
    show(rows)
    return int(any(not met for _text, met in verdicts(rows)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.search")
    parser.add_argument("--documents", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--million", action="store_true", help="measure PostgreSQL with a million documents too")
    parser.add_argument("--engine", choices=(*ENGINES, *POSTGRES_ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--postgres", metavar="URL", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server of our own; gives its address, or "" where PostgreSQL is not installed."""
    if not (shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))):
        print("PostgreSQL is not installed: its engines are not measured", file=sys.stderr)
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


def table(count: int, postgres: str) -> list[Row]:
    """Return a row for each engine, each measured in a process of its own."""
    return [_in_own_process(name, count, postgres) for name in (*ENGINES, *(POSTGRES_ENGINES if postgres else ()))]


def _in_own_process(name: str, count: int, postgres: str) -> Row:
    print(f"measuring {name} with {count:,} documents …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "tests.benchmarks.search", "--engine", name, "--documents", str(count)]
    done = subprocess.run([*command, "--postgres", postgres], stdout=subprocess.PIPE, text=True, check=True)
    return Row(**json.loads(done.stdout.splitlines()[-1]))


def show(rows: list[Row]) -> None:
    """Print the rows and the bars."""
    print(f"\n{'search':<10}{'documents':>11}{'p50 ms':>9}{'p95 ms':>9}{'worst':>9}{'empty %':>9}"
          f"{'build s':>9}{'change ms':>11}{'index MB':>10}{'memory MB':>11}")  # fmt: skip
    for row in rows:
        print(f"{row.engine:<10}{row.documents:>11,}{row.p50:>9.1f}{row.p95:>9.1f}{row.worst:>9.1f}{row.empty:>9}"
              f"{row.build_seconds:>9.1f}{row.change:>11.1f}{row.index:>10.1f}{row.memory:>11.1f}")  # fmt: skip
    for text, met in verdicts(rows):
        print(f"{text}: {'met' if met else 'MISSED'}")


def verdicts(rows: list[Row]) -> list[tuple[str, bool]]:
    """Return the bars of QUALITY that these rows tell about, and whether each is met."""
    bars = []
    for row in rows:
        where = f"{row.engine}, {row.documents:,} documents"
        if row.engine == "whoosh" and row.documents <= 20_000:
            bars.append(
                (f"{where}: p50 {row.p50:.1f} <= 15, p95 {row.p95:.1f} <= 60 ms", row.p50 <= 15 and row.p95 <= 60)
            )
        elif row.engine in ("whoosh", "postgres"):
            bars.append((f"{where}: p95 {row.p95:.1f} <= 200 ms", row.p95 <= 200))
        if row.engine in ("whoosh", "postgres"):
            bars.append((f"{where}: change -> findable {row.change:.0f} <= 1000 ms", row.change <= 1000))
    return bars


class _Drawing:
    """Draws the documents whose snippets are cut, and times that: it stands for the database, not for search."""

    seconds = 0.0

    def document(self, number: int) -> SearchDocument:
        """Return a document."""
        started = time.perf_counter()
        drawn = documents.document(number)
        self.seconds += time.perf_counter() - started
        return drawn


drawing = _Drawing()


# ── one engine ────────────────────────────────────────────────────────────────────────────────────


def _measure(name: str, count: int, postgres: str) -> Row:
    documents.queries(1)  # the source is loaded before memory is looked at
    with tempfile.TemporaryDirectory(prefix="portal-search-") as folder:
        measure = {"whoosh": _whoosh, "fts5": _fts5, "postgres": _postgres, "dutch": _dutch}[name]
        return measure(Path(folder), count, postgres)


def _row(
    engine: str,
    count: int,
    search: Search,
    change: Callable[[SearchDocument], object],
    built: float,
    size: float,
    memory: float,
) -> Row:
    asked = documents.queries()
    for words in asked[:10]:
        search(words)
    times, empty = [], 0
    for words in asked:
        started, drawn_before = time.perf_counter(), drawing.seconds
        found = search(words)
        taken = time.perf_counter() - started - (drawing.seconds - drawn_before)
        times.append(taken * 1000)
        empty += not found
    changes = []
    for number in range(CHANGES):
        mark = f"kenmerk{number}x"
        changed = replace(documents.document(count + number), title=f"Gewijzigd {mark}")
        started = time.perf_counter()
        change(changed)
        assert search(mark) == 1
        changes.append((time.perf_counter() - started) * 1000)
    times.sort()
    return Row(
        engine=engine,
        documents=count,
        p50=statistics.median(times),
        p95=times[int(len(times) * 0.95)],
        worst=times[-1],
        empty=round(100 * empty / len(times)),
        build_seconds=built,
        change=statistics.median(changes),
        index=size,
        memory=_memory() - memory,
    )


def _memory() -> float:
    """Return the most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _ours(engine: Engine, count: int, size: Callable[[], float], change: Callable[[SearchDocument], object]) -> Row:
    before = _memory()
    started = time.perf_counter()
    engine.fill(documents.documents(count))
    built = time.perf_counter() - started

    def search(words: str) -> int:
        asked = parser.parse(words)
        found = find(asked, SearchRequest(limit=PAGE), using=engine)
        highlighter = Highlighter(found.plan)
        for hit in found.results.hits:
            shown = drawing.document(int(hit.key.partition(":")[2]))
            highlighter.title(shown.title)
            highlighter.snippet(shown.text)
        return found.results.total

    return _row(engine.name, count, search, change, built, size(), before)


def _whoosh(folder: Path, count: int, _postgres_url: str) -> Row:
    from portal.search.engines.embedded.engine import EmbeddedEngine
    from portal.search.engines.embedded.writer import write

    engine = EmbeddedEngine(folder / "index")

    def change(document: SearchDocument) -> None:
        store = engine.store
        with store.writing():
            write(store.index(), [document], [], 0, store.snapshot().segments)

    return _ours(engine, count, lambda: _size(folder / "index"), change)


def _fts5(folder: Path, count: int, _postgres_url: str) -> Row:
    before = _memory()
    path = folder / "fts5.db"
    with closing(sqlite3.connect(path)) as connection:
        started = time.perf_counter()
        connection.execute(
            "CREATE VIRTUAL TABLE entry USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')"
        )
        rows = ((document.title, document.text) for document in documents.documents(count))
        connection.executemany("INSERT INTO entry(title, text) VALUES (?, ?)", rows)
        connection.commit()
        built = time.perf_counter() - started

        def search(words: str) -> int:
            match = " ".join(f'"{word}"' for word in words.split())
            statement = "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry, 2.0, 1.0) LIMIT ?"
            return len(connection.execute(statement, (match, PAGE)).fetchall())

        def change(document: SearchDocument) -> None:
            connection.execute("INSERT INTO entry(title, text) VALUES (?, ?)", (document.title, document.text))
            connection.commit()

        return _row("fts5", count, search, change, built, _size(folder), before)


def _postgres(folder: Path, count: int, postgres_url: str) -> Row:
    from portal.core.extensions import db
    from portal.search.engines.postgres import tables
    from portal.search.engines.postgres.engine import PostgresEngine
    from portal.search.engines.postgres.writing import write

    settings = {
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_DATABASE_URL": postgres_url,
        "PORTAL_SECRET_KEY": "x" * 40,
        "PORTAL_LOG_LEVEL": "error",
    }
    app = create_app(from_environment(settings))
    with app.app_context(), PostgresEngine.scratch("bench") as engine:

        def where() -> str:
            with db.engine.connect() as connection:
                found = "SELECT generation FROM search.index_state WHERE name = 'scratch_bench'"
                return tables.schema("scratch_bench", connection.exec_driver_sql(found).scalar_one())

        def size() -> float:
            with db.engine.connect() as connection:
                found = (
                    "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n"
                    " ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind = 'r'"
                )
                return float(connection.exec_driver_sql(found, (where(),)).scalar_one()) / 1e6

        def change(document: SearchDocument) -> None:
            with db.engine.begin() as connection:
                tables.speak_to(connection, where())
                write(connection, [document], [document.key])

        row = _ours(engine, count, size, change)
        db.session.remove()
        return row


def _dutch(_folder: Path, count: int, postgres_url: str) -> Row:
    import psycopg

    before = _memory()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        started = time.perf_counter()
        connection.execute(
            "CREATE UNLOGGED TABLE bench_dutch (id serial PRIMARY KEY, title text, text text, terms tsvector)"
        )
        with connection.cursor().copy("COPY bench_dutch (title, text) FROM STDIN") as copy:
            for document in documents.documents(count):
                copy.write_row((document.title, document.text))
        weighted = "setweight(to_tsvector('dutch', title), 'A') || to_tsvector('dutch', text)"
        connection.execute(f"UPDATE bench_dutch SET terms = {weighted}")  # noqa: S608  # our own text
        connection.execute("CREATE INDEX ON bench_dutch USING gin (terms)")
        connection.execute("VACUUM ANALYZE bench_dutch")
        built = time.perf_counter() - started

        def search(words: str) -> int:
            statement = (
                "SELECT id FROM bench_dutch, plainto_tsquery('dutch', %s) q WHERE terms @@ q"
                " ORDER BY ts_rank(terms, q) DESC LIMIT %s"
            )
            return len(connection.execute(statement, (words, PAGE)).fetchall())

        def change(document: SearchDocument) -> None:
            statement = f"INSERT INTO bench_dutch (title, text, terms) SELECT title, text, {weighted} FROM (VALUES (%s, %s)) v (title, text)"  # noqa: E501, S608
            connection.execute(statement, (document.title, document.text))

        row_of_size = connection.execute("SELECT pg_total_relation_size('bench_dutch')").fetchone()
        size = row_of_size[0] / 1e6 if row_of_size else 0.0
        try:
            return _row("dutch", count, search, change, built, size, before)
        finally:
            connection.execute("DROP TABLE bench_dutch")


if __name__ == "__main__":
    sys.exit(main())
