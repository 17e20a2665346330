"""Both engines, each with an index of its own, and the application on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from portal import create_app
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.operations import schema
from portal.search.engines.base import Engine
from portal.search.engines.embedded.engine import EmbeddedEngine
from portal.search.engines.postgres.engine import PostgresEngine
from portal.search.indexing import indexer
from portal.search.models import SearchChange
from tests.search.engines.asking import Asker


@pytest.fixture(scope="session")
def postgres_site(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return an application whose database and search are PostgreSQL's."""
    application = postgres_application(postgres_url, tmp_path_factory.mktemp("postgres"))
    with application.app_context():
        schema.upgrade()
    yield application
    with application.app_context():
        db.engine.dispose()


def postgres_application(url: str, instance: Path) -> Flask:
    """Return an application on a PostgreSQL server."""
    settings = {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_DATABASE_URL": url,
        "PORTAL_SEARCH": "postgres",
        "PORTAL_LOG_LEVEL": "error",
    }
    return create_app(from_environment(settings))


@pytest.fixture
def postgres_app(postgres_site: Flask) -> Iterator[Flask]:
    """Return the application on PostgreSQL with empty tables, no index and an application context."""
    with postgres_site.app_context():
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in ("content_version", "alembic_version"):
                db.session.execute(delete(table))
        db.session.commit()
        yield postgres_site
        db.session.remove()
        PostgresEngine().drop()
        postgres_site.extensions.pop("search_engine", None)


@pytest.fixture(params=["whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return each engine in turn, with an empty index that follows no feed."""
    if request.param == "whoosh":
        embedded = EmbeddedEngine(tmp_path / "search")
        embedded.fill([])
        yield embedded
        return
    site: Any = request.getfixturevalue("postgres_site")
    with site.app_context(), PostgresEngine.scratch("contract") as scratch:
        yield scratch


@pytest.fixture
def ask(engine: Engine) -> Asker:
    """Return what fills the engine and asks it."""
    return Asker(engine)


def pending() -> int:
    """Return how many change rows wait."""
    db.session.rollback()
    return db.session.query(SearchChange).count()


@pytest.fixture
def index(postgres_app: Flask) -> Flask:
    """Return the application on PostgreSQL with an empty index."""
    indexer.rebuild()
    return postgres_app
