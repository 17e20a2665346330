"""An empty index per test, and small content made through the models."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.search import indexer
from portal.search.store import IndexStore, index_store


@pytest.fixture
def store(app: Flask) -> Iterator[IndexStore]:
    """Return the store of an application whose index is new and empty."""
    root: Path = app.config["SETTINGS"].instance / "search"
    shutil.rmtree(root, ignore_errors=True)
    app.extensions.pop("search_index", None)
    indexer.rebuild()
    yield index_store()
    shutil.rmtree(root, ignore_errors=True)
    app.extensions.pop("search_index", None)
