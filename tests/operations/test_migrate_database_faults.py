"""`portal migrate-to` when something goes wrong: no writing is lost, and a failed move changes nothing."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing as closing_it
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Table, select, text

from portal.accounts.models import User
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.core.storage import write_freeze
from portal.core.storage.write_freeze import WritesFrozen, marker_path
from portal.mail import leases
from portal.operations import health, rows
from tests.databases import MakeDatabase, hang_up
from tests.operations.conftest import Terminal, application, migrate, whole, write

pytestmark = pytest.mark.postgres


def alter(rows_of_table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Change one letter."""
    first = rows_of_table[0]
    return [first | {"title": "X" + first["title"][1:]}, *rows_of_table[1:]]


def lose(rows_of_table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the last."""
    return rows_of_table[:-1]


def twice(rows_of_table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the content of the first row in the second too: as many rows as there were."""
    first, second, *rest = rows_of_table
    return [first, first | {"id": second["id"]}, *rest]


@pytest.mark.parametrize("damage", [alter, lose, twice])
def test_a_copy_that_differs_is_noticed_and_changes_nothing(
    old: Flask,
    url: str,
    damage: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Terminal,
) -> None:
    before, put = whole(old), rows.insert_rows

    def damaged(target: Connection, table: Table, given: list[dict[str, Any]]) -> None:
        put(target, table, damage(given) if table.name == "article" else given)

    monkeypatch.setattr(rows, "insert_rows", damaged)
    monkeypatch.setattr(rows.WithoutForeignKeys, "__exit__", lambda *_: None)  # what is lost is not noticed by these
    assert migrate(old, url) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "DIFFERS" in line]
    assert line.startswith("article ")

    assert whole(old) == before
    write(old, "gaat-gewoon-door")
    monkeypatch.undo()
    assert migrate(old, url) == 0, "what failed can be done again, without dropping anything"


def test_writing_during_the_move_is_refused_clearly_and_reading_goes_on(
    old: Flask, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = []
    copy = rows.copy

    def meanwhile(source: Connection, target: Connection, table: Table, step: rows.Step) -> None:
        if table.name == "post":
            with old.app_context():
                form = {"email": "noor@example.org", "password": "een heel lang wachtwoord 7"}
                answers.append(old.test_client().post("/account/inloggen", data=form))
                answers.append(old.test_client().get("/vraag-en-aanbod/"))
                with pytest.raises(WritesFrozen):
                    leases.claim("somebody")
        copy(source, target, table, step)

    monkeypatch.setattr(rows, "copy", meanwhile)
    old.config["WTF_CSRF_ENABLED"] = False
    started = time.monotonic()
    assert migrate(old, url) == 0
    refused, read = answers
    assert refused.status_code == 503
    assert refused.only("h1") == "Het portaal verhuist"
    assert "niet opgeslagen" in refused.only("main")
    assert refused.headers["Retry-After"]
    assert read.status_code == 200
    with pytest.raises(WritesFrozen):
        write(old, "te-laat")
    assert time.monotonic() - started < 60, "who is refused does not wait for the lock first"

    marker_path(str(old.config["SETTINGS"].instance / "portal.db")).unlink()
    write(old, "terug")


def test_who_was_writing_when_it_began_comes_along(old: Flask, url: str) -> None:
    path = old.config["SETTINGS"].instance / "portal.db"
    codes: list[int] = []
    with closing_it(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE \"user\" SET name = 'Nog net' WHERE email = 'noor@example.org'")
        move = threading.Thread(target=lambda: codes.append(migrate(old, url)))
        move.start()
        while not marker_path(str(path)).exists():
            assert move.is_alive()
        with pytest.raises(WritesFrozen):
            write(old, "te-laat")
        writer.execute("COMMIT")
    move.join()

    assert codes == [0]
    new = application(old.config["SETTINGS"].instance, PORTAL_DATABASE_URL=url)
    with new.app_context():
        assert db.session.scalar(select(User.name).where(User.email == "noor@example.org")) == "Nog net"
    hang_up(new)


def test_who_waited_for_the_lock_meanwhile_is_refused_too(old: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    path = old.config["SETTINGS"].instance / "portal.db"
    waits, outcomes = threading.Event(), []
    refuse = write_freeze.refuse_when_frozen

    def asked(database: str) -> None:
        refuse(database)
        waits.set()

    def late() -> None:
        try:
            write(old, "te-laat")
        except WritesFrozen:
            outcomes.append("refused")

    monkeypatch.setattr(write_freeze, "refuse_when_frozen", asked)
    writer = threading.Thread(target=late)
    with closing_it(sqlite3.connect(path, isolation_level=None)) as mover:
        mover.execute("BEGIN IMMEDIATE")
        writer.start()
        assert waits.wait(30)
        write_freeze.marker_path(str(path)).write_bytes(write_freeze.FOR_GOOD)
        mover.execute("ROLLBACK")
    writer.join()

    assert outcomes == ["refused"]
    with old.app_context():
        assert not db.session.scalar(select(Organisation).where(Organisation.slug == "te-laat"))
        db.session.remove()


def test_an_older_database_is_brought_up_to_date_first(old: Flask, url: str, capsys: Terminal) -> None:
    with old.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert migrate(old, url) == 1
    assert "portal init" in capsys.readouterr().err


def test_a_move_that_was_killed_leaves_nothing_closed(old: Flask) -> None:
    marker_path(str(old.config["SETTINGS"].instance / "portal.db")).touch()

    write(old, "gaat-gewoon-door")


def test_it_is_moved_once(old: Flask, url: str, make_database: MakeDatabase, capsys: Terminal) -> None:
    assert migrate(old, url) == 0

    assert migrate(old, make_database("second")) == 1
    assert "already" in capsys.readouterr().err
    with old.app_context():
        assert "takes no writes" in health.findings()[0].result


def test_a_target_with_content_is_refused(old: Flask, new: Flask, url: str, capsys: Terminal) -> None:
    marker_path(str(old.config["SETTINGS"].instance / "portal.db")).unlink()
    write(new, "nieuwkomer")
    before = whole(new)

    assert migrate(old, url) == 1
    assert "holds rows" in capsys.readouterr().err
    assert whole(new) == before
    write(old, "gaat-gewoon-door")


def test_a_target_of_somebody_else_is_refused(old: Flask, url: str, capsys: Terminal) -> None:
    app = application(old.config["SETTINGS"].instance, PORTAL_DATABASE_URL=url)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id integer)"))
    hang_up(app)

    assert migrate(old, url) == 1
    assert "invoices" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["mysql://host/name", "sqlite:///elsewhere.db", "postgresql", ""])
def test_an_address_that_is_none_of_postgresql_is_refused(old: Flask, wrong: str) -> None:
    assert migrate(old, wrong) == 2


def test_a_server_that_is_not_there_changes_nothing(old: Flask, capsys: Terminal) -> None:
    assert migrate(old, "postgresql://portal:geheim@127.0.0.1:1/portal") == 1
    assert "geheim" not in capsys.readouterr().err
    write(old, "gaat-gewoon-door")
