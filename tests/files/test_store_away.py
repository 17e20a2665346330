"""A store that is full or out of reach: a clear page, nothing half, and it heals by itself (CHECKS 104)."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core.config import FilesLocation
from portal.core.extensions import db
from portal.files import services, storage
from portal.files.folder_store import FolderStore
from portal.files.models import StoredFile
from portal.files.object_store import ObjectStore
from portal.files.storage import EXTENSION, StoreAway
from portal.operations import health
from tests.files.conftest import objects_of
from tests.files.makers import picture, upload
from tests.fixtures import InspectingClient
from tests.servers import S3Server


@pytest.fixture
def lonely_store(app: Flask, s3_program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """Return an object store of this test alone, which the application uses."""
    server = S3Server(s3_program, tmp_path)
    server.start()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    app.extensions[EXTENSION] = objects_of(server)
    yield server
    del app.extensions[EXTENSION]
    server.stop()


def test_an_object_store_that_is_away_gives_a_page_and_heals(
    app: Flask, client: InspectingClient, member: User, lonely_store: S3Server
) -> None:
    photo = services.store_image(upload(picture()), member, "Een werkplaats")
    services.set_public(photo, True)
    path, content = photo.path, storage.read(photo.name)
    lonely_store.stop()

    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert lonely_store.endpoint not in answer.get_data(as_text=True)
    with pytest.raises(StoreAway):
        services.store_image(upload(picture()), member)
    assert db.session.query(StoredFile).count() == 1
    off = {finding.subject for finding in health.findings() if not finding.well}
    assert "files without content" in off

    lonely_store.start()
    assert client.get(path).data == content
    services.store_image(upload(picture()), member)


def test_who_is_erased_while_the_store_is_away_is_erased(app: Flask, member: User, lonely_store: S3Server) -> None:
    """CHECKS 116: the rows go at once; the content follows when the store is back, as nothing refers to it."""
    services.store_image(upload(picture()), member)
    lonely_store.stop()

    services.delete_files_of(member.id)

    assert db.session.query(StoredFile).count() == 0


@pytest.fixture
def full_disk(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FolderStore]:
    """Return a folder on a disk without room."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store = FolderStore(tmp_path / "files")
    app.extensions[EXTENSION] = store
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        yield store
    del app.extensions[EXTENSION]


def test_a_full_disk_leaves_neither_row_nor_half_a_file(app: Flask, member: User, full_disk: FolderStore) -> None:
    """CHECKS 104: no acknowledgement, nothing half written; who asked gets the page of 503."""
    with pytest.raises(StoreAway) as refused:
        services.store_image(upload(picture()), member)

    assert refused.value.code == 503
    assert db.session.query(StoredFile).count() == 0
    assert [path for path in full_disk.locate("0" * 32 + ".jpg").parents[1].rglob("*") if path.is_file()] == []


def test_content_on_disk_is_synced_before_success(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CHECKS 101, for files: the content, its name and its folder survive a power cut."""
    synced: list[int] = []
    whole = os.fsync

    def counted(descriptor: int) -> None:
        synced.append(descriptor)
        whole(descriptor)

    prepared = services.prepare_image(upload(picture()))
    monkeypatch.setitem(app.extensions, EXTENSION, FolderStore(tmp_path))
    monkeypatch.setattr(os, "fsync", counted)
    services.write_content(prepared)

    assert len(synced) >= 3


def test_a_bucket_that_is_missing_is_a_fault_of_the_setup(s3_server: S3Server, object_store: ObjectStore) -> None:
    """And not a store without pictures, whose rows would all be in error."""
    nowhere = ObjectStore(FilesLocation(bucket="no-such-bucket", endpoint=s3_server.endpoint))

    with pytest.raises(StoreAway):
        list(nowhere.names())


def test_a_store_that_says_not_found_to_a_write_stored_nothing(
    object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As stores do whose bucket is missing: that is no file that is not there."""

    def not_found(*_given: object, **_more: object) -> None:
        raise FileNotFoundError("NoSuchBucket")

    monkeypatch.setattr(obstore, "put", not_found)
    with pytest.raises(StoreAway):
        object_store.write("0" * 32 + ".jpg", b"x")
