"""What several processes share, for tests within one of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.core import redis
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.operations import schema
from tests.servers import RedisServer, fresh_database

KEY = "for-tests-only-" * 3


@pytest.fixture
def shared(app: Flask, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> redis.Shared:
    """Let the application have a Redis."""
    found = redis.Shared(redis_server.url, "portal:test")
    monkeypatch.setitem(app.extensions, redis.EXTENSION, found)
    return found


@pytest.fixture
def postgres_app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return an application on an empty database of PostgreSQL, with its context."""
    with fresh_database(postgres_url) as url:
        settings = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_DATABASE_URL": url, "PORTAL_LOG_LEVEL": "error"}
        application = create_app(from_environment(settings))
        with application.app_context():
            schema.upgrade()
            yield application
            db.session.remove()
            db.engine.dispose()
