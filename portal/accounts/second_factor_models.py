"""Authentication factors besides the password: TOTP, recovery codes, passkeys, single sign-on identities."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime

LONGEST_PASSKEY_NAME = 60


class TotpSecret(Model):
    """The TOTP secret of a person's authenticator app."""

    __tablename__ = "totp_secret"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    last_counter: Mapped[int] = mapped_column(default=0)
    """The counter of the last accepted code; that code and older ones are refused."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class RecoveryCode(Model):
    """A single-use recovery code. Only its hash is stored."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Model):
    """The public key of a WebAuthn credential on a person's device."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_PASSKEY_NAME))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    """In base64url, as browsers send it."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    user_handle: Mapped[str] = mapped_column(String(86), index=True)
    """The random WebAuthn user handle; the same for all keys of one person."""
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class Identity(Model):
    """The `sub` of a person at a single sign-on provider."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    user: Mapped[User] = relationship()
