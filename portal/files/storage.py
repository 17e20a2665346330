"""Reads and writes file contents in the configured store.

Files are served only by `files.views`, which checks access; a store is never reachable directly.
"""

from collections.abc import Iterator

from portal.files.store import NAME, BadName, Store, StoreAway, place_of
from portal.files.store_factory import EXTENSION, get_store

__all__ = [
    "EXTENSION",
    "NAME",
    "BadName",
    "Store",
    "StoreAway",
    "delete",
    "names",
    "place_of",
    "read",
    "sweep_unfinished",
    "write",
]


def write(name: str, content: bytes) -> None:
    """Store content; it is durable when this returns."""
    get_store().write(name, content)


def read(name: str) -> bytes:
    """Return content; raises FileNotFoundError."""
    return get_store().read(name)


def delete(name: str) -> None:
    """Delete content; does nothing when it does not exist."""
    get_store().delete(name)


def names(older_than: float | None = None) -> Iterator[str]:
    """Yield the names of stored content, optionally only what was stored before a moment (Unix time)."""
    return get_store().names(older_than)


def sweep_unfinished(older_than: float) -> int:
    """Delete incomplete files that a crash left; return how many."""
    return get_store().sweep_unfinished(older_than)
