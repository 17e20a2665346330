"""What matching stores: the terms of posts, what owners dismissed, invitations, and who refuses them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.board.models import Post
from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.models import Public
from portal.core.storage.types import UtcDateTime


class MatchTerms(Model):
    """The terms of a post, so that a process that starts need not analyse every text again."""

    __tablename__ = "match_terms"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    changed_version: Mapped[int]
    """The `changed_version` of the post when its text was analysed; when they differ, the terms are out of date."""
    layout: Mapped[int]
    """The version of the analysis (`live_index.LAYOUT`)."""
    terms: Mapped[str] = mapped_column(Text)
    """JSON: the weight of each term."""


class MatchDismissal(Public, Model):
    """A match that the owner of a post dismissed; nobody sees it on that post any more."""

    __tablename__ = "match_dismissal"
    __table_args__ = (UniqueConstraint("post_id", "kind", "row_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """With `row_id` the key of the entry (`matching.entries.Entry.key`)."""
    row_id: Mapped[int]
    terms: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The terms because of which it was shown."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class MatchInvitation(Model):
    """An invitation by mail to look at a post that fits one's own post or expertise; once per person and post."""

    __tablename__ = "match_invitation"
    __table_args__ = (UniqueConstraint("post_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """With `row_id` the key of the entry by which this person was found."""
    row_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    post: Mapped[Post] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    invited_by: Mapped[User] = relationship(foreign_keys=[invited_by_id])


class MatchRefusal(Model):
    """Somebody who wants no more invitations from one person. Who wants none at all switches the kind of mail off."""

    __tablename__ = "match_refusal"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
