"""Keeping files in either store: there before the transaction says success, gone when nothing needs them."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.files import cleaning, services, storage
from portal.files.models import StoredFile
from portal.operations import health
from tests.files.makers import pdf, picture, upload

pytestmark = pytest.mark.usefixtures("store")


def stored() -> set[str]:
    """Return the names of everything that is stored."""
    return set(storage.names())


def test_the_name_of_the_sender_is_used_nowhere(app: Flask, member: User) -> None:
    """CHECKS 70: paths, quotes, line ends and 300 characters do no harm, as nothing of them is kept."""
    for name in ("../../portal.db.jpg", "a" * 300 + ".jpg", 'x".jpg', "x\r\nSet-Cookie: a=b.jpg", "..\\..\\x.jpg"):
        file = services.store_image(upload(picture(), name), member, "Een werkplaats")
        assert file.path == f"/media/{file.token}.jpg"
        assert len(bytes.fromhex(file.token)) == 16
        assert storage.read(file.name)
    assert all(storage.NAME.fullmatch(name) for name in stored())


def test_content_is_stored_before_its_row_is_committed(app: Flask, member: User) -> None:
    """CHECKS 101, for files: what was acknowledged is there, whatever happens next."""
    prepared = services.prepare_image(upload(picture()))
    services.write_content(prepared)

    assert storage.read(prepared.name) == prepared.content
    with transaction():
        assert services.create_file(prepared, member, "x").name == prepared.name


def test_nobody_waits_for_the_store_inside_a_transaction(app: Flask, member: User) -> None:
    """No other person can write meanwhile, and a store far away may take seconds."""
    prepared = services.prepare_image(upload(picture()))

    with transaction(), pytest.raises(RuntimeError, match="before transaction"):
        services.create_file(prepared, member, "x")
    assert stored() == set()


def test_looking_through_a_file_holds_up_no_writer(app: Flask, member: User) -> None:
    with transaction(), pytest.raises(RuntimeError, match="before transaction"):
        services.store_image(upload(picture()), member)


def test_a_deleted_file_leaves_the_store_when_the_transaction_is_done(app: Flask, member: User) -> None:
    """CHECKS 116: erasing reaches the media too."""
    file = services.store_image(upload(picture()), member)
    name = file.name

    with transaction():
        services.delete(file)
        db.session.flush()
        assert name in stored()
    assert name not in stored()


def test_a_file_that_was_not_deleted_after_all_keeps_its_content(app: Flask, member: User) -> None:
    file = services.store_image(upload(picture()), member)
    name = file.name

    def fail() -> None:
        with transaction():
            services.delete(file)
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    services.store_image(upload(picture("PNG"), "a.png"), member)

    assert name in stored()


def test_of_somebody_who_leaves_every_file_goes(app: Flask, member: User, other_member: User) -> None:
    """CHECKS 116."""
    services.store_image(upload(picture()), member)
    services.store_pdf(upload(pdf(), "a.pdf"), member, "Plan")
    kept = services.store_image(upload(picture()), other_member)

    services.delete_files_of(member.id)

    assert stored() == {kept.name}


def test_what_nothing_refers_to_is_thrown_away_after_a_day(app: Flask, member: User) -> None:
    used, unused, fresh = (services.store_image(upload(picture()), member) for _ in range(3))
    later = clock.now() + timedelta(days=2)
    with transaction() as session:
        session.add(Organisation(slug="museon", name="Museon", kind="museum", logo_id=used.id))
        fresh.created_at = later - timedelta(hours=23)
    names = {used.name, fresh.name}

    assert cleaning.clean_up() == (0, 0)
    assert unused.name in stored()
    cleaning.clean_up(later)

    assert stored() == names
    assert db.session.query(StoredFile).count() == 2


def test_content_without_a_row_is_thrown_away_after_a_day(app: Flask, member: User) -> None:
    """A crash between the file and the commit leaves one."""
    file = services.store_image(upload(picture()), member)
    with transaction() as session:
        session.add(Organisation(slug="museon", name="Museon", kind="museum", logo_id=file.id))
    orphan = f"{'a' * 32}.jpg"
    storage.write(orphan, b"x")

    cleaning.clean_up()
    assert stored() == {file.name, orphan}
    cleaning.clean_up(clock.now() + timedelta(days=2))
    assert stored() == {file.name}


def test_content_that_is_gone_is_reported(app: Flask, member: User) -> None:
    file = services.store_image(upload(picture()), member)
    assert cleaning.list_missing_content() == []

    storage.delete(file.name)
    assert cleaning.list_missing_content() == [file.path]


def test_the_check_of_the_portal_says_what_is_missing(app: Flask, member: User) -> None:
    """CHECKS 115, for files: a back-up that was put back without its files shows."""
    file = services.store_image(upload(picture()), member)
    found = {finding.subject: finding.well for finding in health.findings()}
    assert found["files without content"]

    storage.delete(file.name)
    found = {finding.subject: finding.well for finding in health.findings()}
    assert not found["files without content"]
