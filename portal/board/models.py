"""Posts and their categories."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.community.models import Municipality, Organisation
from portal.core.clock import now, to_local
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped, Versioned
from portal.core.storage.types import UtcDateTime
from portal.core.text import plain_text
from portal.files.models import StoredFile
from portal.publishing.models import Publishable
from portal.search.models import Searchable, SearchDocument

MAX_ATTACHED_TEXT = 30_000
"""Characters of attached documents that are indexed for search, some ten pages; the rest is ignored."""
LAST = 1
"""Long texts are the last columns of a row, so that lists, which do not show them, need not read past them."""


class Kind(StrEnum):
    """The two sides of the board; the values are the Dutch words used in addresses."""

    OFFER = "aanbod"
    REQUEST = "vraag"


class Category(Public, Model):
    """What a post offers or asks: internship, guest lesson, research assignment (`categories.json`, type board)."""

    __tablename__ = "board_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    label: Mapped[str] = mapped_column(String(80))
    explanation: Mapped[str] = mapped_column(Text)
    synonyms: Mapped[list[str]] = mapped_column(JSON, default=list)


post_theme = Table(
    "post_theme",
    Model.metadata,
    Column("post_id", ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id"), primary_key=True, index=True),
)


class PostLevel(Public, Model):
    """An education level that a post is for; see `levels.LEVELS`."""

    __tablename__ = "post_level"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True, index=True)


class PostAttachment(Public, Model):
    """A picture or document attached to a post."""

    __tablename__ = "post_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)

    file: Mapped[StoredFile] = relationship(lazy="joined")


def last_day_to_reply(reply_by: date | None, expires_on: date | None) -> date | None:
    """Return the earlier of the owner's reply-by day and the day on which the post closes.

    Pages show only this day: with two dates side by side, readers would not know which one counts.
    """
    return min((day for day in (reply_by, expires_on) if day), default=None)


class Post(Searchable, Publishable, Versioned, Timestamped, Model):
    """An offer or a request. Its text is stored as Markdown (`body`) and as HTML (`body_html`)."""

    __tablename__ = "post"
    __table_args__ = (
        Index("ix_post_state_published_at_id", "state", "published_at", "id"),
        Index("ix_post_state_reply_by_id", "state", "reply_by", "id"),
    )
    search_type = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    kind: Mapped[Kind] = mapped_column(String(10))
    category_id: Mapped[int] = mapped_column(ForeignKey("board_category.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(Text, sort_order=LAST)
    body_html: Mapped[str] = mapped_column(Text, sort_order=LAST)
    excerpt: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    period: Mapped[str | None] = mapped_column(String(160))
    places: Mapped[int | None]
    reply_by: Mapped[date | None]
    requirements: Mapped[str | None] = mapped_column(String(300))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_note: Mapped[str | None] = mapped_column(Text, sort_order=LAST)
    expiry_mailed_for: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=LAST)
    """The value of `expires_at` about which the author was last mailed."""

    category: Mapped[Category] = relationship()
    author: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=post_theme, order_by=Theme.number)
    level_rows: Mapped[list[PostLevel]] = relationship(cascade="all, delete-orphan")
    attachments: Mapped[list[PostAttachment]] = relationship(order_by=PostAttachment.id)

    @property
    def path(self) -> str:
        """Return the canonical path of the post's page."""
        return f"/vraag-en-aanbod/{self.id}-{self.slug}"

    @property
    def answers_path(self) -> str:
        """Return the path at which it is answered, and at which its owner sees the answers."""
        return f"/vraag-en-aanbod/{self.id}/antwoorden"

    @property
    def levels(self) -> list[str]:
        """Return the slugs of the education levels, unordered."""
        return [row.level for row in self.level_rows]

    @property
    def is_open(self) -> bool:
        """Return whether people can still respond to it."""
        return self.is_active

    @property
    def published_on(self) -> date | None:
        """Return the day of publication in Amsterdam."""
        return to_local(self.published_at).date() if self.published_at else None

    @property
    def expires_on(self) -> date | None:
        """Return the day in Amsterdam on which the post closes by itself."""
        return to_local(self.expires_at).date() if self.expires_at else None

    @property
    def reply_until(self) -> date | None:
        """Return the last day to reply (`last_day_to_reply`); None when both days are unknown."""
        return last_day_to_reply(self.reply_by, self.expires_on)

    @property
    def closed_on(self) -> date | None:
        """Return the day in Amsterdam on which it closed."""
        return to_local(self.closed_at).date() if self.closed_at else None

    def search_document(self) -> SearchDocument | None:
        """Return what search indexes: text, category, place and levels; None when the post is not public."""
        if not self.is_visible or self.published_at is None:
            return None
        parts = (
            self.category.label,
            plain_text(self.body_html),
            self.period,
            self.requirements,
            self._attachment_text(),
        )
        extra = [self.kind, *self.category.synonyms, *(level.replace("-", " ") for level in self.levels)]
        if self.municipality:
            extra.append(self.municipality.name)
        if self.organisation:
            extra.append(self.organisation.all_names)
        return SearchDocument(
            key=self.search_key,
            type=self.search_type,
            title=self.title,
            text="\n".join(part for part in parts if part),
            path=self.path,
            themes=tuple(theme.slug for theme in self.themes),
            organisations=(self.organisation.slug,) if self.organisation else (),
            year=to_local(self.published_at).year,
            day=to_local(self.published_at).date(),
            is_open=self.is_open,
            extra=" ".join(extra),
            kind=self.kind,
        )

    def _attachment_text(self) -> str:
        """Return the text of the public attachments only: search must not reveal what a visitor may not read."""
        files = [row.file for row in self.attachments if row.file.is_public]
        return "\n".join(text for file in files for text in (file.title, file.text) if text)[:MAX_ATTACHED_TEXT]
