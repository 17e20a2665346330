"""The state machine of posts, events and articles."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.accounts import audit
from portal.accounts.models import User
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage import database
from portal.publishing.models import TRANSITIONS, State, StateChange

REVIEWED_FIRST = 2
"""Number of publications of a new member that are reviewed before later ones are published directly."""


class NotAllowedNow(Exception):
    """The state change is not allowed from the current state."""

    def __init__(self, current: State, wanted: State) -> None:
        """Store both states."""
        super().__init__(f"{current} → {wanted}")
        self.current = current
        self.wanted = wanted


class EditConflict(Exception):
    """Somebody else saved this row after the form was opened."""


def move(subject: Any, to: State, actor: User | None, reason: str | None = None) -> StateChange:
    """Change the state of a publication and record it in its history and the audit log, in one transaction.

    `actor` is None for changes by a periodic job. Raises NotAllowedNow when `TRANSITIONS` does not allow the change.
    """
    with database.transaction() as session:
        session.flush()
        before = State(subject.state)
        if to not in TRANSITIONS[before]:
            raise NotAllowedNow(before, to)
        subject.state = to
        subject.version += 1
        if to is State.OPEN and subject.published_at is None:
            subject.published_at = now()
        change = StateChange(
            subject_type=subject.__tablename__,
            subject_id=subject.id,
            author_id=getattr(subject, "author_id", None),
            from_state=before,
            to_state=to,
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "",
            reason=reason,
        )
        session.add(change)
        audit.record(actor, f"{subject.__tablename__}.{to}", subject, note=reason, before=str(before))
        return change


def record_act(subject: Any, actor: User, act: str, reason: str | None) -> None:
    """Record in the history what was done without changing the state, within the running transaction."""
    state = State(subject.state)
    db.session.add(
        StateChange(
            subject_type=subject.__tablename__,
            subject_id=subject.id,
            author_id=getattr(subject, "author_id", None),
            from_state=state,
            to_state=state,
            act=act,
            actor_id=actor.id,
            actor_name=actor.name,
            reason=reason,
        )
    )


def history(subject: Any) -> list[StateChange]:
    """Return the state changes of a publication, oldest first."""
    mine = (StateChange.subject_type == subject.__tablename__, StateChange.subject_id == subject.id)
    return list(db.session.scalars(select(StateChange).where(*mine).order_by(StateChange.id)))


def submitted_at(subject: Any) -> datetime:
    """Return when a publication was last sent to review (UTC); when it was created if it never was."""
    steps = [step.at for step in history(subject) if step.to_state == State.REVIEW]
    at: datetime = steps[-1] if steps else subject.created_at
    return at


def check_version(row: Any, version: int | None) -> None:
    """Raise EditConflict when the row has another version; call it inside the transaction that updates the row."""
    if version != row.version:
        raise EditConflict


def approved_count(user: User) -> int:
    """Return how many publications of a user were made public."""
    published = (StateChange.author_id == user.id, StateChange.to_state == State.OPEN)
    statement = select(StateChange.subject_type, StateChange.subject_id).where(*published).distinct()
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def needs_review(user: User, is_signatory_of: bool = False) -> bool:
    """Return whether a user's text is reviewed first: a member's first two are, those of editors are not.

    `is_signatory_of` tells whether the user speaks for the signatory organisation on whose behalf the text is.
    """
    return not (user.is_editor or is_signatory_of) and approved_count(user) < REVIEWED_FIRST
