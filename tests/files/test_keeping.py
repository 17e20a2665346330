"""Keeping files: on disk before the transaction says success, gone when nothing needs them."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.community.models import Organisation
from portal.core import clock
from portal.core.database import transaction
from portal.core.extensions import db
from portal.files import cleaning, services, storage
from portal.files.models import StoredFile
from portal.operations import health
from tests.files.makers import pdf, picture, upload


def folder(app: Flask) -> Path:
    """Return where files lie."""
    instance: Path = app.config["SETTINGS"].instance
    return instance / "files"


def on_disk(app: Flask) -> set[str]:
    """Return the names of all files that are stored."""
    return {path.name for path in folder(app).rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def nothing_left(app: Flask) -> None:
    """Begin with no file on disk."""
    for path in folder(app).rglob("*"):
        if path.is_file():
            path.unlink()


def test_the_name_of_the_sender_is_used_nowhere(app: Flask, member: User) -> None:
    """CHECKS 70: paths, quotes, line ends and 300 characters do no harm, as nothing of them is kept."""
    for name in ("../../portal.db.jpg", "a" * 300 + ".jpg", 'x".jpg', "x\r\nSet-Cookie: a=b.jpg", "..\\..\\x.jpg"):
        file = services.store_image(upload(picture(), name), member, "Een werkplaats")
        path = storage.locate(file.name)
        assert path.resolve().is_relative_to(folder(app).resolve())
        assert file.path == f"/media/{file.token}.jpg"
        assert len(bytes.fromhex(file.token)) == 16
    assert all(storage.NAME.fullmatch(name) for name in on_disk(app))


@pytest.mark.parametrize(
    "name", ["../portal.db", "a.jpg", "A" * 32 + ".jpg", "0" * 32 + ".svg", f"{'0' * 32}.jpg\n", ""]
)
def test_no_other_name_reaches_the_disk(app: Flask, name: str) -> None:
    """CHECKS 72."""
    with pytest.raises(storage.BadName):
        storage.locate(name)


def test_content_is_synced_before_its_row_is_committed(
    app: Flask, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CHECKS 101, for files: what was acknowledged survives a power cut."""
    prepared = services.prepare_image(upload(picture()))
    synced: list[int] = []
    whole = os.fsync

    def counted(descriptor: int) -> None:
        synced.append(descriptor)
        whole(descriptor)

    monkeypatch.setattr(os, "fsync", counted)

    with transaction():
        file = services.keep(prepared, member, "x")
        assert len(synced) >= 3
        assert storage.read(file.name) == prepared.content
    assert oct(storage.locate(file.name).stat().st_mode)[-3:] == "600"


def test_a_full_disk_leaves_neither_row_nor_half_a_file(
    app: Flask, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CHECKS 104: no acknowledgement, nothing half written."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        services.store_image(upload(picture()), member)

    assert db.session.query(StoredFile).count() == 0
    assert on_disk(app) == set()


def test_looking_through_a_file_holds_up_no_writer(app: Flask, member: User) -> None:
    with transaction(), pytest.raises(RuntimeError, match="before transaction"):
        services.store_image(upload(picture()), member)


def test_a_deleted_file_leaves_the_disk_when_the_transaction_is_done(app: Flask, member: User) -> None:
    """CHECKS 116: erasing reaches the media too."""
    file = services.store_image(upload(picture()), member)
    name = file.name

    with transaction():
        services.delete(file)
        db.session.flush()
        assert name in on_disk(app)
    assert name not in on_disk(app)


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

    assert name in on_disk(app)


def test_of_somebody_who_leaves_every_file_goes(app: Flask, member: User, other_member: User) -> None:
    """CHECKS 116."""
    services.store_image(upload(picture()), member)
    services.store_pdf(upload(pdf(), "a.pdf"), member, "Plan")
    kept = services.store_image(upload(picture()), other_member)

    services.forget(member.id)

    assert on_disk(app) == {kept.name}


def age(file: StoredFile, days: int) -> None:
    """Make a file older, in the database and on disk."""
    with transaction():
        file.created_at = clock.now() - timedelta(days=days)
    then = time.time() - days * 86400
    os.utime(storage.locate(file.name), (then, then))


def test_what_nothing_refers_to_is_thrown_away_after_a_day(app: Flask, member: User) -> None:
    used, unused, fresh = (services.store_image(upload(picture()), member) for _ in range(3))
    with transaction() as session:
        session.add(Organisation(slug="museon", name="Museon", kind="museum", logo_id=used.id))
    age(used, 2)
    age(unused, 2)
    names = {used.name, fresh.name}

    cleaning.clean_up()

    assert on_disk(app) == names
    assert db.session.query(StoredFile).count() == 2


def test_content_without_a_row_is_thrown_away_after_a_day(app: Flask, member: User) -> None:
    """A crash between the file and the commit leaves one."""
    file = services.store_image(upload(picture()), member)
    fresh, old = f"{'a' * 32}.jpg", f"{'b' * 32}.jpg"
    storage.write(fresh, b"x")
    storage.write(old, b"x")
    half = storage.locate(old).with_name("0123.part")
    half.write_bytes(b"x")
    then = time.time() - 2 * 86400
    for path in (storage.locate(old), half):
        os.utime(path, (then, then))

    cleaning.clean_up()

    assert on_disk(app) == {file.name, fresh}


def test_content_that_is_gone_is_reported(app: Flask, member: User) -> None:
    file = services.store_image(upload(picture()), member)
    assert cleaning.missing() == []

    storage.delete(file.name)
    assert cleaning.missing() == [file.path]


def test_the_check_of_the_portal_says_what_is_missing(app: Flask, member: User) -> None:
    """CHECKS 115, for files: a back-up that was put back without its files shows."""
    file = services.store_image(upload(picture()), member)
    found = {finding.subject: finding.well for finding in health.findings()}
    assert found["files without content"]

    storage.delete(file.name)
    found = {finding.subject: finding.well for finding in health.findings()}
    assert not found["files without content"]
