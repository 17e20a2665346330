"""What several processes share, for tests within one of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.accounts.models import Role
from portal.board.models import Category
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.storage import redis
from portal.core.storage.database import transaction
from portal.operations import schema
from tests.mail.postbox import Postbox, listening
from tests.people import make_user, sign_in
from tests.scale.cluster import Browser, Cluster, running
from tests.servers import RedisServer, S3Server, fresh_database


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


@pytest.fixture(scope="package")
def postbox() -> Iterator[Postbox]:
    """Return the mail server of both workers."""
    with listening(Postbox()) as box:
        yield box


@pytest.fixture(scope="package")
def redis_of_all(redis_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Return the Redis of all machines."""
    server = RedisServer(redis_program, tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def cluster(
    postgres_url: str,
    redis_of_all: RedisServer,
    s3_server: S3Server,
    postbox: Postbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cluster]:
    """Return the machines, with a category to post in."""
    folder: Path = tmp_path_factory.mktemp("machines")
    with pytest.MonkeyPatch.context() as patch, fresh_database(postgres_url) as url:
        for name, value in s3_server.environment.items():
            patch.setenv(name, value)
        settings = {
            "PORTAL_DATABASE_URL": url,
            "PORTAL_SEARCH": "postgres",
            "PORTAL_REDIS_URL": redis_of_all.url,
            "PORTAL_FILES_URL": s3_server.url("machines"),
            "PORTAL_MAIL_URL": postbox.url,
        }
        with running(folder, settings) as machines:
            with transaction() as session:
                session.add(Category(slug="stage", label="Stage", explanation="Kort."))
            yield machines


@pytest.fixture
def editor(cluster: Cluster) -> Browser:
    """Return the browser of an editor at the first machine."""
    browser = cluster.browser(0)
    with cluster.app.test_request_context():
        browser.cookies.set("session", sign_in(cluster.app.test_client(), make_user("Eva Eindredacteur", Role.EDITOR)))
    return browser
