"""`portal migrate-to`: everything arrives as it was, files too."""

from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.accounts.second_factor_models import Passkey
from portal.community.models import Organisation
from portal.core.extensions import Model, db
from portal.core.storage.database import transaction
from portal.files.models import StoredFile
from portal.mail.models import MailMessage
from portal.operations import health
from portal.search.indexing import indexer
from portal.search.models import SearchChange
from tests.databases import hang_up
from tests.operations.conftest import CONTENT, MOMENT, ODD_NAME, Terminal, application, migrate, whole, write
from tests.page_kinds import kinds_of_page
from tests.people import client_of

pytestmark = pytest.mark.postgres


def test_every_page_is_the_same_after_the_move(old: Flask, new: Flask) -> None:
    with time_machine.travel(MOMENT, tick=False):
        for kind, address in kinds_of_page(old).items():
            before, after = old.test_client().get(address), new.test_client().get(address)
            assert (after.status_code, after.get_data(as_text=True)) == (
                before.status_code,
                before.get_data(as_text=True),
            ), kind


def test_every_row_arrives_as_it_was(old: Flask, new: Flask, capsys: Terminal) -> None:
    assert whole(new) == whole(old)
    with new.app_context():
        assert db.session.scalar(select(User.name).where(User.email == "noor@example.org")) == ODD_NAME
        assert db.session.scalar(select(Passkey.public_key)) == bytes(range(256))
        assert "waits" in db.session.scalars(select(MailMessage.unique_key)).all()
        assert db.session.scalar(select(func.count()).select_from(SearchChange))


def test_who_was_signed_in_still_is(old: Flask, url: str) -> None:
    with old.app_context():
        client = client_of(old, db.session.scalars(select(User).where(User.confirmed_at.is_not(None))).first())
        assert client.get("/account/profiel").status_code == 200
        cookie = client.get_cookie(old.config["SESSION_COOKIE_NAME"], domain="localhost")
    assert cookie is not None
    assert migrate(old, url) == 0
    new = application(old.config["SETTINGS"].instance, PORTAL_DATABASE_URL=url)
    visitor = new.test_client()
    visitor.set_cookie(cookie.key, cookie.value, domain="localhost")
    statuses = visitor.get("/account/profiel").status_code, new.test_client().get("/account/profiel").status_code
    hang_up(new)

    assert statuses == (200, 303)


def test_what_is_written_there_gets_numbers_of_its_own(old: Flask, new: Flask) -> None:
    with old.app_context():
        given = db.session.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'search_change'")).scalar_one()
    write(new, "nieuwkomer")

    with new.app_context():
        newest = select(Organisation).where(Organisation.slug == "nieuwkomer")
        organisation = db.session.scalars(newest).one()
        assert organisation.id == db.session.scalar(select(func.max(Organisation.id)))
        assert db.session.scalars(select(func.max(SearchChange.id))).one() > given


def test_references_are_watched_there(new: Flask) -> None:
    with new.app_context():
        inspector = inspect(db.engine)
        there = {key["name"] for table in inspector.get_table_names() for key in inspector.get_foreign_keys(table)}
        expected = {key.name for table in Model.metadata.tables.values() for key in table.foreign_key_constraints}
        assert there == expected
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(text("UPDATE post SET category_id = 999999"))


def test_the_check_is_well_on_the_other_side(old: Flask, url: str) -> None:
    assert migrate(old, url) == 0
    new = application(old.config["SETTINGS"].instance, PORTAL_DATABASE_URL=url, PORTAL_SEARCH="postgres")
    with new.app_context():
        indexer.rebuild()
        with time_machine.travel(MOMENT, tick=False):
            assert [finding for finding in health.findings() if not finding.well] == []
    hang_up(new)


def test_files_come_along_when_asked(old: Flask, url: str, tmp_path: Path, capsys: Terminal) -> None:
    place = (tmp_path / "elsewhere").as_uri()
    assert migrate(old, url, place) == 0
    assert "1 files copied" in capsys.readouterr().out
    new = application(tmp_path / "new", PORTAL_DATABASE_URL=url, PORTAL_FILES_URL=place)
    with new.app_context():
        path = db.session.scalars(select(StoredFile)).one().path

    assert new.test_client().get(path).get_data() == CONTENT
    hang_up(new)


def test_a_file_that_was_damaged_is_noticed(old: Flask, url: str, tmp_path: Path, capsys: Terminal) -> None:
    (found,) = (old.config["SETTINGS"].instance / "files").glob("??/*.pdf")
    found.write_bytes(CONTENT[::-1])

    assert migrate(old, url, (tmp_path / "elsewhere").as_uri()) == 1
    assert "DIFFER" in capsys.readouterr().out
    write(old, "gaat-gewoon-door")
