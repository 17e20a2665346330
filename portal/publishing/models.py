"""What published things have in common: a state, and when they became visible."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.types import UtcDateTime


class State(StrEnum):
    """Where a publication stands. The first two are seen by its owner and the editors only."""

    DRAFT = "draft"
    REVIEW = "review"
    OPEN = "open"
    IN_CONVERSATION = "in_conversation"
    FULFILLED = "fulfilled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


VISIBLE = (State.OPEN, State.IN_CONVERSATION, State.FULFILLED, State.EXPIRED, State.WITHDRAWN)
"""States that everybody may read: what was once public stays findable and says how it ended."""
ACTIVE = (State.OPEN, State.IN_CONVERSATION)
"""States in which a publication still asks for an answer."""


class Publishable:
    """A row with a life cycle."""

    state: Mapped[State] = mapped_column(String(20), default=State.DRAFT, index=True)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_visible(self) -> bool:
        """Whether everybody may read it."""
        return self.state in VISIBLE

    @property
    def is_active(self) -> bool:
        """Whether it still asks for an answer."""
        return self.state in ACTIVE
