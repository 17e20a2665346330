"""Reading the outbox: how full it is, what administrators see of it, what a person may take home."""

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
"""What administrators see: no subject and no text, for those are between the portal and the addressee."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """How many mails stand where. `overdue` should have gone long ago: nobody sends."""

    queued: int
    sending: int
    sent: int
    failed: int
    dropped: int
    overdue: int
    due: int = 0
    """Those queued whose time has come."""
    age: float = 0.0
    """Seconds that the oldest of these waits."""


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
        """Whether it waits for more than its turn, so that sending it now makes a difference."""
        return self.state == MailState.FAILED or (self.state == MailState.QUEUED and self.last_error is not None)


def count() -> Outbox:
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


def lines(state: MailState | None = None, before: int | None = None) -> list[Line]:
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
    """Return what the outbox holds of a person, without the links that let somebody in."""
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
