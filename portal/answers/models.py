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
from portal.files.models import StoredFile

LONGEST_MESSAGE = 5000
LONGEST_NAME, LONGEST_ORGANISATION, LONGEST_DAYS, LONGEST_SUBJECT = 120, 160, 200, 160
BROKER = " (makelaar)"
"""Follows the name of a broker; part of the content, so Dutch in every language."""


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
    KNOWS = "knows"
    """The asker knows somebody for it, who got a mail with a link to the post."""
    STATE = "state"
    """The thread got another state; written by the portal on behalf of a person."""


class Reason(StrEnum):
    """Why somebody says "not now", or why it did not work out."""

    FULL = "full"
    PERIOD = "period"
    CAPACITY = "capacity"
    DISTANCE = "distance"
    FIT = "fit"
    SILENCE = "silence"
    OTHER = "other"


class Hold(StrEnum):
    """What the editors do, or did, with a message that was held."""

    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"


class OneClick(StrEnum):
    """What one can answer from a mail without typing."""

    YES = "ja"
    NOT_NOW = "nu-niet"


class Guest(Timestamped, Model):
    """A person without an account who confirmed a mail address by a mailed link."""

    __tablename__ = "answer_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation: Mapped[str] = mapped_column(String(LONGEST_ORGANISATION))


class PendingAnswer(Model):
    """An answer of a guest whose mail address is not confirmed yet. Only a hash of the mailed secret is stored.

    It is to a post, or else to an organisation or a member, with a subject.
    """

    __tablename__ = "answer_pending"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), default="", server_default="")
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation: Mapped[str] = mapped_column(String(LONGEST_ORGANISATION))
    kind: Mapped[MessageKind] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    places: Mapped[int | None]
    days: Mapped[str | None] = mapped_column(String(LONGEST_DAYS))
    named: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    named_email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    post: Mapped[Post | None] = relationship()
    to_organisation: Mapped[Organisation | None] = relationship()
    member: Mapped[User | None] = relationship()

    @property
    def title(self) -> str:
        """Return what it is about: the title of the post, else the subject."""
        return self.post.title if self.post is not None else self.subject


class Thread(Timestamped, Model):
    """A private conversation about a post, or about a subject of its own. Only its participants read it."""

    __tablename__ = "answer_thread"
    __table_args__ = (Index("ix_answer_thread_state_turn_since", "state", "turn_since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    """The title of the post when the thread began; without a post, what its asker wrote."""
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
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the editors closed it for good (UTC)."""
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it waits for the editors (UTC); until then only its asker sees it."""
    outcome_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the participants were asked by mail what came of it (UTC)."""

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
    def other_side(self) -> Side:
        """Return the side opposite to this person's."""
        return Side(self.side).other

    @property
    def person(self) -> User | Guest | None:
        """Return the member or the guest."""
        return self.user or self.guest

    @property
    def name(self) -> str:
        """Return the name of this person."""
        name = self.person.name if self.person else ""
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
    reason: Mapped[Reason | None] = mapped_column(String(20))
    """Why not, for the state FAILED."""
    named: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    """Who was told about the post, for kind KNOWS."""
    hold: Mapped[Hold | None] = mapped_column(String(10), index=True)
    """Whether the editors have to look, or looked, before the other side sees it; None for most messages."""
    full_text: Mapped[str | None] = mapped_column(Text)
    """The whole mail, with what it quotes, of a message that came by mail; addresses in it are masked."""
    dropped_files: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many files were attached to that mail, which were not taken."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    thread: Mapped[Thread] = relationship(back_populates="messages")
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="message", cascade="all, delete-orphan", order_by="Attachment.id", lazy="selectin"
    )

    @property
    def is_held(self) -> bool:
        """Return whether the other side does not see it."""
        return self.hold in (Hold.WAITING, Hold.REFUSED)


class Attachment(Model):
    """A picture or document with a message; only the participants of the thread can fetch it."""

    __tablename__ = "answer_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("answer_message.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="CASCADE"), unique=True)

    message: Mapped[Message] = relationship(back_populates="attachments")
    file: Mapped[StoredFile] = relationship(lazy="joined")


class HoldReason(StrEnum):
    """Why a mail to a thread was not delivered at once."""

    SENDER = "sender"
    """It came from an address that is not the participant's."""
    CLOSED = "closed"
    EMPTY = "empty"
    """Nothing is left of it without what it quotes."""
    MANY = "many"
    REPEATED = "repeated"
    """It says the same as the one before: probably an answering machine."""


class HeldMail(Model):
    """A mail to a thread that waits until the participant says what must happen."""

    __tablename__ = "answer_held_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("answer_participant.id", ondelete="CASCADE"), index=True)
    reason: Mapped[HoldReason] = mapped_column(String(10))
    sender: Mapped[str] = mapped_column(String(254), index=True)
    body: Mapped[str] = mapped_column(Text)
    full_text: Mapped[str] = mapped_column(Text)
    dropped_files: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)

    participant: Mapped[Participant] = relationship()
