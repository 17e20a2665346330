"""The command `portal receive`: one mail on standard input, as mail servers pipe it to a program."""

import argparse
import os
import sys

import structlog
from flask import Flask

from portal.core.extensions import db
from portal.mail.inbound.handlers import UnknownAddress
from portal.mail.inbound.parsing import LARGEST, Unreadable
from portal.mail.inbound.receiving import TooManyWrong, receive

TRY_AGAIN = os.EX_TEMPFAIL

log = structlog.get_logger()


def describe(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.add_argument(
        "recipient", nargs="?", default="", help="the address on the envelope (default: what the headers say)"
    )


def run(app: Flask, options: argparse.Namespace) -> int:
    """Take in the mail on standard input; return a code of sysexits.h.

    0: taken in; 65: no mail, or too large; 67: no such address; 75: not now, the mail server must try again. Whatever
    goes wrong here is 75, so that no mail is lost.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    try:
        with app.app_context():
            receive(raw, options.recipient)
    except Unreadable as error:
        return _say(f"not a mail that can be read: {error}", os.EX_DATAERR)
    except UnknownAddress:
        return _say("no such address", os.EX_NOUSER)
    except TooManyWrong:
        return _say("too many addresses that do not exist; try again later", TRY_AGAIN)
    except Exception as error:
        log.exception("mail_not_received")
        return _say(f"not now: {type(error).__name__}", TRY_AGAIN)
    finally:
        with app.app_context():
            db.session.rollback()
    return os.EX_OK


def _say(reason: str, code: int) -> int:
    sys.stderr.write(f"portal: {reason}\n")
    return code
