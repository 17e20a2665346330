"""Who may read what is not public."""

from typing import Any

from portal.accounts.models import User


def may_read(user: User | None, item: Any) -> bool:
    """Whether somebody may see this: everybody what is visible, else its author and the editors."""
    return bool(item.is_visible or may_change(user, item))


def may_change(user: User | None, item: Any) -> bool:
    """Whether somebody may change this: its author and the editors."""
    return user is not None and (user.is_editor or item.author_id == user.id)
