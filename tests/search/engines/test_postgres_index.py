"""The PostgreSQL index equals the database: with many workers, during rebuilds, after damage and restarts."""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.board.models import Post
from portal.core.database import transaction
from portal.core.extensions import db
from portal.operations import schema
from portal.search import documents, indexer, services
from portal.search.engine import RebuildRunning, SearchUnavailable
from portal.search.models import SearchDocument
from portal.search.postgres import indexer as postgres_indexer
from portal.search.postgres import tables, writing
from portal.search.postgres.engine import PostgresEngine
from portal.search.postgres.follower import Follower
from portal.search.terms import VERSION
from tests.search import content
from tests.search.engines.asking import document
from tests.search.engines.conftest import pending, postgres_application
from tests.search.engines.server import PostgresServer

pytestmark = pytest.mark.postgres


def is_whole() -> bool:
    """Whether the index has what the database has, each document once, and counted rightly."""
    db.session.rollback()
    with db.engine.connect() as connection:
        generation = connection.scalar(text("SELECT generation FROM search.index_state WHERE name = 'live'"))
        keys = list(connection.scalars(text(f"SELECT key FROM search_live_{generation}.index_entry")))
        counted = connection.scalar(
            text(f"SELECT documents FROM search_live_{generation}.index_term WHERE lexeme = ''")
        )
    assert max(Counter(keys).values(), default=1) == 1
    return services.differences() == (set(), set()) and (counted or 0) == len(keys)


def wait_for(true: Callable[[], bool], seconds: float = 20) -> None:
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)


def found(word: str) -> list[int] | None:
    db.session.rollback()
    return services.find_ids(word, "post")


@contextmanager
def followers(app: Flask, count: int) -> Iterator[None]:
    """Follow the feed in threads, each with an engine of its own, as workers on several machines do."""
    stop = threading.Event()

    def run() -> None:
        with app.app_context():
            PostgresEngine().run_forever(stop)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def index(postgres_app: Flask) -> Flask:
    """Return the application on PostgreSQL with an empty index."""
    indexer.rebuild()
    return postgres_app


# ── the feed ──


def test_changes_are_findable_and_forgotten(index: Flask) -> None:
    kept, gone = content.post("Stage lassen"), content.post("Stage draaien")
    content.index_all()
    with transaction():
        db.session.delete(gone)
        kept.title = "Stage robotica"
    content.index_all()

    assert found("stage") == [kept.id]
    assert found("robotica") == [kept.id]
    assert (pending(), is_whole()) == (0, True)
    assert PostgresEngine().lexicon().frequencies([("words", "lassen"), ("words", "robotica")]) == {
        ("words", "robotica"): 1
    }


def test_new_words_can_be_completed_and_corrected(index: Flask) -> None:
    content.post("Robotica")
    content.index_all()
    lexicon = PostgresEngine().lexicon()
    assert [known.word for known in lexicon.beginning("robo", 5)] == ["robotica"]
    assert [known.word for known, _likeness in lexicon.similar("robotika", 5)] == ["robotica"]


def test_several_workers_lose_and_double_nothing(index: Flask) -> None:
    posts = [content.post(f"Plek {number}") for number in range(40)]
    with followers(index, 3):
        for number, post in enumerate(posts):
            with transaction():
                post = db.session.merge(post)
                post.title = f"Nieuwe plek {number}"
            if number % 4 == 0:
                with transaction():
                    db.session.delete(db.session.merge(post))
        wait_for(lambda: pending() == 0)
    assert is_whole()
    assert len(found("nieuwe") or []) == 30


def test_a_crash_undoes_the_whole_batch(index: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = content.post("Stage")
    waiting = pending()

    with monkeypatch.context() as patch:
        patch.setattr(postgres_indexer, "FORGET", "SELECT 1/0 WHERE %s IS NOT NULL")
        with pytest.raises(Exception, match="division by zero"):
            indexer.apply_changes()
    assert (pending(), found("stage")) == (waiting, [])
    content.index_all()
    assert found("stage") == [made.id]


def test_who_posts_does_not_wait_for_the_index(index: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    content.post("Stage lassen")
    load = documents.load
    posted: list[int] = []

    def post_meanwhile() -> None:
        with index.app_context():
            posted.append(content.post("Stage draaien").id)

    def slowly(keys: set[str]) -> dict[str, SearchDocument]:
        if not posted:
            thread = threading.Thread(target=post_meanwhile)
            thread.start()
            thread.join(timeout=5)
            assert posted
        return load(keys)

    monkeypatch.setattr(documents, "load", slowly)
    content.index_all()
    assert len(found("stage") or []) == 2


def test_a_very_long_text_holds_up_no_other(index: Flask) -> None:
    words = " ".join(f"woord{number}" for number in range(60_000))
    long, short = content.post("Stage lang", words), content.post("Stage kort")
    content.index_all()
    assert set(found("stage") or []) == {long.id, short.id}


def test_words_for_members_alone_are_proposed_to_nobody(postgres_app: Flask) -> None:
    with PostgresEngine.scratch("members") as engine:
        engine.fill([document("Geheimtaal", for_members=True), document("Gehoor")])
        lexicon = engine.lexicon()
        assert [known.word for known in lexicon.beginning("geh", 5)] == ["gehoor"]
        assert "geheimtaal" not in {known.word for known, _likeness in lexicon.similar("geheimtal", 5)}
        assert lexicon.frequencies([("words", "geheimtaal")]) == {("words", "geheimtaal"): 1}


def test_two_workers_write_one_document_in_turn(index: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = content.post("Stage")
    content.index_all()
    for title in ("Stage oud", "Stage nieuw"):
        with transaction():
            db.session.get_one(Post, made.id).title = title
    load = documents.load
    started, go_on = threading.Event(), threading.Event()

    def slowly(keys: set[str]) -> dict[str, SearchDocument]:
        found = load(keys)
        if not started.is_set():
            started.set()
            assert go_on.wait(20)
        return found

    def apply() -> None:
        with index.app_context():
            PostgresEngine().apply_changes(1)

    def one_waits() -> bool:
        with db.engine.connect() as connection:
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            return bool(connection.scalar(text(waiting)))

    monkeypatch.setattr(documents, "load", slowly)
    workers = [threading.Thread(target=apply) for _ in range(2)]
    workers[0].start()
    assert started.wait(20)
    workers[1].start()
    wait_for(one_waits)
    go_on.set()
    for worker in workers:
        worker.join()

    assert found("nieuw") == [made.id]
    assert (pending(), is_whole()) == (0, True)


# ── rebuilding ──


def test_a_rebuild_keeps_what_arrives_meanwhile(index: Flask) -> None:
    posts = [content.post(f"Plek {number}") for number in range(5)]
    content.index_all()
    seen: list[Any] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not seen:
            content.post("Kwam erbij")
            with transaction():
                db.session.delete(db.session.merge(posts[0]))
            content.index_all()
            seen.append(found("erbij"))

    count = indexer.rebuild(meanwhile)

    assert seen[0], "the live index goes on while the new one is built"
    assert count == len(PostgresEngine()) == 5
    assert (pending(), is_whole()) == (0, True)
    assert len(found("plek") or []) == 4


def test_rebuilds_under_load_of_workers_lose_nothing(index: Flask) -> None:
    with followers(index, 2):
        for number in range(4):
            for _ in range(5):
                content.post(f"Plek {number}")
            indexer.rebuild()
        wait_for(lambda: pending() == 0)
    assert is_whole()
    assert len(found("plek") or []) == 20


def test_one_rebuild_at_a_time(index: Flask) -> None:
    with (
        db.engine.connect() as connection,
        tables.rebuilding(connection, "live", wait=False),
        pytest.raises(RebuildRunning),
    ):
        indexer.rebuild()


def test_a_rebuild_that_fails_leaves_the_live_index(index: Flask) -> None:
    made = content.post("Stage")
    content.index_all()

    def fail(_done: int, _total: int) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        indexer.rebuild(fail)
    assert found("stage") == [made.id]
    content.post("Stage")
    content.index_all()
    indexer.rebuild()
    assert len(found("stage") or []) == 2
    with db.engine.connect() as connection:
        schemas = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'search\\_live\\_%'"))
        assert len(list(schemas)) == 1, "what the failed one left is gone"


def test_readers_see_whole_generations_while_rebuilds_replace_them(index: Flask) -> None:
    content.post("Plek")
    content.index_all()
    problems: list[object] = []
    stop = threading.Event()

    def read() -> None:
        with index.app_context():
            while not stop.is_set():
                ids = found("plek")
                if not ids or len(set(ids)) != len(ids):
                    problems.append(ids)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        content.post("Plek")
        content.index_all()
        indexer.rebuild()
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_scratch_index_leaves_the_live_one_alone(index: Flask) -> None:
    made = content.post("Stage")
    content.index_all()
    with PostgresEngine.scratch("proef") as scratch:
        assert len(scratch) == 0
    assert found("stage") == [made.id]
    with pytest.raises(SearchUnavailable):
        len(PostgresEngine("proef"))


# ── missing, damaged, outdated ──


def run(statement: str) -> None:
    with db.engine.begin() as connection:
        generation = connection.scalar(text("SELECT generation FROM search.index_state WHERE name = 'live'"))
        connection.execute(text(statement.replace("{live}", f"search_live_{generation}")))


DAMAGE = {
    "dropped whole": "DROP SCHEMA search CASCADE",
    "dropped generation": "DROP SCHEMA {live} CASCADE",
    "dropped table": "DROP TABLE {live}.index_entry_0",
    "dropped words": "DROP TABLE {live}.index_term",
    "dropped column": "ALTER TABLE {live}.index_entry DROP COLUMN terms",
    "dropped index": "DROP INDEX {live}.index_entry_terms_idx",
    "emptied": "TRUNCATE {live}.index_entry",
    "reported": "UPDATE search.index_state SET damaged = true",
    "old": f"UPDATE search.index_state SET version = {VERSION - 1}",
    "abandoned newer": f"UPDATE search.index_state SET version = {VERSION + 1}, seen_at = now() - interval '5 minutes'",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_worker_heals_it(index: Flask, damage: str) -> None:
    with followers(index, 2):
        first = content.post("Stage lassen")
        wait_for(lambda: found("stage") == [first.id])
        run(DAMAGE[damage])
        second = content.post("Stage draaien")
        wait_for(lambda: sorted(found("stage") or []) == [first.id, second.id])
        wait_for(lambda: pending() == 0)
    assert is_whole()


UNNOTICED = ("emptied", "dropped table", "dropped index")
"""By a search: it finds less, or takes longer."""


@pytest.mark.parametrize("damage", [damage for damage in DAMAGE if damage not in UNNOTICED])
def test_the_page_stands_without_an_index(index: Flask, damage: str) -> None:
    content.post("Stage lassen")
    content.index_all()
    run(DAMAGE[damage])
    response = index.test_client().get("/zoeken?q=stage")

    assert response.status_code == 200
    assert "Stage lassen" in response.get_data(as_text=True), "the newest are listed instead"
    assert found("stage") is None


def test_an_index_of_a_newer_version_in_use_is_left_alone(index: Flask) -> None:
    run(f"UPDATE search.index_state SET version = {VERSION + 1}")
    content.post("Stage")
    waiting = pending()
    Follower(db.engine, "live", threading.Event()).step()
    assert pending() == waiting, "its own workers take the changes"
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version FROM search.index_state")) == VERSION + 1


def test_the_first_worker_makes_the_index(postgres_app: Flask) -> None:
    made = content.post("Stage")
    assert found("stage") is None
    with followers(postgres_app, 2):
        wait_for(lambda: found("stage") == [made.id])
    assert is_whole()


def test_what_a_killed_rebuild_left_is_cleaned_up(index: Flask) -> None:
    with db.engine.begin() as connection:
        tables.create(connection, "live", 99)
        connection.execute(text("UPDATE search.index_state SET building = 99"))
    with followers(index, 1):
        content.post("Stage")

        def gone() -> bool:
            with db.engine.connect() as connection:
                left = connection.scalar(text("SELECT count(*) FROM pg_namespace WHERE nspname = 'search_live_99'"))
                return not left

        wait_for(gone)
        wait_for(lambda: pending() == 0)
    assert is_whole()


# ── many documents ──


def test_documents_lie_in_several_tables(index: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PARTITION", 3)
    monkeypatch.setattr(writing, "COPIED", 4)
    monkeypatch.setattr(writing, "COUNTED", 10)
    ids = [content.post(f"Plek {number}").id for number in range(11)]
    indexer.rebuild()
    later = content.post("Plek later").id
    content.index_all()

    assert sorted(found("plek") or []) == [*ids, later]
    assert is_whole()
    with transaction():
        db.session.delete(db.session.get_one(Post, ids[7]))
    content.index_all()
    assert len(found("plek") or []) == 11
    assert is_whole()


# ── a server that goes away ──


def test_a_restart_of_the_server_is_survived(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as folder:  # the path of a socket must be short
        server = PostgresServer(Path(folder))
        server.start()
        try:
            _survive_restart(server, postgres_application(server.url, tmp_path))
        finally:
            server.stop()


def _survive_restart(server: PostgresServer, app: Flask) -> None:
    with app.app_context():
        schema.upgrade()
        first = content.post("Stage lassen").id
        with followers(app, 1):
            wait_for(lambda: found("stage") == [first])
            db.session.remove()  # as at the end of a request
            server.stop()
            with pytest.raises(SearchUnavailable):
                PostgresEngine().lexicon()
            assert services.find_ids("stage", "post") is None
            server.start()
            wait_for(lambda: services.find_ids("stage", "post") == [first])
            second = content.post("Stage draaien").id
            wait_for(lambda: sorted(services.find_ids("stage", "post") or []) == [first, second])
        db.session.remove()
        db.engine.dispose()
