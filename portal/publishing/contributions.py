"""What somebody contributed, of every kind: features register a list, the page "My contributions" shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import User
from portal.core.i18n import gettext as _
from portal.publishing import drafts
from portal.publishing.models import State

CONCEPT = "concept"


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


def unsent(user: User, kind: str, new_path: str, drop_path: str) -> list[Contribution]:
    """Return somebody's drafts of new things of a kind (`publishing.drafts`)."""
    return [
        Contribution(
            title=draft.title or _("Without a title"),
            path=f"{new_path}?concept={draft.key}",
            state=CONCEPT,
            state_label=_("Draft"),
            changed_at=draft.updated_at,
            edit_path=f"{new_path}?concept={draft.key}",
            drop_path=drop_path,
            key=draft.key,
        )
        for draft in drafts.unsent(user, kind)
    ]


def state_label(state: str) -> str:
    """Return how a publication stands, for its author; once it is public that goes without more words."""
    words = {State.DRAFT: _("Sent back"), State.REVIEW: _("To be judged"), State.WITHDRAWN: _("Withdrawn")}
    return words.get(State(state), _("Published"))
