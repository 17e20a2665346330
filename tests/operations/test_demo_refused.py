"""Demo content replaces everything: it goes only into a portal that nobody put anything into, or into a demo."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table, delete

from portal import cli, create_app
from portal.board.models import Category
from portal.core.config import from_environment
from portal.core.extensions import Model, db
from portal.core.storage.database import holds_demo, transaction
from portal.files import storage
from portal.operations import demo, emptiness, foundation, schema
from portal.pages import services as pages
from portal.pages.models import Page
from tests.databases import hang_up

pytestmark = pytest.mark.usefixtures("empty")
PEOPLE_FILL = [table for table in Model.metadata.sorted_tables if table.name not in emptiness.WRITTEN_BY_THE_PORTAL]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the portal of these tests."""
    return tmp_path_factory.mktemp("never-used")


@pytest.fixture(scope="module")
def site(instance: Path) -> Iterator[Flask]:
    """Return a portal as `portal init` leaves it."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(instance), "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        schema.upgrade()
    yield app
    hang_up(app)


@pytest.fixture
def empty(site: Flask) -> Iterator[None]:
    """Give an application context, and take out afterwards what was put in."""
    with site.app_context():
        foundation.add_missing_content()
        yield
        db.session.rollback()
        if emptiness.find_content():
            with transaction() as session:
                for table in reversed(PEOPLE_FILL):
                    session.execute(delete(table))
        for name in list(storage.names()):
            storage.delete(name)
        db.session.remove()


def add_row(instance: Path, table: Table) -> None:
    """Add a row with something in each column that must have a value, past every rule."""
    needed = [column.name for column in table.columns if not column.nullable]
    marks = ", ".join("1" for _name in needed)
    names = ", ".join(f'"{name}"' for name in needed)
    with closing(sqlite3.connect(instance / "portal.db")) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})')  # noqa: S608  # names of our own


def refused() -> str:
    """Try to load the demo; returns what is said."""
    with pytest.raises(demo.NotADemo) as caught:
        demo.load()
    assert not holds_demo()
    return str(caught.value)


@pytest.mark.parametrize(
    "table", [table for table in PEOPLE_FILL if table.name not in foundation.TABLES], ids=lambda table: table.name
)
def test_one_row_of_any_table_keeps_the_demo_out(instance: Path, table: Table) -> None:
    add_row(instance, table)

    assert f"1 row in its table {table.name}" in refused()
    with closing(sqlite3.connect(instance / "portal.db")) as connection, connection:
        assert connection.execute(f'DELETE FROM "{table.name}"').rowcount == 1  # noqa: S608  # ours


def test_a_category_of_ones_own_keeps_the_demo_out() -> None:
    with transaction() as session:
        session.add(Category(slug="ruilen", label="Ruilen", explanation="Kort."))

    assert "board_category" in refused()


def test_a_page_that_was_rewritten_keeps_the_demo_out() -> None:
    page = db.session.query(Page).filter_by(slug="privacy").one()
    with transaction():
        page.created_at -= foundation.JUST_MADE * 2
        pages.save_page("privacy", page.title, page.summary, "Wij bewaren niets.")

    assert "page" in refused()
    assert page.body == "Wij bewaren niets."


def test_an_uploaded_file_keeps_the_demo_out() -> None:
    storage.write("ab" * 16 + ".pdf", b"%PDF-1.4")

    assert "an uploaded file" in refused()
    assert storage.read("ab" * 16 + ".pdf") == b"%PDF-1.4"


@pytest.mark.parametrize("arguments", [["demo"], ["serve", "--demo"]])
def test_the_command_says_so_in_one_line(
    instance: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_row(instance, Model.metadata.tables["user"])
    monkeypatch.setenv("PORTAL_INSTANCE", str(instance))
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "error")

    assert cli.main(arguments) == cli.USAGE
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("portal: ")
    assert "1 row in its table user" in line


def test_what_init_lays_and_the_portal_writes_by_itself_does_not() -> None:
    assert emptiness.find_content() is None
    with transaction() as session:
        session.connection().exec_driver_sql("INSERT INTO job_run (name, started_at) VALUES ('x', '2026-01-01')")
        session.connection().exec_driver_sql("INSERT INTO search_change (key, noted_at) VALUES ('x:1', '2026-01-01')")

    assert emptiness.find_content() is None
