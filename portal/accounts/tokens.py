"""Secrets in mailed links: 256 random bits, kept as a hash, good once and for a while."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from portal.accounts.models import OneTimeToken, Purpose, User
from portal.accounts.sessions import hashed
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction

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
    """Return a new secret, its hash kept within the running transaction."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = OneTimeToken(token_hash=hashed(token), purpose=purpose, user_id=user.id if user else None, email=email)
    row.name, row.password_hash, row.next_path = name, password_hash, next_path
    row.expires_at = now() + GOOD_FOR[purpose]
    db.session.add(row)
    return token


def find(purpose: Purpose, token: str) -> OneTimeToken | None:
    """Return what a secret is good for; None when it is unknown, used up or too old. Looking uses nothing up."""
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
    """Use a secret up, within the running transaction; None when it is good no more."""
    row = find(purpose, token)
    return row if row is not None and take(row) else None


def take(row: OneTimeToken) -> bool:
    """Use up what was found, by one conditional UPDATE: of two who found it at once, one gets it."""
    mine = update(OneTimeToken).where(OneTimeToken.id == row.id, OneTimeToken.used_at.is_(None)).values(used_at=now())
    taken = db.session.execute(mine.execution_options(synchronize_session=False))
    return getattr(taken, "rowcount", 0) == 1


def void(user: User) -> None:
    """Let every secret that was mailed to a person lapse, within the running transaction."""
    db.session.execute(delete(OneTimeToken).where(OneTimeToken.user_id == user.id))


def void_registrations(email: str) -> None:
    """Let every registration of an address lapse, within the running transaction: it is taken."""
    mine = or_(OneTimeToken.purpose == Purpose.CONFIRM, OneTimeToken.purpose == Purpose.CHANGE_ADDRESS)
    db.session.execute(delete(OneTimeToken).where(OneTimeToken.email == email, mine))


def delete_expired(at: datetime) -> None:
    """Delete what is good no more, and with it what people typed who never confirmed their address."""
    with transaction() as session:
        session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at <= at))
