"""Periodic jobs of mail: retention."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from portal.core import jobs
from portal.core.storage.database import transaction
from portal.mail.models import InboundMail, MailMessage, MailState

TEXTS_KEPT = timedelta(days=30)
ROWS_KEPT = timedelta(days=365)
"""How long a row without text and address is retained, so that the same mail is not sent again."""

INBOUND_KEPT = timedelta(days=90)
"""How long a mail that comes a second time is recognised; mail servers try for five days."""

DONE = (MailState.SENT, MailState.DROPPED, MailState.FAILED)


@jobs.every(seconds=3600)
def forget_old_mail(now: datetime) -> None:
    """Remove texts and address of mail that was finished a month ago, and delete rows after a year."""
    with transaction() as session:
        done = MailMessage.state.in_(DONE)
        session.execute(
            update(MailMessage)
            .where(done, MailMessage.created_at < now - TEXTS_KEPT, MailMessage.address != "")
            .values(user_id=None, address="", subject="", text="", html="", headers={}, last_error=None)
        )
        session.execute(delete(MailMessage).where(done, MailMessage.created_at < now - ROWS_KEPT))


@jobs.every(seconds=86_400)
def forget_old_inbound_mail(now: datetime) -> None:
    """Delete the record of mail that came in long ago."""
    with transaction() as session:
        session.execute(delete(InboundMail).where(InboundMail.received_at < now - INBOUND_KEPT))
