"""Deletes unused files: content without a row, and rows that no other row refers to."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.files import held, services, storage
from portal.files.models import EXTENSIONS, StoredFile

GRACE = timedelta(days=1)
"""Younger files are never deleted, because a form may be sent again after an error, or a back-up restored."""
PORTION = 500


def clean_up(now: datetime | None = None) -> tuple[int, int]:
    """Delete unused files; return the number of deleted rows and of files deleted from the store."""
    now = now or clock.now()
    before = now - GRACE
    not_held = or_(StoredFile.held_until.is_(None), StoredFile.held_until < now)
    old = select(StoredFile).where(StoredFile.created_at < before, not_held, *held.unused())
    with transaction() as session:
        unused = session.scalars(old.limit(PORTION)).all()
        for file in unused:
            services.delete(file)
    return len(unused), _clean_store(before)


def _clean_store(before: datetime) -> int:
    moment = before.timestamp()
    stored = set(storage.names(older_than=moment))
    leftover = stored - _known() if stored else set()
    for name in leftover:
        storage.delete(name)
    return len(leftover) + storage.sweep_unfinished(moment)


def _known() -> set[str]:
    rows = db.session.execute(select(StoredFile.token, StoredFile.media_type))
    return {f"{token}.{EXTENSIONS[media_type]}" for token, media_type in rows}


def list_missing_content() -> list[str]:
    """Return the paths of files whose content is missing from the store."""
    rows = db.session.scalars(select(StoredFile)).all()
    stored = set(storage.names()) if rows else set()
    return [file.path for file in rows if file.name not in stored]
