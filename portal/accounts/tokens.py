"""Tokens in mailed links: 256 random bits, stored as a hash, single-use, with an expiry."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from portal.accounts.models import OneTimeToken, Purpose, User
from portal.accounts.sessions import hashed
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import bounces

GOOD_FOR = {
    Purpose.CONFIRM: timedelta(hours=24),
    Purpose.MAGIC_LINK: timedelta(minutes=30),
    Purpose.RESET: timedelta(hours=1),
    Purpose.CHANGE_ADDRESS: timedelta(hours=24),
}
TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def make(
    purpose: Purpose,
    user: User | None,
    email: str | None = None,
    name: str | None = None,
    password_hash: str | None = None,
    next_path: str | None = None,
) -> str:
    """Return a new token and store its hash within the current transaction."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = OneTimeToken(token_hash=hashed(token), purpose=purpose, user_id=user.id if user else None, email=email)
    row.name, row.password_hash, row.next_path = name, password_hash, next_path
    row.expires_at = now() + GOOD_FOR[purpose]
    db.session.add(row)
    return token


def find(purpose: Purpose, token: str) -> OneTimeToken | None:
    """Return the row of a valid token without using it; None when it is unknown, used or expired."""
    if not TOKEN.fullmatch(token):
        return None
    return db.session.scalar(
        select(OneTimeToken).where(
            OneTimeToken.token_hash == hashed(token),
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now(),
        )
    )


def use(purpose: Purpose, token: str) -> OneTimeToken | None:
    """Use a token within the current transaction and return its row; None when it is invalid."""
    row = find(purpose, token)
    return row if row is not None and take(row) else None


def take(row: OneTimeToken) -> bool:
    """Mark a found token as used by one conditional UPDATE; of two concurrent requests one succeeds.

    It was mailed and opened, so mail to that address arrives.
    """
    mine = update(OneTimeToken).where(OneTimeToken.id == row.id, OneTimeToken.used_at.is_(None)).values(used_at=now())
    taken = db.session.execute(mine.execution_options(synchronize_session=False))
    if getattr(taken, "rowcount", 0) != 1:
        return False
    user = db.session.get(User, row.user_id) if row.user_id and not row.email else None
    bounces.clear(row.email or (user.email if user else ""))
    return True


def void(user: User) -> None:
    """Invalidate all tokens of a user within the current transaction."""
    db.session.execute(delete(OneTimeToken).where(OneTimeToken.user_id == user.id))


def void_registrations(email: str) -> None:
    """Invalidate all registration tokens of an address within the current transaction."""
    mine = or_(OneTimeToken.purpose == Purpose.CONFIRM, OneTimeToken.purpose == Purpose.CHANGE_ADDRESS)
    db.session.execute(delete(OneTimeToken).where(OneTimeToken.email == email, mine))


def delete_expired(at: datetime) -> None:
    """Delete used and expired tokens, with the data of registrations that were never confirmed."""
    with transaction() as session:
        session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at <= at))
