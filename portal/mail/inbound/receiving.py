"""Taking in one mail: each exactly once, whether it comes from a mail server or a mailbox, and however often."""

import hashlib

import structlog
from sqlalchemy.exc import IntegrityError

from portal.core.storage.database import transaction
from portal.core.web import limits
from portal.mail import bounces
from portal.mail.inbound import handlers, reply_addresses
from portal.mail.inbound.handlers import Fate, UnknownAddress
from portal.mail.inbound.judging import Nature, judge
from portal.mail.inbound.parsing import Incoming, parse
from portal.mail.models import InboundMail

ENVELOPE_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
"""Where mail servers write to whom this copy was sent."""
ADDRESS_HEADERS = ("To", "Cc", "Resent-To")
WRONG_CODES_PER_HOUR, HOUR = 20, 3600
MOST_CODES = 5

log = structlog.get_logger()


class TooManyWrong(Exception):
    """The sender tried too many addresses that do not exist: try again later."""


def receive(raw: bytes, recipient: str = "") -> Fate:
    """Take in a mail, and return what became of it; a mail that came before is taken once, and has its earlier fate.

    `recipient` is the address on the envelope, if it is known; else the headers tell. Raises Unreadable,
    UnknownAddress and TooManyWrong; after an SQLAlchemyError nothing was taken in, and the caller tries again.
    """
    mail = parse(raw)
    addressed = [found for code in _codes(mail, recipient) if (found := reply_addresses.read_code(code))]
    fates = [fate for letter, number in addressed if (fate := _take_once(mail, letter, number)) is not None]
    if not fates:
        if judge(mail).nature != Nature.PERSON:
            return Fate.IGNORED  # answering it could begin a loop
        if limits.count("inbound-wrong", mail.sender or recipient, WRONG_CODES_PER_HOUR, HOUR) is not None:
            raise TooManyWrong
        raise UnknownAddress
    log.info("mail_received", fates=fates)
    return fates[0]


def _codes(mail: Incoming, recipient: str) -> list[str]:
    """Return the codes of the addresses that this copy was sent to: from the envelope if possible."""
    for texts in ([recipient], mail.headers(*ENVELOPE_HEADERS), mail.headers(*ADDRESS_HEADERS)):
        if codes := reply_addresses.find_codes(texts):
            return codes[:MOST_CODES]
    return []


def _take_once(mail: Incoming, letter: str, number: int) -> Fate | None:
    """Take in a mail for one address; return None when what it belonged to is gone."""
    try:
        return _write_once(mail, letter, number)
    except UnknownAddress:
        return None


def _write_once(mail: Incoming, letter: str, number: int) -> Fate:
    handler = handlers.get(letter)
    key = hashlib.sha256(f"{mail.key}|{letter}{number}".encode()).hexdigest()
    with transaction() as session:
        known = session.get(InboundMail, key)
        if known is not None:
            return Fate(known.fate)
        row = InboundMail(key=key, letter=letter, fate=Fate.IGNORED)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another process takes in the same mail at this moment
            return Fate.IGNORED
        row.fate = _take(mail, handler, number)
        return Fate(row.fate)


def _take(mail: Incoming, handler: handlers.Handler, number: int) -> Fate:
    judgement = judge(mail)
    if judgement.nature == Nature.BOUNCE:
        address = handler.find_address(number)
        if address is not None:
            bounces.mark(address, judgement.status)
        return Fate.BOUNCE
    return handler.deliver(number, mail) if judgement.nature == Nature.PERSON else Fate.IGNORED
