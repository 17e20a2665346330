"""Who may fetch a file."""

from typing import Any

from portal.files.models import Reach, StoredFile


def may_fetch(viewer: Any, file: StoredFile) -> bool:
    """Return whether somebody (`accounts.models.User`, None for a visitor) may fetch a file at its own address."""
    if file.reach == Reach.EVERYONE:
        return True
    if viewer is None or file.reach == Reach.PARTIES:
        return False
    return file.reach == Reach.MEMBERS or file.owner_id == viewer.id or bool(viewer.is_editor)
