"""What is kept of a file; its content lies in a store (`storage`)."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.models import Public
from portal.core.storage.types import UtcDateTime

LONGEST_TITLE = 200
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
"""Every type that is served, with the end of its address."""


class FileKind(StrEnum):
    """What a file is to its reader."""

    IMAGE = "image"
    PDF = "pdf"


class Reach(StrEnum):
    """Who may fetch a file; its owner and the editors always may."""

    OWNER = "owner"
    MEMBERS = "members"
    EVERYONE = "everyone"


class StoredFile(Public, Model):
    """One file, under a name that cannot be guessed; the sender's own name for it is a title to begin with at most.

    Rows that use a file refer to it with a foreign key: a file to which nothing refers is thrown away after a day,
    or after `held_until` when a form still holds it.
    """

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_hex(16))
    kind: Mapped[FileKind] = mapped_column(String(10))
    media_type: Mapped[str] = mapped_column(String(40))
    reach: Mapped[Reach] = mapped_column(String(10), default=Reach.OWNER)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    """The alt text of a picture, the name of a document."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    size: Mapped[int]
    """In bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    """The words of a document, to find it by."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when a form that was not sent yet may still ask for it (`files.held`); None once a row uses it."""

    @property
    def extension(self) -> str:
        """Return the end of its address, which follows from its type."""
        return EXTENSIONS[self.media_type]

    @property
    def name(self) -> str:
        """Return under which name its content is stored."""
        return f"{self.token}.{self.extension}"

    @property
    def path(self) -> str:
        """Return its address."""
        return f"/media/{self.name}"

    @property
    def alt(self) -> str:
        """Return what a picture shows, in words."""
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether everybody may fetch it."""
        return self.reach == Reach.EVERYONE
