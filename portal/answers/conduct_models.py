"""What keeps threads decent: blocks, reports, and whom a forwarded post was sent to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.answers.models import LONGEST_NAME, Participant, Thread
from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime

LONGEST_REPORT = 2000


class Block(Model):
    """A person who lets nothing of another person through. Guests are known by their address, members by account."""

    __tablename__ = "answer_block"
    __table_args__ = (
        CheckConstraint("user_id IS NOT NULL OR email IS NOT NULL", name="has_blocker"),
        CheckConstraint("blocked_id IS NOT NULL OR blocked_email IS NOT NULL", name="has_blocked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    """The address of a guest who blocks."""
    blocked_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    blocked_email: Mapped[str | None] = mapped_column(String(254), index=True)
    """The address of a guest who is blocked."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ThreadReport(Model):
    """A participant asked the editors to look at a thread; they read it only until they decided."""

    __tablename__ = "answer_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("answer_thread.id", ondelete="CASCADE"), index=True)
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("answer_participant.id", ondelete="SET NULL"), index=True
    )
    reporter_name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    thread: Mapped[Thread] = relationship()
    participant: Mapped[Participant | None] = relationship()

    @property
    def reporter(self) -> User | None:
        """Return the member who reported it; None for a guest, and after somebody left."""
        return self.participant.user if self.participant else None


class Forward(Model):
    """A post was mailed to somebody by a person who answered it: once per post and address, of which a hash is kept."""

    __tablename__ = "answer_forward"
    __table_args__ = (UniqueConstraint("post_id", "address_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ForwardRefusal(Model):
    """Somebody wants no forwarded posts any more; only a hash of the address is kept."""

    __tablename__ = "answer_forward_refusal"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
