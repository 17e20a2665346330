"""Building the MIME message of a row of the outbox."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from portal.core.config import Settings
from portal.mail.models import MailMessage

OURS = (
    "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Precedence",
)  # fmt: skip
"""The extra headers that a row of the outbox may set."""


def compose(row: MailMessage, settings: Settings) -> EmailMessage:
    """Return the message: one recipient, plain text and HTML, dated when it was queued.

    Raises ValueError for a line break in a header.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=settings.name, addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=row.address)
    message["Reply-To"] = Address(display_name=settings.name, addr_spec=row.headers.get("Reply-To", settings.contact))
    message["Subject"] = row.subject
    message["Date"] = row.created_at
    for name in OURS:
        if name in row.headers:
            message[name] = row.headers[name]
    message.set_content(row.text, cte="quoted-printable")
    message.add_alternative(row.html, subtype="html", cte="quoted-printable")
    return message
