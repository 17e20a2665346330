"""A portal that people lived in, and how it is moved."""

import hashlib
import shutil
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import create_app
from portal.accounts.models import User
from portal.accounts.second_factor_models import Passkey
from portal.actionplan.models import Action
from portal.community import services as community
from portal.community.models import Organisation
from portal.core.config import from_environment
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.files import storage
from portal.files.models import FileKind, Reach, StoredFile
from portal.mail import services as mail
from portal.operations import demo, demo_people, migrate_database, rows, schema
from portal.search.indexing import indexer
from tests.databases import AS_BYTES, MakeDatabase, hang_up
from tests.fixtures import InspectedResponse, InspectingClient

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CONTENT = b"%PDF-1.4 geen echte"
ODD_NAME = 'Ærø 🚲 "ij" é'
Terminal = pytest.CaptureFixture[str]


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of a portal with content, people, mail that waits and changes that search has not seen."""
    folder = tmp_path_factory.mktemp("lived-in")
    app = application(folder)
    with app.app_context():
        schema.upgrade()
        with time_machine.travel(MOMENT, tick=False):
            demo.load()
            demo_people.load()
            indexer.rebuild()
            _odd_rows()
    hang_up(app)
    return folder


def _odd_rows() -> None:
    """Add what is easily damaged on the way: bytes, signs, nothing, a number given to a row that is gone."""
    with transaction() as session:
        person = User(name=ODD_NAME, email="noor@example.org")
        session.add(person)
        session.flush()
        session.add(
            Passkey(user_id=person.id, name="x", credential_id="eA", public_key=bytes(range(256)), user_handle="eA")
        )
        file = StoredFile(kind=FileKind.PDF, media_type="application/pdf", size=len(CONTENT), reach=Reach.EVERYONE,
                          owner_id=person.id, sha256="")  # fmt: skip
        file.sha256 = hashlib.sha256(CONTENT).hexdigest()
        session.add(file)
        session.flush()
        storage.write(file.name, CONTENT)
        mail.send("mail.trial", person, "trial", unique="waits")
        session.scalars(select(Action).limit(1)).one().matrix = None
        older, newer = session.scalars(select(Organisation).order_by(Organisation.id.desc()).limit(2)).all()[::-1]
        older.merged_into_id = newer.id  # refers to a row that comes later


def application(folder: Path, **settings: str) -> Flask:
    """Return the portal of a data folder."""
    app = create_app(from_environment({"PORTAL_INSTANCE": str(folder), "PORTAL_LOG_LEVEL": "error", **settings}))
    app.test_client_class, app.response_class = InspectingClient, InspectedResponse
    return app


@pytest.fixture
def old(lived_in: Path, tmp_path: Path) -> Iterator[Flask]:
    """Return the portal on one machine; each test has a copy of its own."""
    shutil.copytree(lived_in, tmp_path / "old")
    app = application(tmp_path / "old")
    yield app
    hang_up(app)


_numbers = iter(range(1, 1000))


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    """Return the address of an empty database, which sorts by bytes as SQLite does."""
    return make_database(f"moving{next(_numbers)}", AS_BYTES)


def migrate(old: Flask, url: str, files: str | None = None) -> int:
    """Run the command; returns its exit code."""
    return migrate_database.run(old, Namespace(url=url, files=files), create_app)


@pytest.fixture
def new(old: Flask, url: str) -> Iterator[Flask]:
    """Return the portal after the move."""
    assert migrate(old, url) == 0
    app = application(old.config["SETTINGS"].instance, PORTAL_DATABASE_URL=url)
    yield app
    hang_up(app)


def whole(app: Flask) -> dict[str, rows.Fingerprint]:
    """Return what every table holds."""
    with app.app_context(), db.engine.connect() as connection:
        return {table.name: rows.fingerprint(connection, table) for table in rows.tables()}


def write(app: Flask, slug: str) -> None:
    """Add an organisation."""
    with app.app_context():
        community.add_organisation(slug, slug.title(), "vo", None, None, None)
