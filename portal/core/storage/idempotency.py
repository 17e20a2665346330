"""Double submits: a form carries a random key, and what was made with a key is made once."""

import re
import secrets
from datetime import datetime

from sqlalchemy import delete, select

from portal.core.extensions import db
from portal.core.models import OnceKey
from portal.core.storage.database import transaction

KEY_LENGTH = 40
KEY = re.compile(rf"[A-Za-z0-9_-]{{1,{KEY_LENGTH}}}")


def new_key() -> str:
    """Return a fresh key for a form."""
    return secrets.token_urlsafe(18)


def is_key(text: object) -> bool:
    """Whether a text can be a key: what a form of ours sends, and fits its column."""
    return isinstance(text, str) and KEY.fullmatch(text) is not None


def stored_result(user_id: int | None, key: str | None) -> str | None:
    """Return the path of what was made with this key before, None when it is new.

    Ask it inside the writing transaction: writers wait for each other, so two at once see each other's.
    """
    if not is_key(key):
        return None
    return db.session.scalar(select(OnceKey.path).where(OnceKey.user_id == (user_id or 0), OnceKey.key == key))


def store_result(user_id: int | None, key: str | None, path: str) -> None:
    """Note what was made with a key, in the transaction that makes it; what is no key is left out."""
    if is_key(key):
        db.session.add(OnceKey(user_id=user_id or 0, key=key, path=path))


def delete_old(before: datetime) -> None:
    """Delete the keys from before a moment (UTC)."""
    with transaction() as session:
        session.execute(delete(OnceKey).where(OnceKey.created_at < before))
