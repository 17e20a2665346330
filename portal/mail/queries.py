"""Reads of the outbox: counts, the administrators' list, a person's export."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from portal.core import clock
from portal.core.extensions import db
from portal.mail import addresses, kinds
from portal.mail.models import MailMessage, MailState

OVERDUE_AFTER = timedelta(minutes=15)
PAGE_SIZE = 50
SHOWN = ("id", "kind", "address", "state", "tries", "not_before", "last_error", "created_at", "sent_at", "is_secret")
"""The columns that administrators see; subject and text are private to the recipient."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Mails per state. `overdue` ones were due long ago: no sender is running."""

    queued: int
    sending: int
    sent: int
    failed: int
    dropped: int
    overdue: int
    due: int = 0
    """Queued mails that are due now."""
    age: float = 0.0
    """Age of the oldest due mail in seconds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One mail as administrators see it."""

    id: int
    kind: str
    address: str
    state: MailState
    tries: int
    not_before: datetime
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None

    @property
    def may_retry(self) -> bool:
        """Whether it failed or waits for a later try, so that retrying now has an effect."""
        return self.state == MailState.FAILED or (self.state == MailState.QUEUED and self.last_error is not None)


def count_mails() -> Outbox:
    """Count the outbox."""
    rows = db.session.execute(select(MailMessage.state, func.count()).group_by(MailMessage.state)).all()
    numbers = {str(state): number for state, number in rows}
    since = clock.now() - OVERDUE_AFTER
    never_tried = MailMessage.state.in_((MailState.QUEUED, MailState.SENDING)) & (MailMessage.tries == 0)
    late = (never_tried & (MailMessage.not_before < since)) | (MailMessage.lease_until < since)
    overdue = db.session.scalar(select(func.count()).where(late)) or 0
    counted = {state.value: numbers.get(state.value, 0) for state in MailState}
    waiting = (MailMessage.state == MailState.QUEUED) & (MailMessage.not_before <= clock.now())
    due, oldest = db.session.execute(select(func.count(), func.min(MailMessage.not_before)).where(waiting)).one()
    age = (clock.now() - oldest).total_seconds() if due else 0.0
    return Outbox(**counted, overdue=overdue, due=due, age=age)


def list_mails(state: MailState | None = None, before: int | None = None) -> list[Line]:
    """Return a page of the outbox, newest first; `before` is the id at which the previous page ended."""
    statement = select(MailMessage).order_by(MailMessage.id.desc()).limit(PAGE_SIZE)
    statement = statement.options(load_only(*(getattr(MailMessage, name) for name in SHOWN)))
    if state is not None:
        statement = statement.where(MailMessage.state == state)
    if before is not None:
        statement = statement.where(MailMessage.id < before)
    return [_line(row) for row in db.session.scalars(statement)]


def _line(row: MailMessage) -> Line:
    kind = kinds.find(row.kind)
    return Line(
        id=row.id,
        kind=str(kind.label) if kind else row.kind,
        address=addresses.mask(row.address),
        state=MailState(row.state),
        tries=row.tries,
        not_before=row.not_before,
        last_error=row.last_error,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )


def of_person(user_id: int) -> Sequence[dict[str, object]]:
    """Return a person's mails in the outbox, without sign-in links."""
    rows = db.session.scalars(select(MailMessage).where(MailMessage.user_id == user_id).order_by(MailMessage.id))
    return [
        {
            "kind": row.kind,
            "address": row.address,
            "subject": row.subject,
            "text": "" if row.is_secret else row.text,
            "state": str(row.state),
            "created_at": row.created_at,
            "sent_at": row.sent_at,
        }
        for row in rows
    ]
