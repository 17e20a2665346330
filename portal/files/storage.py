"""Where content lies: in a folder on this machine, or in an object store that several machines share.

Five calls, whichever it is (`Store`); the setting PORTAL_FILES_URL chooses. Names and layout are the same in both:
what is copied from one to the other is found there. Content goes out through our own pages only, with their rules.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from flask import current_app
from werkzeug.exceptions import ServiceUnavailable

NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp|pdf)")
EXTENSION = "files_store"
RETRY_AFTER_SECONDS = 30


class BadName(ValueError):
    """A name that we never gave: nothing outside the store can be reached."""


class StoreAway(ServiceUnavailable):
    """The store cannot be reached, or is full: nothing was stored. Who asked gets the page of 503."""

    def __init__(self, reason: str) -> None:
        """Take what happened, for the log; it is not shown."""
        super().__init__(reason, retry_after=RETRY_AFTER_SECONDS)


class Store(Protocol):
    """A place for content. Every call may raise StoreAway, and BadName for a name that is none of ours."""

    def write(self, name: str, content: bytes) -> None:
        """Store content; when this returns, it survives a crash of the machine."""

    def read(self, name: str) -> bytes:
        """Return content; raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Remove content; nothing happens when it is gone already."""

    def names(self, older_than: float | None = None) -> Iterator[str]:
        """Yield what is stored, or was before a moment (seconds since 1970)."""

    def sweep_unfinished(self, older_than: float) -> int:
        """Remove what a crash left half written before a moment; returns how many files that were."""


def write(name: str, content: bytes) -> None:
    """Store content; when this returns, it survives a crash of the machine."""
    _store().write(name, content)


def read(name: str) -> bytes:
    """Return content; raises FileNotFoundError."""
    return _store().read(name)


def delete(name: str) -> None:
    """Remove content; nothing happens when it is gone already."""
    _store().delete(name)


def names(older_than: float | None = None) -> Iterator[str]:
    """Yield what is stored, or was before a moment (seconds since 1970)."""
    return _store().names(older_than)


def sweep_unfinished(older_than: float) -> int:
    """Remove what a crash left half written; returns how many files that were."""
    return _store().sweep_unfinished(older_than)


def place_of(name: str) -> str:
    """Return the path of content within its store; raises BadName for a name that is none of ours."""
    if not NAME.fullmatch(name):
        raise BadName(name)
    return f"{name[:2]}/{name}"


def _store() -> Store:
    """Return the store of this application, made when it is first asked for."""
    known: Store | None = current_app.extensions.get(EXTENSION)
    return known or current_app.extensions.setdefault(EXTENSION, _make())


def _make() -> Store:
    settings = current_app.config["SETTINGS"]
    if settings.files.bucket:
        from portal.files.object_store import ObjectStore  # its library comes with the extra `scale`

        return ObjectStore(settings.files)
    from portal.files.folder_store import FolderStore

    return FolderStore(settings.files.folder or settings.instance / "files")
