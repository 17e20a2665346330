"""The sender: claims mail one by one and stores each outcome right after the server's answer."""

import threading
from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.config import Settings
from portal.core.extensions import db
from portal.core.polling import LONGEST_FOR_MAIL_SECONDS, Pause
from portal.core.storage.database import transaction
from portal.mail import addresses, bounces, composing, kinds, leases, services, transports
from portal.mail.models import LONGEST_ERROR, MailMessage, MailState
from portal.mail.transports import Refused, ServerTrouble, Temporary, Transport

LOOK_FOR_DEAD_SECONDS = 5.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 60.0
"""Pauses in seconds while the mail server is unusable: the first, and the longest."""

BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440, 1440, 1440, 1440))
"""Pauses before each retry; after the last one, after five days, the mail has failed."""

log = structlog.get_logger()


def run_forever(stop: threading.Event) -> None:
    """Send queued mail until `stop` is set; needs an application context."""
    settings: Settings = current_app.config["SETTINGS"]
    holder = leases.Holder(settings.instance)
    sender = Sender(holder, transports.create(settings), settings, stop)
    pause, looked = Pause(LONGEST_FOR_MAIL_SECONDS), LOOK_FOR_DEAD_SECONDS
    while not stop.wait(pause.seconds):
        looked += pause.seconds
        try:
            if looked >= LOOK_FOR_DEAD_SECONDS:
                holder.release_dead()
                looked = 0.0
            pause.note(found=sender.drain() > 0)
        except Exception as error:  # noqa: BLE001  # the database or the mail server is away: later is better than never
            db.session.rollback()
            pause.note_failure(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            reason = addresses.mask_all(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
            log.warning("mail_waits", reason=reason, seconds=pause.seconds)
    holder.close()


class Sender:
    """Sends for one holder over one transport."""

    def __init__(
        self, holder: leases.Holder, transport: Transport, settings: Settings, stop: threading.Event | None = None
    ) -> None:
        """Store the holder and the transport."""
        self._holder = holder
        self._transport = transport
        self._settings = settings
        self._stop = stop or threading.Event()

    def drain(self) -> int:
        """Send all due mail; return the number handled. Raises ServerTrouble when the mail server is unusable."""
        handled = 0
        try:
            while not self._stop.is_set() and leases.anything_due():
                row = leases.claim(self._holder.name)
                if row is not None:
                    self._handle(row)
                    handled += 1
        finally:
            self._transport.close()
        return handled

    def _handle(self, row: MailMessage) -> None:
        """Send one claimed mail and store the outcome."""
        if not _is_wanted(row):
            self._note(row, state=MailState.DROPPED, text="", html="")
            return
        try:
            message = composing.compose(row, self._settings)
            self._transport.deliver(message, bounces.envelope_sender(row, self._settings), row.address)
        except ServerTrouble as error:
            pause = clock.now() + timedelta(seconds=FIRST_PAUSE_SECONDS)
            self._put_back(row, error, state=MailState.QUEUED, not_before=pause, tries=row.tries - 1)
            raise
        except Temporary as error:
            self._put_back(row, error, **_next_try(row))
        except (Refused, ValueError) as error:
            self._put_back(row, error, state=MailState.FAILED)
            if isinstance(error, Refused) and (unknown := bounces.UNKNOWN_RECIPIENT.search(str(error))):
                bounces.mark(row.address, unknown[0])
        else:
            emptied = {"text": "", "html": ""} if row.is_secret else {}
            self._note(row, state=MailState.SENT, sent_at=clock.now(), last_error=None, **emptied)

    def _put_back(self, row: MailMessage, error: Exception, **values: object) -> None:
        reason = addresses.one_line(addresses.mask_all(str(error)), LONGEST_ERROR)
        log.warning("mail_not_sent", id=row.id, kind=row.kind, tries=row.tries, reason=reason)
        self._note(row, last_error=reason, **values)

    def _note(self, row: MailMessage, **values: object) -> None:
        """Store the outcome, retrying until the database accepts it: if it were lost, the mail would be sent twice.

        After an expired lease only the new holder may store an outcome, except that `sent` always counts.
        """
        mine = MailMessage.id == row.id
        if values.get("state") != MailState.SENT:
            mine &= MailMessage.holder == self._holder.name
        statement = update(MailMessage).where(mine).values(holder=None, lease_until=None, **values)
        while True:
            try:
                with transaction() as session:
                    session.execute(statement)
                return
            except SQLAlchemyError as error:
                db.session.rollback()
                log.warning("mail_outcome_waits", id=row.id, reason=type(error).__name__)
                if self._stop.wait(1.0):
                    raise


def _is_wanted(row: MailMessage) -> bool:
    kind = kinds.find(row.kind)
    return kind is None or row.user_id is None or services.wants(row.user_id, kind)


def _next_try(row: MailMessage) -> dict[str, object]:
    if row.tries > len(BACKOFF):
        return {"state": MailState.FAILED}
    return {"state": MailState.QUEUED, "not_before": clock.now() + BACKOFF[row.tries - 1]}
