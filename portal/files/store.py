"""The interface of a file store: five calls, the errors they raise, and the layout that every store shares.

Both implementations, a folder (`folder_store`) and a bucket (`object_store`), use the same names and paths, so files
can be copied from one to the other.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from werkzeug.exceptions import ServiceUnavailable

NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp|pdf)")
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


def place_of(name: str) -> str:
    """Return the path of content within its store; raises BadName for a name that is none of ours."""
    if not NAME.fullmatch(name):
        raise BadName(name)
    return f"{name[:2]}/{name}"
