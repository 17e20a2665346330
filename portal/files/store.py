"""The interface of a file store: five methods, the errors they raise, and the layout that every store shares.

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
    """A name that the portal never generates; refusing it prevents access outside the store."""


class StoreAway(ServiceUnavailable):
    """The store is unreachable or full, and nothing was stored; answered with 503."""

    def __init__(self, reason: str) -> None:
        """Take the reason, which is logged but not shown."""
        super().__init__(reason, retry_after=RETRY_AFTER_SECONDS)


class Store(Protocol):
    """A file store. Every method may raise StoreAway, and BadName for an invalid name."""

    def write(self, name: str, content: bytes) -> None:
        """Store content; it is durable when this returns."""

    def read(self, name: str) -> bytes:
        """Return content; raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Delete content; does nothing when it does not exist."""

    def names(self, older_than: float | None = None) -> Iterator[str]:
        """Yield the names of stored content, optionally only what was stored before a moment (Unix time)."""

    def sweep_unfinished(self, older_than: float) -> int:
        """Delete incomplete files that a crash left before a moment (Unix time); return how many."""


def place_of(name: str) -> str:
    """Return the path of content within its store; raises BadName for an invalid name."""
    if not NAME.fullmatch(name):
        raise BadName(name)
    return f"{name[:2]}/{name}"
