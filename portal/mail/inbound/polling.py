"""Emptying the mailbox of PORTAL_INBOUND_URL, in a worker. Any number of workers may do so at the same time."""

import threading

import structlog
from flask import current_app
from sqlalchemy.exc import DataError, SQLAlchemyError

from portal.core.config import Settings
from portal.core.extensions import db
from portal.core.polling import Pause
from portal.mail.inbound import mailbox
from portal.mail.inbound.handlers import UnknownAddress
from portal.mail.inbound.mailbox import DONE, NOT_PLACED, MailboxAway
from portal.mail.inbound.parsing import Unreadable
from portal.mail.inbound.receiving import TooManyWrong, receive

LONGEST_PAUSE_SECONDS = 20.0
FIRST_PAUSE_SECONDS, LONGEST_FAILURE_SECONDS = 5.0, 300.0
"""Pauses in seconds while the mailbox or the database is unusable: the first, and the longest."""

log = structlog.get_logger()


def run_forever(stop: threading.Event) -> None:
    """Take in mail until `stop` is set, or wait for that when no mailbox is set; needs an application context."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.inbound_url is None:
        stop.wait()
        return
    pause = Pause(LONGEST_PAUSE_SECONDS)
    while not stop.wait(pause.seconds):
        try:
            with current_app.app_context():
                pause.note(found=empty_mailbox(settings.inbound_url, stop) > 0)
        except (MailboxAway, SQLAlchemyError) as error:
            pause.note_failure(FIRST_PAUSE_SECONDS, LONGEST_FAILURE_SECONDS)
            reason = str(error) if isinstance(error, MailboxAway) else type(error).__name__
            log.warning("mailbox_waits", reason=reason, seconds=pause.seconds)


def empty_mailbox(url: str, stop: threading.Event | None = None) -> int:
    """Take in the mail that waits, and move each one aside after the commit; return how many were moved.

    When this stops between the two, the mail is met again and recognised. Raises MailboxAway, and SQLAlchemyError.
    """
    moved = 0
    with mailbox.visit(url) as box:
        for uid in box.list_new():
            if stop is not None and stop.is_set():
                break
            raw = box.fetch(uid)
            if raw is not None and (folder := _take_in(raw)) is not None:
                box.move(uid, folder)
                moved += 1
    return moved


def _take_in(raw: bytes) -> str | None:
    """Take in one mail; return the folder where it goes, None to leave it until later."""
    try:
        receive(raw)
    except TooManyWrong:
        return None
    except (UnknownAddress, Unreadable):
        return NOT_PLACED
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and not isinstance(error, DataError):
            raise  # the database is away: the mail waits
        log.exception("mail_not_received")  # what we cannot handle must not keep the others waiting
        return NOT_PLACED
    finally:
        db.session.rollback()
    return DONE
