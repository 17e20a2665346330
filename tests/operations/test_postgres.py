"""What only PostgreSQL can do to a portal: writers at the same time, a server that is restarted, talkative errors."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from portal import create_app
from portal.accounts import services as accounts
from portal.community import services as community
from portal.core.config import from_environment
from portal.core.extensions import Model, db
from portal.core.storage import postgres
from portal.core.storage.database import content_version, transaction, writing_options
from portal.operations import demo, health, schema
from portal.search.indexing import indexer
from tests.databases import MakeDatabase, another_writer, hang_up
from tests.fixtures import InspectedResponse, InspectingClient
from tests.page_kinds import kinds_of_page
from tests.people import client_of, make_user
from tests.tools import PostgresServer

pytestmark = pytest.mark.postgres
READ = "/organisaties/"


def application(url: str, folder: Path) -> Flask:
    """Return a portal on PostgreSQL."""
    settings = {"PORTAL_INSTANCE": str(folder), "PORTAL_DATABASE_URL": url, "PORTAL_LOG_LEVEL": "error"}
    app = create_app(from_environment(settings))
    app.test_client_class, app.response_class = InspectingClient, InspectedResponse
    with app.app_context():
        schema.upgrade()
    return app


@pytest.fixture
def portal(make_database: MakeDatabase, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Return a portal with a database of its own, in its application context."""
    app = application(make_database(f"own_{abs(hash(request.node.name))}"), tmp_path)
    with app.app_context():
        yield app
    hang_up(app)


def add(slug: str) -> None:
    """Add an organisation."""
    community.add_organisation(slug, slug.title(), "vo", None, None, None)


def test_the_demo_loads_twice_and_every_kind_of_page_answers(portal: Flask) -> None:
    demo.load()
    before = content_version()
    demo.load()
    assert content_version() > before
    indexer.rebuild(show_progress=False)
    assert [finding for finding in health.findings() if not finding.well] == []
    client = portal.test_client()
    answers = {kind: client.get(path).status_code for kind, path in kinds_of_page(portal).items()}

    assert {kind for kind, status in answers.items() if status != 200} == {"not found", "bad request"}


def test_the_migrations_make_what_the_code_knows(portal: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


# ── one writer at a time ──────────────────────────────────────────────────────────────────────────


def test_a_second_writer_sees_what_the_first_one_wrote(portal: Flask) -> None:
    """It read an older moment before: as on SQLite that is forgotten when writing begins."""
    counts: list[int] = []
    reads, count = threading.Event(), text("SELECT count(*) FROM organisation")

    def second() -> None:
        with portal.app_context():
            assert db.session.scalar(count) == 0
            reads.set()
            with transaction() as session:
                counts.append(session.execute(count).scalar_one())
            db.session.remove()

    thread = threading.Thread(target=second)
    with transaction():
        add("eerste")
        thread.start()
        assert reads.wait(30)
        _wait_for_a_waiting_writer()
    thread.join()

    assert counts == [1]


def _wait_for_a_waiting_writer() -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    deadline = time.monotonic() + 30
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(waiting):
            assert time.monotonic() < deadline, "nobody waits"


def test_a_writer_waits_for_another_only_so_long(portal: Flask) -> None:
    page = portal.test_client()
    with another_writer():
        engine = db.engine.execution_options(**writing_options(db.engine, patience_ms=50))
        with pytest.raises(OperationalError), engine.begin():
            pass
        assert page.get(READ).status_code == 200, "reading waits for nobody"
    add("daarna")


def test_a_writer_that_died_holds_nobody_up(portal: Flask) -> None:
    connection = db.engine.connect().execution_options(**writing_options(db.engine))
    connection.begin()
    connection.connection.driver_connection.close()  # type: ignore[union-attr]  # psycopg's
    add("gaat-door")
    connection.invalidate()
    connection.close()


def test_a_page_sees_one_moment(portal: Flask) -> None:
    count = text("SELECT count(*) FROM organisation")
    assert db.session.scalar(count) == 0
    thread = threading.Thread(target=_add_elsewhere, args=(portal,))
    thread.start()
    thread.join()

    assert db.session.scalar(count) == 0
    db.session.rollback()
    assert db.session.scalar(count) == 1


def _add_elsewhere(app: Flask) -> None:
    with app.app_context():
        add("elders")
        db.session.remove()


def test_two_that_start_at_once_upgrade_once(make_database: MakeDatabase, tmp_path: Path) -> None:
    settings = {
        "PORTAL_INSTANCE": str(tmp_path),
        "PORTAL_DATABASE_URL": make_database("upgrade"),
        "PORTAL_LOG_LEVEL": "error",
    }
    apps = [create_app(from_environment(settings)) for _ in range(2)]
    start, done = threading.Barrier(2), []

    def upgrade(app: Flask) -> None:
        with app.app_context():
            start.wait()
            schema.upgrade()
            done.append(content_version())

    threads = [threading.Thread(target=upgrade, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for app in apps:
        hang_up(app)

    assert done == [1, 1]


def test_what_postgresql_says_repeats_nobodys_address(portal: Flask) -> None:
    """CHECKS 116: what is logged of an error holds no values of a row."""
    accounts.add_user("Noor", "noor@example.org")
    with pytest.raises(IntegrityError) as caught:
        accounts.add_user("Noor", "noor@example.org")

    assert "user" in str(caught.value)
    assert "noor@example.org" not in str(caught.value)
    assert "noor@example.org" not in repr(caught.value.orig)


# ── the server is restarted ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def restarting(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Flask]:
    """Return a portal on a server that the test may restart; every connection of its pool was used."""
    app = application(postgres_server.url, tmp_path)
    with app.app_context():
        add("eerste")
        open_ones = [db.engine.connect() for _ in range(4)]
        for connection in open_ones:
            connection.exec_driver_sql("SELECT 1")
            connection.close()
        yield app
    hang_up(app)


def test_after_a_restart_everything_answers_at_once(postgres_server: PostgresServer, restarting: Flask) -> None:
    visitor, member = restarting.test_client(), client_of(restarting, make_user("Lotte"))
    assert {visitor.get(READ).status_code, member.get("/account/profiel").status_code} == {200}
    db.session.remove()
    postgres_server.stop()
    postgres_server.start()

    assert content_version() > 0
    for _ in range(6):
        assert visitor.get(READ).status_code == 200
        assert member.get("/account/profiel").status_code == 200
    add("tweede")
    assert "Tweede" in visitor.get(READ).get_data(as_text=True)


def test_who_asks_during_a_restart_waits_a_little(postgres_server: PostgresServer, restarting: Flask) -> None:
    visitor = restarting.test_client()
    db.session.remove()
    postgres_server.stop()
    away = threading.Event()
    warn = postgres.log.warning
    answers: list[int] = []

    def noted(name: str, **what: object) -> None:
        warn(name, **what)
        away.set()

    def ask() -> None:
        answers.append(visitor.get(READ).status_code)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres.log, "warning", noted)
        thread = threading.Thread(target=ask)
        thread.start()
        assert away.wait(30), "it asked, and found nobody there"
        postgres_server.start()
        thread.join()

    assert answers == [200]


def test_a_page_that_was_being_made_is_made_anew(postgres_server: PostgresServer, restarting: Flask) -> None:
    """The connection dies in the middle of a page, for a visitor and for a member."""
    member = client_of(restarting, make_user("Lotte"))
    for client in (restarting.test_client(), member):
        db.session.remove()
        once = iter([True])

        def die(
            connection: object, cursor: object, statement: str, *_rest: object, once: Iterator[bool] = once
        ) -> None:
            if "FROM organisation" in statement and next(once, False):
                postgres_server.stop()
                postgres_server.start()

        event.listen(db.engine, "before_cursor_execute", die)
        answer = client.get(READ)
        event.remove(db.engine, "before_cursor_execute", die)
        assert next(once, None) is None, "it did die"
        assert answer.status_code == 200
        assert "Eerste" in answer.get_data(as_text=True)


def test_a_server_that_stays_away_gets_a_clear_page(
    postgres_server: PostgresServer, restarting: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits longer than the first; what is sent is not said to be saved."""
    monkeypatch.setattr(postgres, "PATIENCE_SECONDS", 0.0)
    visitor, member = restarting.test_client(), client_of(restarting, make_user("Lotte"))
    db.session.remove()
    postgres_server.stop()
    for client in (visitor, member):
        answer: Any = client.get(READ)
        assert answer.status_code == 503
        assert answer.only("h1") == "Wij zijn er even niet"
        assert answer.headers["Retry-After"]
    with pytest.raises(psycopg.OperationalError):
        content_version()
    postgres_server.start()

    assert visitor.get(READ).status_code == 200
    assert member.get("/account/profiel").status_code == 200
