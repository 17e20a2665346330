"""What the current user may do with an event, and access to events that are not public."""

from dataclasses import dataclass

from flask import abort

from portal.accounts.models import User
from portal.agenda import policies, queries
from portal.agenda.models import Event
from portal.publishing import services as publishing
from portal.publishing.models import StateChange


@dataclass(frozen=True, slots=True)
class Permissions:
    """What one user may do with an event."""

    may_edit: bool
    may_send: bool
    may_postpone: bool
    may_cancel: bool
    may_withdraw: bool
    returned: StateChange | None
    """The last decision with a reason; None for a user who may not edit the event."""


def for_user(user: User | None, event: Event) -> Permissions | None:
    """Return a user's permissions on an event; None for a visitor."""
    if user is None:
        return None
    may_edit = policies.may_edit(user, event)
    reasons = [change for change in publishing.history(event) if change.reason and not change.act] if may_edit else []
    return Permissions(
        may_edit=may_edit,
        may_send=policies.may_send(user, event),
        may_postpone=policies.may_postpone(user, event),
        may_cancel=policies.may_cancel(user, event),
        may_withdraw=policies.may_withdraw(user, event),
        returned=max(reasons, key=lambda change: change.at, default=None),
    )


def get_unpublished_event(user: User | None, event_id: int) -> Event:
    """Return an event that this user may read; aborts with 404 for any other."""
    event = queries.get_event(event_id) if user else None
    if event is None or not policies.may_read(user, event):
        abort(404)
    return event
