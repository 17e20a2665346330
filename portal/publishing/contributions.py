"""What a user wrote, of every kind: features register their lists, the page "My contributions" shows them."""

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
    """One item that a user wrote."""

    title: str
    path: str
    state: str
    """A value of `State`, or "concept" for a draft that was never submitted."""
    state_label: str
    changed_at: datetime
    facts: str = ""
    """More details on one line, such as the category."""
    edit_path: str = ""
    drop_path: str = ""
    """Where to POST the field `once` to delete the draft."""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of contribution: its heading, the function that lists a user's items, and the form for a new one."""

    name: str
    label: str
    new_label: str
    new_path: str
    list_items: Callable[[User], list[Contribution]]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; a kind with the same name is replaced."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """Return all kinds, sorted by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def list_new_drafts(user: User, kind: str, new_path: str, drop_path: str) -> list[Contribution]:
    """Return a user's drafts of new items of a kind (`publishing.drafts`)."""
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
        for draft in drafts.list_new_drafts(user, kind)
    ]


def state_label(state: str) -> str:
    """Return the label of a state, for the author; every public state is "Published"."""
    words = {State.DRAFT: _("Sent back"), State.REVIEW: _("To be judged"), State.WITHDRAWN: _("Withdrawn")}
    return words.get(State(state), _("Published"))
