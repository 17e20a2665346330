"""Users, sessions, one-time tokens and the audit log."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped
from portal.core.storage.types import UtcDateTime
from portal.core.text import slugify
from portal.core.web.access import Role

__all__ = ["AuditEntry", "DeferredAction", "OneTimeToken", "Purpose", "Role", "User", "WebSession"]


class User(Public, Timestamped, Model):
    """A person. The address is used for mail only, never shown. An erased person keeps a row without personal data."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(String(20), default=Role.MEMBER, server_default=Role.MEMBER)
    language: Mapped[str] = mapped_column(String(2), default="nl", server_default="nl")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_inactive_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the second factor was set up (UTC); maintained by `accounts.second_factor`."""

    is_authenticated = True
    is_anonymous = False
    gave_second_factor = False
    """Whether this request's session passed the second factor; set when the session is loaded."""

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in."""
        return self.confirmed_at is not None and self.disabled_at is None and self.erased_at is None

    @property
    def is_editor(self) -> bool:
        """Whether this person may use the editors' desk; administrators may too."""
        return self.role in (Role.EDITOR, Role.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        """Whether this person manages accounts and settings."""
        return self.role == Role.ADMINISTRATOR

    @property
    def has_second_factor(self) -> bool:
        """Whether a second factor is set up."""
        return self.second_factor_at is not None

    @property
    def path(self) -> str:
        """Return the canonical path of this person's page."""
        return f"/leden/{self.id}-{slugify(self.name) or 'lid'}"

    def get_id(self) -> str:
        """Return the id as text; the cookie holds a random token instead (`accounts.sessions`)."""
        return str(self.id)


class WebSession(Model):
    """The session of one browser, signed in or signing in. Only a hash of the cookie's token is stored."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Session data: flash messages, a challenge, the next path. Never secrets."""
    browser: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person last authenticated (UTC); required again before irreversible acts."""
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When this session passed the second factor (UTC); None when it did not, or there is none."""

    user: Mapped[User | None] = relationship()


class Purpose(StrEnum):
    """What a mailed token is for."""

    CONFIRM = "confirm"
    MAGIC_LINK = "magic_link"
    RESET = "reset"
    CHANGE_ADDRESS = "change_address"


class OneTimeToken(Model):
    """A mailed single-use token with an expiry. Only its hash is stored."""

    __tablename__ = "one_time_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[Purpose] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    """The user; None for a registration, whose account is created on confirmation."""
    email: Mapped[str | None] = mapped_column(String(254))
    """The new address that is being confirmed."""
    name: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """The password hash of this registration: each link confirms only what was typed with it."""
    next_path: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeferredAction(Model):
    """A request that the worker handles after the answer, so that the answer does not reveal who has an account."""

    __tablename__ = "account_errand"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    """The signed-in user, if any."""
    name: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    next_path: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class AuditEntry(Model):
    """An editorial or administrative act; never updated."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject_type_subject_id", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    subject_title: Mapped[str | None] = mapped_column(String(200))
    details: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    note: Mapped[str | None] = mapped_column(Text)
