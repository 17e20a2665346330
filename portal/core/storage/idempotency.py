"""Double submits: a form carries a random key, and what was made with a key is made once."""

import hashlib
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


def stored_result(user_id: int | None, form: str, key: str | None) -> str | None:
    """Return the path of what was made with this key before, None when it is new.

    `form` names what the key is for: one that was sent with another form is new. Ask it inside the writing
    transaction: writers wait for each other, so two at once see each other's.
    """
    if key is None or not is_key(key):
        return None
    known = (OnceKey.user_id == (user_id or 0), OnceKey.key == _column(form, key))
    return db.session.scalar(select(OnceKey.path).where(*known))


def store_result(user_id: int | None, form: str, key: str | None, path: str) -> None:
    """Note what was made with a key, in the transaction that makes it; what is no key is left out."""
    if key is not None and is_key(key):
        db.session.add(OnceKey(user_id=user_id or 0, key=_column(form, key), path=path))


def _column(form: str, key: str) -> str:
    """Return what stands in the table for a key of a form."""
    return hashlib.sha256(f"{form}|{key}".encode()).hexdigest()[:KEY_LENGTH]


def delete_old(before: datetime) -> None:
    """Delete the keys from before a moment (UTC)."""
    with transaction() as session:
        session.execute(delete(OnceKey).where(OnceKey.created_at < before))
