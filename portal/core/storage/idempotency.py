"""Protection against double submits: a form carries a random key, and each key creates something only once."""

import hashlib
import re
import secrets
from collections.abc import Callable
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
    """Return whether a text is a valid key, which fits its column."""
    return isinstance(text, str) and KEY.fullmatch(text) is not None


def stored_result(user_id: int | None, form: str, key: str | None) -> str | None:
    """Return the path of what was created with this key, None when the key is new.

    `form` names what the key is for: a key of another form counts as new. Call it inside the writing transaction:
    writers are serialised, so the second of two submits sees the first.
    """
    if key is None or not is_key(key):
        return None
    known = (OnceKey.user_id == (user_id or 0), OnceKey.key == _column(form, key))
    return db.session.scalar(select(OnceKey.path).where(*known))


def store_result(user_id: int | None, form: str, key: str | None, path: str) -> None:
    """Store the path of what was created with a key, within the same transaction; an invalid key is ignored."""
    if key is not None and is_key(key):
        db.session.add(OnceKey(user_id=user_id or 0, key=_column(form, key), path=path))


def write_once(user_id: int | None, form: str, key: str | None, write: Callable[[], str]) -> str:
    """Call `write`, which returns the path of what it wrote, unless this key was used before; return the path.

    Joins the running transaction, or opens one. Raises whatever `write` raises.
    """
    with transaction():
        path = stored_result(user_id, form, key)
        if path is None:
            path = write()
            store_result(user_id, form, key, path)
        return path


def _column(form: str, key: str) -> str:
    """Return the stored value for a key of a form."""
    return hashlib.sha256(f"{form}|{key}".encode()).hexdigest()[:KEY_LENGTH]


def delete_old(before: datetime) -> None:
    """Delete the keys that were stored before a moment (UTC)."""
    with transaction() as session:
        session.execute(delete(OnceKey).where(OnceKey.created_at < before))
