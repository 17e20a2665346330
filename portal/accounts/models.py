"""People who write on the portal, and how they come in."""

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
    """A person. The address is for mail only and is never shown. Erased people keep a row without personal data."""

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
    """Since when a second factor is set up; kept by the second factor's services."""

    is_authenticated = True
    is_anonymous = False
    gave_second_factor = False
    """Whether the second factor was given in the session of this request; set when the session is read."""

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in."""
        return self.confirmed_at is not None and self.disabled_at is None and self.erased_at is None

    @property
    def is_editor(self) -> bool:
        """Whether this person judges what others send in; administrators do too."""
        return self.role in (Role.EDITOR, Role.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        """Whether this person manages accounts and settings."""
        return self.role == Role.ADMINISTRATOR

    @property
    def has_second_factor(self) -> bool:
        """Whether signing in asks for a code or a passkey too."""
        return self.second_factor_at is not None

    @property
    def path(self) -> str:
        """Return the canonical path of this person's page."""
        return f"/leden/{self.id}-{slugify(self.name) or 'lid'}"

    def get_id(self) -> str:
        """Return the id as text; the cookie holds a random token instead (`accounts.sessions`)."""
        return str(self.id)


class WebSession(Model):
    """One browser that is signed in, or that is underway to it. Only a hash of the cookie is kept."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the session holds besides who it is: notices, a challenge, where to go next. Never secrets."""
    browser: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person last proved who they are: asked again before what cannot be undone."""
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the second factor was given in this session; None while it is still owed or not set up."""

    user: Mapped[User | None] = relationship()


class Purpose(StrEnum):
    """What a token in a mail is good for."""

    CONFIRM = "confirm"
    MAGIC_LINK = "magic_link"
    RESET = "reset"
    CHANGE_ADDRESS = "change_address"


class OneTimeToken(Model):
    """A secret that was mailed, good once and for a while. Only its hash is kept."""

    __tablename__ = "one_time_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[Purpose] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    """Whose it is; None for somebody who registers: the account is made when the address is confirmed."""
    email: Mapped[str | None] = mapped_column(String(254))
    """The new address that is being confirmed."""
    name: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """What was chosen at registration: each mailed link confirms what was typed with it, and nothing else."""
    next_path: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeferredAction(Model):
    """What somebody asked on a form that must not tell who is known here: done after the answer, by the worker."""

    __tablename__ = "account_errand"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    """Who is signed in and asks; the other forms do not know."""
    name: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    next_path: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class AuditEntry(Model):
    """One editorial or administrative act: written once, never changed."""

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
