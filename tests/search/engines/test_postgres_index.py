"""The PostgreSQL index equals the database: with many workers, and during rebuilds."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.board.models import Post
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.search.engines.base import RebuildRunning, SearchUnavailable
from portal.search.engines.postgres import indexer as postgres_indexer
from portal.search.engines.postgres import tables
from portal.search.engines.postgres.engine import PostgresEngine
from portal.search.indexing import documents, indexer
from portal.search.models import SearchDocument
from tests.search import content
from tests.search.engines.asking import document
from tests.search.engines.conftest import pending
from tests.search.engines.following import followers, found, is_whole, wait_for

pytestmark = pytest.mark.postgres


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
