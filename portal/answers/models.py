"""Threads between the owner of a post and one person who answers it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.board.models import Post
from portal.community.models import Organisation
from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.models import Timestamped
from portal.core.storage.types import UtcDateTime

LONGEST_MESSAGE = 5000
BROKER = " (makelaar)"
"""Follows the name of a broker; part of the content, so Dutch in every language."""
LONGEST_NAME, LONGEST_ORGANISATION, LONGEST_DAYS = 120, 160, 200


class Side(StrEnum):
    """The two sides of a thread."""

    OWNER = "owner"
    """Who placed the post."""
    ASKER = "asker"
    """Who answers it."""

    @property
    def other(self) -> "Side":
        """Return the opposite side."""
        return Side.ASKER if self is Side.OWNER else Side.OWNER


class ThreadState(StrEnum):
    """How far a thread is. People can write in it until it is done or failed."""

    NEW = "new"
    """The owner has not answered yet."""
    TALKING = "talking"
    AGREED = "agreed"
    DONE = "done"
    FAILED = "failed"


OPEN = (ThreadState.NEW, ThreadState.TALKING, ThreadState.AGREED)
TRANSITIONS = {
    ThreadState.NEW: (ThreadState.TALKING, ThreadState.AGREED, ThreadState.FAILED),
    ThreadState.TALKING: (ThreadState.AGREED, ThreadState.DONE, ThreadState.FAILED),
    ThreadState.AGREED: (ThreadState.TALKING, ThreadState.DONE, ThreadState.FAILED),
    ThreadState.DONE: (ThreadState.TALKING,),
    ThreadState.FAILED: (ThreadState.TALKING,),
}


class MessageKind(StrEnum):
    """What a message says besides its words."""

    TEXT = "text"
    CAN = "can"
    """The asker offers what is requested, or wants what is offered."""
    STATE = "state"
    """The thread got another state; written by the portal on behalf of a person."""


class Guest(Timestamped, Model):
    """A person without an account who confirmed a mail address by a mailed link."""

    __tablename__ = "answer_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation: Mapped[str] = mapped_column(String(LONGEST_ORGANISATION))


class PendingAnswer(Model):
    """An answer of a guest whose mail address is not confirmed yet. Only a hash of the mailed secret is stored."""

    __tablename__ = "answer_pending"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation: Mapped[str] = mapped_column(String(LONGEST_ORGANISATION))
    kind: Mapped[MessageKind] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    places: Mapped[int | None]
    days: Mapped[str | None] = mapped_column(String(LONGEST_DAYS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    post: Mapped[Post] = relationship()


class Thread(Timestamped, Model):
    """A private conversation about a post. Only its participants read it."""

    __tablename__ = "answer_thread"
    __table_args__ = (Index("ix_answer_thread_state_turn_since", "state", "turn_since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str] = mapped_column(String(160))
    """The title of the post when the thread began."""
    owner_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    asker_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[ThreadState] = mapped_column(String(10), default=ThreadState.NEW)
    turn: Mapped[Side | None] = mapped_column(String(10))
    """Who has to write next; None when nobody has."""
    turn_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it became their turn (UTC)."""
    first_answer_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the owner first wrote (UTC), by which the answer promise is measured."""
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    post: Mapped[Post | None] = relationship()
    owner_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[owner_organisation_id])
    asker_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[asker_organisation_id])
    participants: Mapped[list["Participant"]] = relationship(
        back_populates="thread", cascade="all, delete-orphan", order_by="Participant.id"
    )
    messages: Mapped[list["Message"]] = relationship(
        back_populates="thread", cascade="all, delete-orphan", order_by="Message.id"
    )

    @property
    def path(self) -> str:
        """Return the path of its page for members."""
        return f"/antwoorden/{self.id}"

    @property
    def is_open(self) -> bool:
        """Return whether people can write in it."""
        return self.state in OPEN


class Participant(Model):
    """A person in a thread: a member or a guest."""

    __tablename__ = "answer_participant"
    __table_args__ = (
        UniqueConstraint("thread_id", "user_id"),
        UniqueConstraint("thread_id", "guest_id"),
        CheckConstraint("user_id IS NULL OR guest_id IS NULL", name="member_or_guest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("answer_thread.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("answer_guest.id", ondelete="CASCADE"), index=True)
    read_message_id: Mapped[int] = mapped_column(default=0)
    """The last message that this person has seen."""
    is_broker: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether this is an editor who helps a silent thread on."""
    reads_from: Mapped[int] = mapped_column(default=0, server_default="0")
    """The first message that this person may read; a broker reads earlier ones only when somebody shares them."""

    thread: Mapped[Thread] = relationship(back_populates="participants")
    user: Mapped[User | None] = relationship()
    guest: Mapped[Guest | None] = relationship()

    @property
    def name(self) -> str:
        """Return the name of this person."""
        person = self.user or self.guest
        name = person.name if person else ""
        return f"{name[: LONGEST_NAME - len(BROKER)]}{BROKER}" if self.is_broker else name


class Message(Model):
    """A message in a thread. Its author may be erased; the side remains."""

    __tablename__ = "answer_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("answer_thread.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("answer_guest.id", ondelete="SET NULL"), index=True)
    author_name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[MessageKind] = mapped_column(String(10), default=MessageKind.TEXT)
    state: Mapped[ThreadState | None] = mapped_column(String(10))
    """The new state of the thread, for kind STATE."""
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    places: Mapped[int | None]
    days: Mapped[str | None] = mapped_column(String(LONGEST_DAYS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    thread: Mapped[Thread] = relationship(back_populates="messages")
