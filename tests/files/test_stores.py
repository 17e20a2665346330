"""What every store of content must do, in a folder and in a bucket alike; and what only one of them can."""

import os
import time
from pathlib import Path

import pytest

from portal.files.folder_store import FolderStore
from portal.files.object_store import ObjectStore
from portal.files.store import BadName, Store, StoreAway
from tests.files.conftest import objects_of
from tests.servers import S3Server

NAME, OTHER = f"{'a' * 32}.jpg", f"{'b' * 32}.pdf"
DAY = 86_400


def test_what_is_written_is_read_back_whole(store: Store) -> None:
    content = os.urandom(3_000_000)
    store.write(NAME, content)
    store.write(OTHER, b"%PDF-")

    assert store.read(NAME) == content
    assert store.read(OTHER) == b"%PDF-"
    assert sorted(store.names()) == [NAME, OTHER]


def test_what_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.read(NAME)
    assert list(store.names()) == []


def test_deleting_twice_is_as_deleting_once(store: Store) -> None:
    store.write(NAME, b"x")
    store.delete(NAME)
    store.delete(NAME)

    assert list(store.names()) == []
    with pytest.raises(FileNotFoundError):
        store.read(NAME)


def test_what_is_young_can_be_told_apart(store: Store) -> None:
    store.write(NAME, b"x")

    assert list(store.names(older_than=time.time() - DAY)) == []
    assert list(store.names(older_than=time.time() + DAY)) == [NAME]


@pytest.mark.parametrize(
    "name", ["../portal.db", "a.jpg", "A" * 32 + ".jpg", "0" * 32 + ".svg", f"{'0' * 32}.jpg\n", ""]
)
def test_no_other_name_reaches_the_store(store: Store, name: str) -> None:
    """CHECKS 72."""
    for call in (store.read, store.delete, lambda name: store.write(name, b"x")):
        with pytest.raises(BadName):
            call(name)


def test_both_lay_files_out_alike(tmp_path: Path, object_store: ObjectStore) -> None:
    """So a folder can be copied into a bucket and back with any tool."""
    FolderStore(tmp_path).write(NAME, b"x")
    object_store.write(NAME, b"x")

    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.jpg")] == [f"aa/{NAME}"]
    assert [found["path"] for portion in object_store.bucket.list() for found in portion] == [f"aa/{NAME}"]


def test_files_on_disk_are_for_the_portal_alone(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    store.write(NAME, b"x")

    assert oct(store.locate(NAME).stat().st_mode)[-3:] == "600"
    assert oct(store.locate(NAME).parent.stat().st_mode)[-3:] == "700"


def test_what_a_crash_left_half_written_is_swept_up(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.write(NAME, b"x")
    half = store.locate(NAME).with_name("0123.part")
    half.write_bytes(b"x")

    assert store.sweep_unfinished(time.time() - DAY) == 0
    assert store.sweep_unfinished(time.time() + DAY) == 1
    assert not half.exists()
    assert list(store.names()) == [NAME]


def test_wrong_keys_store_nothing(
    s3_server: S3Server, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    stranger = objects_of(s3_server)

    for call in (lambda: stranger.write(NAME, b"x"), lambda: stranger.read(NAME), lambda: list(stranger.names())):
        with pytest.raises(StoreAway):
            call()
    assert list(object_store.names()) == []
