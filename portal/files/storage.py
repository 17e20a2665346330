"""Reading and writing stored files, in the store that this application is configured with.

Files are served only through our own pages, which check who may see them; a store is never reached directly.
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
    """Store content; when this returns, it survives a crash of the machine."""
    get_store().write(name, content)


def read(name: str) -> bytes:
    """Return content; raises FileNotFoundError."""
    return get_store().read(name)


def delete(name: str) -> None:
    """Remove content; nothing happens when it is gone already."""
    get_store().delete(name)


def names(older_than: float | None = None) -> Iterator[str]:
    """Yield what is stored, or was before a moment (seconds since 1970)."""
    return get_store().names(older_than)


def sweep_unfinished(older_than: float) -> int:
    """Remove what a crash left half written; returns how many files that were."""
    return get_store().sweep_unfinished(older_than)
