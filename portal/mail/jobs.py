"""What the clock does to mail: what is no longer needed goes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from portal.core import jobs
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage, MailState

TEXTS_KEPT = timedelta(days=30)
ROWS_KEPT = timedelta(days=365)
"""Without text and address: what remains keeps the same mail from being sent again."""

DONE = (MailState.SENT, MailState.DROPPED, MailState.FAILED)


@jobs.every(seconds=3600)
def forget_old_mail(now: datetime) -> None:
    """Empty the texts and the address of what was done with a month ago, and delete what is a year old."""
    with transaction() as session:
        done = MailMessage.state.in_(DONE)
        session.execute(
            update(MailMessage)
            .where(done, MailMessage.created_at < now - TEXTS_KEPT, MailMessage.address != "")
            .values(user_id=None, address="", subject="", text="", html="", headers={}, last_error=None)
        )
        session.execute(delete(MailMessage).where(done, MailMessage.created_at < now - ROWS_KEPT))
