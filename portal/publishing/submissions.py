"""Saving of forms: once per idempotency key, deleting the draft, and ignoring autosaves that arrive afterwards."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.publishing import drafts


class DraftResult(StrEnum):
    """The result of saving a draft."""

    SAVED = "kept"
    ALREADY_SUBMITTED = "sent"
    """The form was submitted before this request arrived, so no draft was stored."""
    REFUSED = "refused"
    """The fields are too long, or the key is malformed."""


def submit(actor: User, kind: str, key: str | None, make: Callable[[], Any]) -> str:
    """Create an item with `make` (a service that returns a row with a path), delete its draft and return its path.

    If `key` was used before, nothing is created and the path of the item created then is returned.
    """

    def write() -> str:
        item = make()
        db.session.flush()
        drafts.delete_draft(actor, kind, key or "")
        return str(item.path)

    return idempotency.write_once(actor.id, kind, key, write)


def update(actor: User, kind: str, key: str | None, item: Any, change: Callable[[], None]) -> None:
    """Update an item with `change` and delete its draft; a used `key` does nothing. Raises whatever `change` raises."""
    change_key = drafts.change_key(kind, item.id)

    def write() -> str:
        change()
        db.session.flush()
        drafts.delete_draft(actor, kind, change_key)
        return str(item.path)

    idempotency.write_once(actor.id, change_key, key, write)


def save_form_as_draft(actor: User, kind: str, item_id: int | None, fields: MultiDict[str, str]) -> DraftResult:
    """Save a form as a draft: a new item under the form's own key, an edit under `drafts.change_key`."""
    sent_key = fields.get("once", "")
    change_key = None if item_id is None else drafts.change_key(kind, item_id)
    with transaction():
        if idempotency.stored_result(actor.id, change_key or kind, sent_key):
            return DraftResult.ALREADY_SUBMITTED
        key = change_key or sent_key
        usable = idempotency.is_key(sent_key) or item_id is not None
        return DraftResult.SAVED if usable and drafts.save_draft(actor, kind, key, fields) else DraftResult.REFUSED
