"""An empty index per test, and small content made through the models."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.search.engines.embedded.engine import EmbeddedEngine
from portal.search.engines.embedded.store import IndexStore
from portal.search.engines.factory import EXTENSION, engine
from portal.search.indexing import indexer


@pytest.fixture
def store(app: Flask) -> Iterator[IndexStore]:
    """Return the store of an application whose index is new and empty."""
    root: Path = app.config["SETTINGS"].instance / "search"
    shutil.rmtree(root, ignore_errors=True)
    app.extensions.pop(EXTENSION, None)
    indexer.rebuild()
    used = engine()
    assert isinstance(used, EmbeddedEngine)
    yield used.store
    shutil.rmtree(root, ignore_errors=True)
    app.extensions.pop(EXTENSION, None)
