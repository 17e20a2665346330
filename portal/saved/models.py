"""What members saved. Who has no account saves in the browser (`static/js/saved.js`)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime


class SavedItem(Model):
    """A post, event or article that a member saved."""

    __tablename__ = "saved_item"
    __table_args__ = (
        UniqueConstraint("user_id", "post_id"),
        UniqueConstraint("user_id", "event_id"),
        UniqueConstraint("user_id", "article_id"),
        CheckConstraint(
            "(post_id IS NOT NULL AND event_id IS NULL AND article_id IS NULL)"
            " OR (post_id IS NULL AND event_id IS NOT NULL AND article_id IS NULL)"
            " OR (post_id IS NULL AND event_id IS NULL AND article_id IS NOT NULL)",
            name="one_item",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
