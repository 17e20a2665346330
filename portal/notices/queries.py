"""Reads of notices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.mail.models import Notice

MOST_LISTED = 100
_UNREAD = (
    select(func.count()).select_from(Notice).where(Notice.user_id == bindparam("user_id"), Notice.read_at.is_(None))
)
"""Built once, because every page of a signed-in person executes it."""


def list_notices(user: User) -> Sequence[Notice]:
    """Return what a member was told, newest first; at most MOST_LISTED."""
    mine = select(Notice).where(Notice.user_id == user.id).order_by(Notice.id.desc())
    return db.session.scalars(mine.limit(MOST_LISTED)).all()


def count_unread(user: User) -> int:
    """Return how many notices a member did not see yet."""
    count: int = db.session.connection().execute(_UNREAD, {"user_id": user.id}).scalar_one()
    return count


def any_waiting() -> bool:
    """Return whether any notice waits for a daily bundle; one small query, so that nothing is locked for nothing."""
    return db.session.scalar(select(Notice.id).where(Notice.is_waiting).limit(1)) is not None


def users_to_bundle(before: datetime, limit: int) -> Sequence[User]:
    """Return people with notices from before a moment (UTC) that wait for the daily bundle."""
    waiting = select(Notice.user_id).where(Notice.is_waiting, Notice.created_at < before)
    return db.session.scalars(select(User).where(User.id.in_(waiting)).order_by(User.id).limit(limit)).all()


def list_waiting(user: User, before: datetime) -> Sequence[Notice]:
    """Return a member's notices from before a moment (UTC) that wait for the daily bundle, oldest first."""
    mine = (Notice.user_id == user.id, Notice.is_waiting, Notice.created_at < before)
    return db.session.scalars(select(Notice).where(*mine).order_by(Notice.id)).all()
