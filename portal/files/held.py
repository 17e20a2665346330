"""Held files: uploaded with a form that was not saved yet, and stored at once so that a form error does not lose them.

No row refers to a held file yet; only its sender and the editors can fetch it. The form carries its token, and the
service that saves the form claims it. A file that is never claimed is deleted after `HELD_FOR` (`files.cleaning`).
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select

from portal.core import clock
from portal.core.extensions import Model, db
from portal.core.storage.database import transaction
from portal.core.web import limits
from portal.files import services
from portal.files.models import StoredFile
from portal.files.services import Owner
from portal.files.uploads import Prepared

HELD_FOR = timedelta(days=60)
"""The same as the lifetime of a draft."""
MOST_AN_HOUR = 300
"""The number of files that one person may upload per hour."""


def hold(prepared: Prepared, owner: Owner, title: str = "") -> StoredFile:
    """Store a file for an unsaved form; raises StoreAway, TooManyRequests. Call it outside a transaction."""
    limits.hit("upload", owner.id, MOST_AN_HOUR, 3600)
    services.write_content(prepared)
    with transaction():
        file = services.create_file(prepared, owner, title)
        file.held_until = clock.now() + HELD_FOR
        return file


def held_by(owner: Owner, tokens: Iterable[str]) -> dict[str, StoredFile]:
    """Return, by token, those of these files that this person sent and no row refers to yet."""
    own = select(StoredFile).where(StoredFile.token.in_(list(tokens)), StoredFile.owner_id == owner.id, *unused())
    return {file.token: file for file in db.session.scalars(own)}


def still_free(tokens: Iterable[str]) -> set[str]:
    """Return those of these tokens whose file no row refers to, of any sender; for use in the claiming transaction."""
    return set(db.session.scalars(select(StoredFile.token).where(StoredFile.token.in_(list(tokens)), *unused())))


def claim(file: StoredFile, title: str | None = None) -> StoredFile:
    """Mark a file as used by a row, optionally setting its title, within the running transaction."""
    file.held_until = None
    if title is not None:
        file.title = title.strip()
    return file


def unused() -> list[ColumnElement[bool]]:
    """Return the SQL conditions for files that no row of any table refers to."""
    target = StoredFile.__table__.c.id
    columns = [
        key.parent for table in Model.metadata.tables.values() for key in table.foreign_keys if key.column is target
    ]
    return [~exists().where(column == StoredFile.id) for column in columns]
