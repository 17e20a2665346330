"""What other rooms ask of search (skeleton: to be replaced by its engineer)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.search.models import Searchable

Loader = Callable[[list[int] | None], Iterable[Searchable]]


@dataclass(frozen=True, slots=True)
class Status:
    """How search stands: usable, changes not yet applied, documents indexed and expected."""

    usable: bool
    pending: int
    indexed: int
    expected: int


def register(kind: str, loader: Loader) -> None:
    """Tell search how to load rows of a type."""


def find_ids(words: str, kind: str) -> list[int] | None:
    """Return ids, best first."""
    return None


def status() -> Status:
    """Return how search stands."""
    return Status(usable=True, pending=0, indexed=0, expected=0)
