"""Leases on mail: a sender claims a row by conditional UPDATE for a limited time; file locks reveal dead senders."""

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
"""Longer than a delivery may take (`transports.PATIENCE_SECONDS`), so that no mail is claimed while being sent."""


ANY_UNSENT = f"SELECT 1 FROM mail_message WHERE state IN ('{MailState.QUEUED}', '{MailState.SENDING}') LIMIT 1"  # noqa: S608  # names of our own


def is_due(moment: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for mail that may be claimed: due, or with an expired lease."""
    return or_(
        and_(MailMessage.state == MailState.QUEUED, MailMessage.not_before <= moment),
        and_(MailMessage.state == MailState.SENDING, MailMessage.lease_until <= moment),
    )


def anything_due() -> bool:
    """Return whether mail is due; one small query when the outbox is empty."""
    if first_row(ANY_UNSENT) is None:
        return False
    found = db.session.scalar(select(MailMessage.id).where(is_due(clock.now())).limit(1))
    db.session.rollback()
    return found is not None


def claim(holder: str) -> MailMessage | None:
    """Claim the next mail for a sender, None when nothing is due. Mail that somebody waits for goes first."""
    moment = clock.now()
    with transaction() as session:
        # not IN: PostgreSQL may run that subquery repeatedly, claiming several mails
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
    """The identity of a sender: a name with a lock file in the instance folder, held while its process lives."""

    def __init__(self, instance: Path) -> None:
        """Create a name and lock its file."""
        self._folder = instance / "senders"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self.name = secrets.token_hex(16)
        self._path = self._folder / self.name
        self._lock = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def release_dead(self) -> int:
        """Release the leases of dead senders on this machine; return how many.

        Senders on other machines have no lock here: their leases expire.
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
        """Release the lock."""
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
