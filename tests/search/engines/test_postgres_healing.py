"""The PostgreSQL index heals: missing, damaged or outdated, and when the server goes away."""

import tempfile
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal.board.models import Post
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.operations import schema
from portal.search import services
from portal.search.engines.base import SearchUnavailable
from portal.search.engines.postgres import tables, writing
from portal.search.engines.postgres.engine import PostgresEngine
from portal.search.engines.postgres.worker import Follower
from portal.search.indexing import indexer
from portal.search.indexing.terms import VERSION
from tests.search import content
from tests.search.engines.conftest import pending, postgres_application
from tests.search.engines.following import followers, found, is_whole, wait_for
from tests.search.engines.server import PostgresServer

pytestmark = pytest.mark.postgres


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
