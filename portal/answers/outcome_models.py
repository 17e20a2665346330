"""What came of a thread, as each side tells it."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.answers.models import Side, Thread
from portal.core.extensions import Model
from portal.core.models import Public, Timestamped

LONGEST_PARTNER, LONGEST_STORY = 160, 1000


class Again(StrEnum):
    """Whether somebody would do it again."""

    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


class Outcome(Public, Timestamped, Model):
    """What one side of a thread says that came of it. Both sides may tell; together they count as one result."""

    __tablename__ = "answer_outcome"
    __table_args__ = (UniqueConstraint("thread_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("answer_thread.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("answer_guest.id", ondelete="SET NULL"), index=True)
    worked: Mapped[bool | None]
    """None: this side does not want to say, and is not asked again."""
    partner: Mapped[str | None] = mapped_column(String(LONGEST_PARTNER))
    """The organisation with which it was done."""
    pupils: Mapped[int | None]
    lessons: Mapped[int | None]
    places: Mapped[int | None]
    again: Mapped[Again | None] = mapped_column(String(10))
    may_tell: Mapped[bool] = mapped_column(default=False)
    """Whether the portal may tell it as news."""
    story: Mapped[str | None] = mapped_column(Text)

    thread: Mapped[Thread] = relationship()
