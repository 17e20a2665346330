"""Addresses from which mail came back, and the envelope sender by which we recognise such mail.

With a domain for incoming mail, each mail leaves with an envelope sender of its own, to which mail servers send the
notice when they cannot deliver it. So nobody can make the portal believe that somebody else's address is dead.
"""

import re
from collections.abc import Iterable

from sqlalchemy import delete, select

from portal.core.clock import now
from portal.core.config import Settings
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.inbound import handlers, reply_addresses
from portal.mail.inbound.handlers import Fate, Handler
from portal.mail.inbound.parsing import Incoming
from portal.mail.models import BouncedAddress, MailMessage

UNKNOWN_RECIPIENT = re.compile(r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
"""The codes of RFC 3463 with which a mail server refuses a mail because the address does not exist."""
LETTER = "r"
"""In the envelope sender of a mail, followed by the number of its row in the outbox."""


def envelope_sender(row: MailMessage, settings: Settings) -> str:
    """Return the envelope sender of a mail: one of its own, or the portal's when it takes no mail."""
    return reply_addresses.make_address(LETTER, row.id) or settings.mail_from


def mark(address: str, status: str) -> None:
    """Record that mail to an address came back; `status` is the code of RFC 3463, such as "5.1.1"."""
    with transaction() as session:
        row = session.get(BouncedAddress, address.lower())
        if row is None:
            row = BouncedAddress(address=address.lower(), count=0)
            session.add(row)
        row.status, row.bounced_at = status[:20], now()
        row.count += 1


def clear(address: str) -> None:
    """Forget that mail to an address came back: its owner showed that it works."""
    with transaction() as session:
        session.execute(delete(BouncedAddress).where(BouncedAddress.address == address.lower()))


def list_bounced(addresses: Iterable[str]) -> set[str]:
    """Return those of some addresses from which mail came back, in lower case."""
    asked = {address.lower() for address in addresses}
    if not asked:
        return set()
    return set(db.session.scalars(select(BouncedAddress.address).where(BouncedAddress.address.in_(asked))))


def _find_address(number: int) -> str | None:
    row = db.session.get(MailMessage, number)
    return row.address or None if row else None


def _deliver(_number: int, _mail: Incoming) -> Fate:
    """Ignore mail to an envelope sender that is no notice: no person writes to it."""
    return Fate.IGNORED


handlers.register(LETTER, Handler(_deliver, _find_address))
