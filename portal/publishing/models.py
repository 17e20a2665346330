"""What all publications share: a state, its history, and the time of publication."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.models import Public
from portal.core.storage.types import UtcDateTime


class State(StrEnum):
    """The state of a publication. DRAFT (sent back) and REVIEW are seen by its owner and the editors only."""

    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    IN_CONVERSATION = "in_conversation"
    FULFILLED = "fulfilled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


VISIBLE = (State.OPEN, State.IN_CONVERSATION, State.FULFILLED, State.EXPIRED)
"""Public states. Closed publications stay public; withdrawn ones do not."""
ACTIVE = (State.OPEN, State.IN_CONVERSATION)
"""States in which people can still respond."""
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
"""The allowed state changes."""


class Publishable:
    """Mixin for rows with a state, and a version that detects concurrent edits."""

    state: Mapped[State] = mapped_column(String(20), default=State.DRAFT, index=True)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @property
    def is_visible(self) -> bool:
        """Return whether everyone may read it."""
        return self.state in VISIBLE and self.published_at is not None

    @property
    def is_active(self) -> bool:
        """Return whether people can still respond to it."""
        return self.state in ACTIVE


class StateChange(Public, Model):
    """One state change of a publication: who made it, when and why."""

    __tablename__ = "state_change"
    __table_args__ = (Index("ix_state_change_subject_type_subject_id", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(index=True)
    """The author of the publication, used to count a new member's approved publications."""
    from_state: Mapped[State] = mapped_column(String(20))
    to_state: Mapped[State] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str | None] = mapped_column(Text)
    act: Mapped[str | None] = mapped_column(String(20))
    """What was done without changing the state: "cancelled", "moved" or "postponed"."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
