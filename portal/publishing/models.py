"""What published things have in common: a state, its history, and when they became visible."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.models import Public
from portal.core.storage.types import UtcDateTime


class State(StrEnum):
    """Where a publication stands. The first two are seen by its owner and the editors only."""

    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    IN_CONVERSATION = "in_conversation"
    FULFILLED = "fulfilled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


VISIBLE = (State.OPEN, State.IN_CONVERSATION, State.FULFILLED, State.EXPIRED)
"""States that everybody may read: what ended stays findable and says how; what was withdrawn is gone."""
ACTIVE = (State.OPEN, State.IN_CONVERSATION)
"""States in which a publication still asks for an answer."""
_ENDS = (State.FULFILLED, State.EXPIRED, State.WITHDRAWN)
TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.DRAFT: (State.REVIEW, State.OPEN, State.WITHDRAWN),
    State.REVIEW: (State.OPEN, State.DRAFT, State.WITHDRAWN),
    State.OPEN: (State.IN_CONVERSATION, *_ENDS, State.REVIEW, State.DRAFT),
    State.IN_CONVERSATION: (State.OPEN, *_ENDS, State.REVIEW, State.DRAFT),
    State.FULFILLED: (State.WITHDRAWN,),
    State.EXPIRED: (State.OPEN, State.FULFILLED, State.WITHDRAWN),
    State.WITHDRAWN: (State.REVIEW, State.OPEN),
}
"""From which state one may go to which: the whole life of a publication."""


class Publishable:
    """A row with a life cycle, and a version that tells two edits at once apart."""

    state: Mapped[State] = mapped_column(String(20), default=State.DRAFT, index=True)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @property
    def is_visible(self) -> bool:
        """Whether everybody may read it."""
        return self.state in VISIBLE and self.published_at is not None

    @property
    def is_active(self) -> bool:
        """Whether it still asks for an answer."""
        return self.state in ACTIVE


class StateChange(Public, Model):
    """One step in the life of a publication: who took it, when and why."""

    __tablename__ = "state_change"
    __table_args__ = (Index("ix_state_change_subject_type_subject_id", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(index=True)
    """Whose publication it is: counts how many of a new member were approved."""
    from_state: Mapped[State] = mapped_column(String(20))
    to_state: Mapped[State] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str | None] = mapped_column(Text)
    act: Mapped[str | None] = mapped_column(String(20))
    """What was done when the state stayed as it was: "cancelled", "moved", "postponed"."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
