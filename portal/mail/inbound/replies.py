"""The short mail that tells a sender why a mail was not delivered: never to a machine, and at most once a day."""

import hashlib

from portal.core import clock
from portal.core.i18n import lazy_gettext
from portal.mail import addresses, kinds, services
from portal.mail.inbound.judging import may_be_told
from portal.mail.inbound.parsing import Incoming

NOT_DELIVERED = kinds.register(kinds.Kind("mail.not_delivered", lazy_gettext("Why your mail was not delivered")))


def tell_sender(mail: Incoming, reason: str) -> None:
    """Tell the sender that a mail was not delivered; `reason` is a case of the template `mail/not_delivered`.

    Says nothing of what the mail was about: whoever knows only the address learns nothing.
    """
    if not may_be_told(mail):
        return
    try:
        address = addresses.check(mail.sender)
    except addresses.BadAddress:
        return
    to = services.Envelope(address, answers_to=mail.message_id)
    day = clock.today().isoformat()
    unique = f"inbound:{hashlib.sha256(mail.sender.encode()).hexdigest()[:40]}:{day}"
    services.send(NOT_DELIVERED.name, to, "not_delivered", unique=unique, reason=reason)
