"""Drafts: unsubmitted forms, stored as they were typed and visible to their author only."""

import re
from collections.abc import Sequence

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, UniqueConstraint, and_, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import Model, db
from portal.core.models import Timestamped
from portal.core.storage import idempotency
from portal.core.storage.database import transaction

MAX_DRAFTS = 30
"""Drafts per user and kind; beyond that, the oldest are deleted."""
MAX_KEY = 64
MAX_LETTERS = 100_000
"""Characters of all fields together; no form of the portal can be longer."""
NOT_STORED = frozenset({"csrf_token", "do", "image", "once"})


_CHANGE = re.compile(r"[a-z]+-[0-9]+")
"""Matches the keys that `change_key` returns; keys of new items are random."""


class FormDraft(Timestamped, Model):
    """An unsubmitted form. `key` is the idempotency key of the form, so that saving it again updates the draft."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("user_id", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """"post", "event" or "article"."""
    key: Mapped[str] = mapped_column(String(MAX_KEY))
    title: Mapped[str] = mapped_column(String(200), default="")
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON)


def save_draft(user: User, kind: str, key: str, fields: MultiDict[str, str]) -> bool:
    """Save the fields of a form as a draft; return False when they are too long or the key is malformed."""
    stored = {name: values for name, values in fields.lists() if name not in NOT_STORED and any(values)}
    if not idempotency.is_key(key) or sum(len(value) for values in stored.values() for value in values) > MAX_LETTERS:
        return False
    with transaction() as session:
        draft = session.scalar(select(FormDraft).where(_is_draft(user, kind, key)))
        if draft is None:
            draft = FormDraft(user_id=user.id, kind=kind, key=key)
            session.add(draft)
        draft.title = " ".join(fields.get("title", "").split())[:200]
        draft.fields = stored
        draft.updated_at = clock.now()
        session.flush()
        _delete_oldest(user, kind)
    return True


def get_draft(user: User, kind: str, key: str) -> MultiDict[str, str] | None:
    """Return the fields of a user's draft; None when there is no draft with this key."""
    draft = db.session.scalar(select(FormDraft).where(_is_draft(user, kind, key))) if idempotency.is_key(key) else None
    return MultiDict(draft.fields) if draft else None


def list_drafts(user: User, kind: str | None = None) -> Sequence[FormDraft]:
    """Return a user's drafts, last changed first."""
    statement = select(FormDraft).where(FormDraft.user_id == user.id)
    if kind:
        statement = statement.where(FormDraft.kind == kind)
    return db.session.scalars(statement.order_by(FormDraft.updated_at.desc(), FormDraft.id.desc())).all()


def list_new_drafts(user: User, kind: str) -> list[FormDraft]:
    """Return a user's drafts of new items of a kind, last changed first; drafts of edits are left out."""
    return [draft for draft in list_drafts(user, kind) if not _CHANGE.fullmatch(draft.key)]


def change_key(kind: str, item_id: int) -> str:
    """Return the draft key for edits of an existing item."""
    return f"{kind}-{item_id}"


def delete_draft(user: User, kind: str, key: str) -> None:
    """Delete a draft if it exists."""
    if not idempotency.is_key(key):
        return
    with transaction() as session:
        session.execute(delete(FormDraft).where(_is_draft(user, kind, key)))


def _is_draft(user: User, kind: str, key: str) -> ColumnElement[bool]:
    return and_(FormDraft.user_id == user.id, FormDraft.kind == kind, FormDraft.key == key)


def _delete_oldest(user: User, kind: str) -> None:
    for draft in list_drafts(user, kind)[MAX_DRAFTS:]:
        db.session.delete(draft)
