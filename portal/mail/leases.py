"""Who has which mail in hand: claims by conditional UPDATE, for a while, and locks that tell who is dead."""

import fcntl
import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, or_, select, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import first_row, transaction
from portal.mail.models import MailMessage, MailState

LEASE = timedelta(minutes=3)
"""Longer than one delivery may take (`transports.PATIENCE_SECONDS`): nobody else takes what is still being sent."""


ANY_UNSENT = f"SELECT 1 FROM mail_message WHERE state IN ('{MailState.QUEUED}', '{MailState.SENDING}') LIMIT 1"  # noqa: S608  # names of our own


def is_due(moment: datetime) -> ColumnElement[bool]:
    """What may be taken: waiting long enough, or in hand of a sender that did not come back."""
    return or_(
        and_(MailMessage.state == MailState.QUEUED, MailMessage.not_before <= moment),
        and_(MailMessage.state == MailState.SENDING, MailMessage.lease_until <= moment),
    )


def anything_due() -> bool:
    """Whether there is something to send; when the outbox is empty one tiny query says so."""
    if first_row(ANY_UNSENT) is None:
        return False
    found = db.session.scalar(select(MailMessage.id).where(is_due(clock.now())).limit(1))
    db.session.rollback()
    return found is not None


def claim(holder: str) -> MailMessage | None:
    """Take the next mail for a sender; None when nothing is due. What somebody waits for goes before the rest."""
    moment = clock.now()
    with transaction() as session:
        # compared with `==`: after IN, PostgreSQL may ask a subquery several times and so take several mails
        first = select(MailMessage.id).where(is_due(moment)).with_for_update(skip_locked=True).limit(1)
        first = first.order_by(MailMessage.is_secret.desc(), MailMessage.not_before, MailMessage.id)
        row = session.scalar(
            update(MailMessage)
            .where(MailMessage.id == first.scalar_subquery(), is_due(moment))
            .values(state=MailState.SENDING, holder=holder, lease_until=moment + LEASE, tries=MailMessage.tries + 1)
            .returning(MailMessage)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        if row is not None:
            session.expunge(row)
        return row


class Holder:
    """The name of a sender, with a lock in the data folder that lasts exactly as long as its process."""

    def __init__(self, instance: Path) -> None:
        """Choose a name and take its lock."""
        self._folder = instance / "senders"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self.name = secrets.token_hex(16)
        self._path = self._folder / self.name
        self._lock = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def release_dead(self) -> int:
        """Put back what senders of this machine had in hand when they died; returns how many mails.

        Senders of other machines have no lock here: their leases end by themselves.
        """
        dead = [path.name for path in self._folder.iterdir() if path.name != self.name and _is_free(path)]
        if not dead:
            return 0
        with transaction() as session:
            freed = session.execute(
                update(MailMessage)
                .where(MailMessage.state == MailState.SENDING, MailMessage.holder.in_(dead))
                .values(state=MailState.QUEUED, holder=None, lease_until=None, not_before=clock.now())
            )
        for name in dead:
            (self._folder / name).unlink(missing_ok=True)
        return int(getattr(freed, "rowcount", 0))

    def close(self) -> None:
        """Give up the name."""
        self._path.unlink(missing_ok=True)
        os.close(self._lock)


def _is_free(path: Path) -> bool:
    with suppress(OSError):
        lock = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(lock)
        return True
    return False
