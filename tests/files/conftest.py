"""Where content lies in tests: each of the two stores."""

import secrets
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core.config import FilesLocation
from portal.files.folder_store import FolderStore
from portal.files.object_store import ObjectStore
from portal.files.storage import EXTENSION, Store
from tests.servers import BUCKET, S3Server


def objects_of(server: S3Server) -> ObjectStore:
    """Return an empty part of the bucket; the keys must be in the environment."""
    return ObjectStore(FilesLocation(bucket=BUCKET, prefix=f"test/{secrets.token_hex(8)}", endpoint=server.endpoint))


@pytest.fixture
def object_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """Return an empty object store."""
    server: S3Server = request.getfixturevalue("s3_server")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return objects_of(server)


@pytest.fixture(params=["folder", "objects"])
def store(request: pytest.FixtureRequest, app: Flask) -> Iterator[Store]:
    """Let the application keep its files in one store and then in the other, empty."""
    if request.param == "objects":
        chosen: Store = request.getfixturevalue("object_store")
    else:
        chosen = FolderStore(request.getfixturevalue("tmp_path") / "files")
    app.extensions[EXTENSION] = chosen
    yield chosen
    del app.extensions[EXTENSION]
