"""Cases that await the editors: each feature registers its kind of case, the desk shows and decides them.

A feature calls `register` in a module that its views import. The functions that it passes run inside the transaction of
the desk, which also mails the sender; they should only change rows. The default functions suit every Publishable.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from portal.accounts.models import User
from portal.publishing.models import TRANSITIONS, State
from portal.publishing.services import move


@dataclass(frozen=True, slots=True)
class Case:
    """One thing for the editors to decide, or already decided (then `is_waiting` is False)."""

    kind: str
    id: int
    title: str
    since: datetime
    """When it was submitted for review (UTC)."""
    subject: Any
    """The row that the decision changes and that log and history refer to."""
    author: User | None = None
    """The sender, who is mailed the decision; None when unknown (a report by a visitor)."""
    organisation_name: str = ""
    path: str = ""
    """The canonical path of its page; "" when it has none."""
    edit_path: str = ""
    """Where the sender can edit it after it was sent back; "" when that is not possible."""
    note: str = ""
    """A remark for the editor ("third publication", "claims Roc Mondriaan")."""
    title_for_sender: str = ""
    """The title in mails to the sender, where it differs from `title`."""
    is_waiting: bool = True
    is_public: bool = False
    """Whether it is public now, so that it can be unpublished."""
    facts: tuple[tuple[str, str], ...] = field(default=())
    """More (label, value) pairs for the case page."""


Decide = Callable[[Case, User, str | None], None]
"""Carries out a decision: (case, editor, reason). May raise NotAllowedNow if somebody else decided meanwhile."""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """How cases of a kind are found, shown and decided. A decision that is None is not offered."""

    kind: str
    label: str
    awaiting: Callable[[], list[Case]]
    find: Callable[[int], Case | None]
    approve: Decide | None
    send_back: Decide | None
    refuse: Decide | None
    unpublish: Decide | None
    render: Callable[[Case], Markup] | None
    count: Callable[[], int] | None


_kinds: dict[str, CaseKind] = {}


def approve_publication(case: Case, editor: User, reason: str | None) -> None:
    """Publish a Publishable."""
    move(case.subject, State.OPEN, editor, reason)


def send_back_publication(case: Case, editor: User, reason: str | None) -> None:
    """Send a Publishable back to its sender, who can edit and submit it again."""
    move(case.subject, State.DRAFT, editor, reason)


def refuse_publication(case: Case, editor: User, reason: str | None) -> None:
    """Refuse a Publishable."""
    move(case.subject, State.WITHDRAWN, editor, reason)


def unpublish_publication(case: Case, editor: User, reason: str | None) -> None:
    """Unpublish a Publishable: back to its sender, or withdrawn if it was closed already."""
    back = State.DRAFT in TRANSITIONS[State(case.subject.state)]
    move(case.subject, State.DRAFT if back else State.WITHDRAWN, editor, reason)


def register(
    kind: str,
    label: str,
    awaiting: Callable[[], list[Case]],
    find: Callable[[int], Case | None],
    approve: Decide | None = approve_publication,
    send_back: Decide | None = send_back_publication,
    refuse: Decide | None = refuse_publication,
    *,
    unpublish: Decide | None = unpublish_publication,
    render: Callable[[Case], Markup] | None = None,
    count: Callable[[], int] | None = None,
) -> None:
    """Add a kind of case; a kind with the same name is replaced.

    `kind` is part of the path (`/redactie/<kind>/<id>`, such as "bericht"), `label` a lazy text. `awaiting` returns the
    cases to review, oldest first; `find` returns any case of the kind by id, decided and public ones included.
    `unpublish` is offered for public cases. `render` returns the HTML of the item as its page shows it. `count` returns
    the number of waiting cases without loading them.
    """
    _kinds[kind] = CaseKind(kind, label, awaiting, find, approve, send_back, refuse, unpublish, render, count)


def kinds() -> list[CaseKind]:
    """Return the kinds of case, in order of registration."""
    return list(_kinds.values())


def find_kind(kind: str) -> CaseKind | None:
    """Return a kind by name; None when it is not registered."""
    return _kinds.get(kind)


def cases() -> list[Case]:
    """Return all waiting cases, longest waiting first."""
    waiting = [case for kind in _kinds.values() for case in kind.awaiting()]
    return sorted(waiting, key=lambda case: (case.since, case.kind, case.id))


def find_case(kind: str, case_id: int) -> Case | None:
    """Return a case, waiting or not; None when the kind or the row does not exist."""
    found = _kinds.get(kind)
    return found.find(case_id) if found else None


def waiting_count() -> int:
    """Return the number of waiting cases, with one small query per kind."""
    return sum(kind.count() if kind.count else len(kind.awaiting()) for kind in _kinds.values())
