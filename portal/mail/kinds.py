"""The kinds of mail; each feature registers its own when it is imported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PathOf = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mail. `label` and `explanation` (lazy messages) are shown on the page of mail preferences.

    `is_bulk`: one text to many people, sent with the headers of RFC 8058. `is_secret`: it contains a link that signs
    somebody in, so its text is deleted once sent.
    """

    name: str
    label: str
    is_bulk: bool = False
    may_switch_off: bool = False
    is_secret: bool = False
    explanation: str = ""
    for_editors: bool = False
    """Whether only editors get it, so that only they see the preference."""
    path_of: PathOf | None = None
    """Returns the page about the fact, from what the mail is rendered with. A kind with it is a notice: members find
    the fact in the portal too, and choose between mail at once, in the daily bundle, and none."""

    @property
    def can_be_refused(self) -> bool:
        """Whether people may switch this kind off; always true for bulk mail and notices."""
        return self.is_bulk or self.may_switch_off or self.path_of is not None


_kinds: dict[str, Kind] = {}


class UnknownKind(LookupError):
    """No feature registered a kind of mail by this name."""


def register(kind: Kind) -> Kind:
    """Register a kind; raises ValueError when another kind has the same name."""
    known = _kinds.setdefault(kind.name, kind)
    if known is not kind and _facts(known) != _facts(kind):
        raise ValueError(f"two kinds of mail are called {kind.name}")
    return known


def _facts(kind: Kind) -> tuple[str, bool, bool, bool]:
    return kind.name, kind.is_bulk, kind.may_switch_off, kind.is_secret


def get(name: str) -> Kind:
    """Return the kind by its name; raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def find(name: str) -> Kind | None:
    """Return the kind by its name, None for a name that an earlier version used."""
    return _kinds.get(name)


def refusable(*, for_editor: bool = False) -> list[Kind]:
    """Return the kinds that a member, or an editor, may switch off, in the order of their labels."""
    shown = (kind for kind in _kinds.values() if kind.can_be_refused and (for_editor or not kind.for_editors))
    return sorted(shown, key=lambda kind: str(kind.label))
