"""The one state machine for posts, events and articles."""

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
"""How many publications of a new member the editors judge before they go straight out."""


class NotAllowedNow(Exception):
    """The step cannot be taken from the state the publication is in."""

    def __init__(self, current: State, wanted: State) -> None:
        """Name both states."""
        super().__init__(f"{current} → {wanted}")
        self.current = current
        self.wanted = wanted


class EditConflict(Exception):
    """Somebody else saved this row after the form was opened."""


def move(subject: Any, to: State, actor: User | None, reason: str | None = None) -> StateChange:
    """Bring a publication to another state, with its history and an audit line, in one transaction.

    `actor` is None when the clock did it. Raises NotAllowedNow when the step does not exist.
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


def note_act(subject: Any, actor: User, act: str, reason: str | None) -> None:
    """Add to the history of a publication what was done while its state stayed the same, in the running transaction."""
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
    """Return the steps of a publication, oldest first."""
    mine = (StateChange.subject_type == subject.__tablename__, StateChange.subject_id == subject.id)
    return list(db.session.scalars(select(StateChange).where(*mine).order_by(StateChange.id)))


def submitted_at(subject: Any) -> datetime:
    """Return since when the editors have had a publication (UTC): its last step to them, else when it was made."""
    steps = [step.at for step in history(subject) if step.to_state == State.REVIEW]
    at: datetime = steps[-1] if steps else subject.created_at
    return at


def check_version(row: Any, version: int | None) -> None:
    """Raise EditConflict when the row is not the one the form was filled from; ask it inside the transaction."""
    if version != row.version:
        raise EditConflict


def approved_count(user: User) -> int:
    """Return how many publications of somebody were made public."""
    published = (StateChange.author_id == user.id, StateChange.to_state == State.OPEN)
    statement = select(StateChange.subject_type, StateChange.subject_id).where(*published).distinct()
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def needs_review(user: User, is_signatory_of: bool = False) -> bool:
    """Whether the editors judge this before it is public: the first two of a member, none of editors.

    `is_signatory_of`: the author speaks for the signatory organisation on whose behalf it is.
    """
    return not (user.is_editor or is_signatory_of) and approved_count(user) < REVIEWED_FIRST
