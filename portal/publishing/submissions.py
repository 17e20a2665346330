"""Saving what people write: once, with its draft gone, and no draft made again by what arrives too late."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.publishing import drafts


class Kept(StrEnum):
    """What became of a draft that a form asked to keep."""

    KEPT = "kept"
    SENT = "sent"
    """The form was saved before this arrived, so there is nothing left to keep."""
    REFUSED = "refused"
    """It is too long, or has no key of ours."""


def submit(actor: User, kind: str, key: str | None, make: Callable[[], Any]) -> str:
    """Make something with `make` (a service that returns a row with a path) and return its path.

    A key that was used before makes nothing and returns the path of what was made with it then.
    """
    with transaction() as session:
        if made := idempotency.stored_result(actor.id, kind, key):
            return made
        item = make()
        session.flush()
        path: str = item.path
        idempotency.store_result(actor.id, kind, key, path)
        drafts.delete_draft(actor, kind, key or "")
        return path


def update(actor: User, kind: str, key: str | None, item: Any, change: Callable[[], None]) -> None:
    """Change a row with `change`; a key that was used before changes nothing. Raises what `change` raises."""
    change_key = drafts.change_key(kind, item.id)
    with transaction() as session:
        if idempotency.stored_result(actor.id, change_key, key):
            return
        change()
        session.flush()
        idempotency.store_result(actor.id, change_key, key, item.path)
        drafts.delete_draft(actor, kind, change_key)


def keep_draft(actor: User, kind: str, item_id: int | None, fields: MultiDict[str, str]) -> Kept:
    """Keep a form as it was sent: of a new thing under its own key, of a change under that of the thing changed."""
    sent_key = fields.get("once", "")
    change_key = None if item_id is None else drafts.change_key(kind, item_id)
    with transaction():
        if idempotency.stored_result(actor.id, change_key or kind, sent_key):
            return Kept.SENT
        key = change_key or sent_key
        usable = idempotency.is_key(sent_key) or item_id is not None
        return Kept.KEPT if usable and drafts.save_draft(actor, kind, key, fields) else Kept.REFUSED
