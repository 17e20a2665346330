"""Chooses the database of each test: SQLite, and also PostgreSQL for tests that touch storage.

`pytest --database=sqlite` leaves PostgreSQL out; `--database=postgres` runs all tests on PostgreSQL only. The
PostgreSQL database has a Dutch collation, as that of an installation may, so no test can rely on byte order.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, delete, insert, text, update

from portal.core.extensions import Model, db
from portal.core.models import ContentVersion
from portal.core.storage.database import writing_options

SQLITE, POSTGRES = "sqlite", "postgres"
ON_BOTH = ("accounts/", "administration/", "agenda/", "answers/", "board/", "community/", "core/", "desk/", "files/",
           "mail/", "matching/", "newsflash/", "operations/", "search/test_changes", "search/test_followers",
           "search/test_misses", "search/test_synonyms")  # fmt: skip
"""The folders and files below tests/ whose tests run on both databases, because they write. Of search these are the
tests of database tables; `search/engines/` tests the PostgreSQL index."""
AS_DUTCH, AS_BYTES = "LOCALE_PROVIDER icu ICU_LOCALE 'nl-NL' LOCALE 'C'", "LOCALE 'C'"
FRESH = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' {}"

MakeDatabase = Callable[..., str]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--database`."""
    parser.addoption("--database", choices=("both", SQLITE, POSTGRES), default="both", help="what tests run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise each test with its databases."""
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        both = str(metafunc.definition.path.relative_to(metafunc.config.rootpath / "tests")).startswith(ON_BOTH)
        names = {"both": (SQLITE, POSTGRES) if both else (SQLITE,)}.get(chosen, (chosen,))
        marks = {POSTGRES: [pytest.mark.postgres]}
        metafunc.parametrize("database", [pytest.param(name, marks=marks.get(name, ())) for name in names])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, keep only the first and last of many parameters of a test, because most vary only the text."""
    if config.getoption("--database") != "both":
        return
    on_postgres = [item for item in items if isinstance(item, pytest.Function) and _database_of(item) == POSTGRES]
    deselect_parameters(config, items, on_postgres, slice(1, -1))


def deselect_parameters(
    config: pytest.Config, items: list[pytest.Item], among: Iterable[pytest.Item], left_out: slice
) -> None:
    """Deselect those of `among` that are in this part of the parameters of one test."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in among:
        if isinstance(item, pytest.Function):
            groups.setdefault(f"{item.path}::{item.originalname}", []).append(item)
    ids = {id(item) for group in groups.values() for item in group[left_out]}
    config.hook.pytest_deselected(items=[item for item in items if id(item) in ids])
    items[:] = [item for item in items if id(item) not in ids]


def _database_of(item: pytest.Function) -> object:
    return item.callspec.params.get("database") if hasattr(item, "callspec") else None


@pytest.fixture(scope="session")
def main_database(request: pytest.FixtureRequest) -> str:
    """Return the database of tests that run once."""
    return POSTGRES if request.config.getoption("--database") == POSTGRES else SQLITE


@pytest.fixture
def database() -> str:
    """Return the database of this test; `pytest_generate_tests` sets it."""
    raise AssertionError("parametrised by pytest_generate_tests")


@pytest.fixture(scope="session")
def make_database(postgres_url: str) -> MakeDatabase:
    """Return a function that creates an empty database with a name and collation, and returns its URL."""

    def make(name: str, sorting: str = AS_DUTCH) -> str:
        engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(FRESH.format(name, sorting)))
        engine.dispose()
        return postgres_url.replace("/postgres?", f"/{name}?")

    return make


def empty_tables() -> None:
    """Empty every table, and raise the content version so that caches in memory are invalidated."""
    with db.engine.begin() as connection:
        _delete_rows(connection)
        raised = connection.execute(
            update(ContentVersion).values(
                number=ContentVersion.number + 1, removed_version=ContentVersion.number + 1, demo=False
            )
        )
        if raised.rowcount == 0:
            connection.execute(insert(ContentVersion).values(id=1, number=1, removed_version=0, demo=False))
    db.session.expire_all()


def _delete_rows(connection: Connection) -> None:
    """Delete all rows: in one round trip on PostgreSQL, statement by statement on SQLite."""
    if connection.dialect.name == POSTGRES + "ql":
        connection.exec_driver_sql("; ".join(_delete_statements()))
        return
    cursor = connection.connection.cursor()  # the driver's own: this runs before every test
    for statement in _delete_statements():
        cursor.execute(statement)


@cache
def _delete_statements() -> list[str]:
    tables = reversed(Model.metadata.sorted_tables)
    return [str(delete(table)) for table in tables if table.name != "content_version"]


@contextmanager
def another_writer() -> Iterator[None]:
    """Hold the write lock on another connection within the block."""
    with db.engine.connect().execution_options(**writing_options(db.engine)) as connection, connection.begin():
        yield


def hang_up(application: Flask) -> None:
    """Close the connections of an application that is no longer needed."""
    with application.app_context():
        db.session.remove()
        db.engine.dispose()
