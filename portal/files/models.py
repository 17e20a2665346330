"""The database row of an uploaded file; its content is in a store (`files.storage`)."""

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
"""The media types that are served, with their extensions."""


class FileKind(StrEnum):
    """Whether a file is a picture or a document."""

    IMAGE = "image"
    PDF = "pdf"


class Reach(StrEnum):
    """Who may fetch a file, besides its owner and the editors."""

    PARTIES = "parties"
    """Not even they: only through the feature that uses it, such as a private conversation."""
    OWNER = "owner"
    MEMBERS = "members"
    EVERYONE = "everyone"


class StoredFile(Public, Model):
    """An uploaded file under an unguessable name; its original name is used at most as a default title.

    Rows that use a file refer to it with a foreign key. A file that nothing refers to is deleted after a day, or after
    `held_until` when a form still holds it.
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
    """The text of a document, for search."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when an unsaved form holds it (`files.held`, UTC); None once a row refers to it."""

    @property
    def extension(self) -> str:
        """Return its extension, which follows from its media type."""
        return EXTENSIONS[self.media_type]

    @property
    def name(self) -> str:
        """Return the name under which its content is stored."""
        return f"{self.token}.{self.extension}"

    @property
    def path(self) -> str:
        """Return the path of its URL."""
        return f"/media/{self.name}"

    @property
    def alt(self) -> str:
        """Return the alt text of a picture."""
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether everybody may fetch it."""
        return self.reach == Reach.EVERYONE
