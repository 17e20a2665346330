"""The audit log: every editorial and administrative act, written in the transaction of the act itself."""

from typing import Any

from portal.accounts.models import AuditEntry, User
from portal.core.extensions import db

TITLE_LENGTH = 200


def record(actor: User | None, action: str, subject: Any = None, note: str | None = None, **details: str) -> None:
    """Record an act by `actor` (None: the portal itself) within the current transaction.

    `action` is dotted, as in `post.approved`; `note` is a reason typed by a person; `details` must not hold an address.
    """
    title = next((text for name in ("title", "name") if isinstance(text := getattr(subject, name, None), str)), None)
    if subject is not None and subject.id is None:
        db.session.flush()
    db.session.add(
        AuditEntry(
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "",
            action=action,
            subject_type=subject.__tablename__ if subject is not None else None,
            subject_id=subject.id if subject is not None else None,
            subject_title=title[:TITLE_LENGTH] if title else None,
            note=note,
            details=details,
        )
    )
