"""What somebody contributed, of every kind: features register a list, the page "My contributions" shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing somebody wrote."""

    title: str
    path: str
    state: str
    """A value of `State`; "concept" for a draft that was never handed in."""
    state_label: str
    changed_at: datetime
    facts: str = ""
    """More in a few words: the category, until when it is open."""
    edit_path: str = ""
    drop_path: str = ""
    """Where a form with the field `once` throws a draft away."""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of contribution: its heading, what somebody wrote of it, and where one writes a new one."""

    name: str
    label: str
    new_label: str
    new_path: str
    of: Callable[[User], list[Contribution]]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; registering it again replaces it."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """Return all kinds, in order of their names."""
    return [_kinds[name] for name in sorted(_kinds)]
