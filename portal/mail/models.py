"""The outbox and mail preferences."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime

LONGEST_KEY = 200
LONGEST_SUBJECT = 200
LONGEST_ERROR = 300
LONGEST_PATH = 300


class MailState(StrEnum):
    """The state of a mail: queued, being sent, sent, failed or dropped."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """The recipient switched this kind off before it was sent."""


class Delivery(StrEnum):
    """When a person gets a kind of mail. Notices are in the list of the portal in any case."""

    NOW = "now"
    DAILY = "daily"
    """In one mail a day, with the other notices."""
    OFF = "off"


class MailMessage(Model):
    """A rendered mail to one recipient. Its texts are removed when they are no longer needed."""

    __tablename__ = "mail_message"
    __table_args__ = (Index("ix_mail_message_due", "state", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    unique_key: Mapped[str] = mapped_column(String(LONGEST_KEY), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    is_secret: Mapped[bool] = mapped_column(default=False)
    """Whether it contains a sign-in link; then its texts are removed as soon as it is sent."""
    state: Mapped[MailState] = mapped_column(String(10), default=MailState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    holder: Mapped[str | None] = mapped_column(String(40))
    """The sender that holds the lease."""
    last_error: Mapped[str | None] = mapped_column(String(LONGEST_ERROR))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notice(Model):
    """A fact that a member is told: in the list of the portal, and by mail at once, in the daily bundle, or not."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_user_id_read_at", "user_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    unique_key: Mapped[str] = mapped_column(String(LONGEST_KEY), unique=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    path: Mapped[str] = mapped_column(String(LONGEST_PATH))
    """The page about it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_waiting: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether it waits for the daily bundle."""


class MailPreference(Model):
    """A person's choice for a kind of mail; without a row the default applies."""

    __tablename__ = "mail_preference"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_wanted: Mapped[bool] = mapped_column()
    is_bundled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it comes in the daily bundle instead of at once."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)


class InboundMail(Model):
    """That a mail came in, so that it counts once. Who sent it and what it said is not here."""

    __tablename__ = "mail_inbound"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash of the mail and of the address it was sent to."""
    letter: Mapped[str] = mapped_column(String(1))
    """Which feature's address it was sent to (`mail.inbound.handlers`)."""
    fate: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class BouncedAddress(Model):
    """An address from which mail came back as undeliverable, in lower case."""

    __tablename__ = "mail_bounced_address"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    """The code of RFC 3463, such as "5.1.1"."""
    count: Mapped[int]
    bounced_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
