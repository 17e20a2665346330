"""What waits for the editors: each feature registers its kind of case here; the desk (floor 5) shows and decides.

A feature calls `register(...)` in a module its views import. The functions it gives run inside the desk's
transaction, which also writes to the sender: they change rows and nothing more. What is Publishable needs none of
its own, the state machine does it.
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
    """One thing an editor looks at: waiting for a decision, or decided (then `is_waiting` is False)."""

    kind: str
    id: int
    title: str
    since: datetime
    """When it was handed in for judging (UTC)."""
    subject: Any
    """The row: what `move`, the audit log and the history are about."""
    author: User | None = None
    """Who handed it in and hears the decision; None when that is unknown (a report by a visitor)."""
    organisation_name: str = ""
    path: str = ""
    """The canonical path of its page, where it is read now or will be; empty when it has none."""
    edit_path: str = ""
    """Where the sender changes it after it was sent back; empty when that cannot be."""
    note: str = ""
    """What the sender or the feature tells the editor ("third publication", "claims Roc Mondriaan")."""
    title_for_sender: str = ""
    """What the sender's mails call it, when the title speaks of the sender; else they have the title."""
    is_waiting: bool = True
    is_public: bool = False
    """Whether everybody reads it now, so that it can be taken back."""
    facts: tuple[tuple[str, str], ...] = field(default=())
    """More (label, value) pairs for the case page."""


Decide = Callable[[Case, User, str | None], None]
"""Carry out a decision: (case, editor, reason). May raise NotAllowedNow when another decided meanwhile."""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """How cases of a kind are found, shown and decided. A decision that is None cannot be taken of this kind."""

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
    """Make a Publishable public."""
    move(case.subject, State.OPEN, editor, reason)


def send_back_publication(case: Case, editor: User, reason: str | None) -> None:
    """Give a Publishable back to its sender, who may change it and hand it in again."""
    move(case.subject, State.DRAFT, editor, reason)


def refuse_publication(case: Case, editor: User, reason: str | None) -> None:
    """Refuse a Publishable."""
    move(case.subject, State.WITHDRAWN, editor, reason)


def unpublish_publication(case: Case, editor: User, reason: str | None) -> None:
    """Take a Publishable off the site: back to its sender, or withdrawn when it had ended already."""
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
    """Add a kind of case; registering it again replaces it.

    `kind` is one word for the address (`/redactie/<kind>/<id>`: bericht, activiteit, artikel …), `label` a lazy text.
    `awaiting` gives the cases to judge, oldest first; `find` any case of the kind, decided ones and public ones too.
    `unpublish` is offered for cases that are public, `render` gives the item as its page will show
    it, and `count` the number of waiting cases without loading them.
    """
    _kinds[kind] = CaseKind(kind, label, awaiting, find, approve, send_back, refuse, unpublish, render, count)


def kinds() -> list[CaseKind]:
    """Return every registered kind, in order of registering."""
    return list(_kinds.values())


def find_kind(kind: str) -> CaseKind | None:
    """Return a kind by its word in the address."""
    return _kinds.get(kind)


def cases() -> list[Case]:
    """Return everything that waits, of all kinds, longest waiting first."""
    waiting = [case for kind in _kinds.values() for case in kind.awaiting()]
    return sorted(waiting, key=lambda case: (case.since, case.kind, case.id))


def find_case(kind: str, case_id: int) -> Case | None:
    """Return a case, waiting or not; None when there is no such kind or row."""
    found = _kinds.get(kind)
    return found.find(case_id) if found else None


def waiting_count() -> int:
    """Return how much waits: one small query per kind that counts."""
    return sum(kind.count() if kind.count else len(kind.awaiting()) for kind in _kinds.values())
