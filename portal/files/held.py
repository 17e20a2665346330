"""Held files: uploaded with a form that was not saved yet, and stored at once so that a form error does not lose them.

No row refers to a held file yet; only its sender and the editors can fetch it. The form carries its token, and the
service that saves the form claims it. A file that is never claimed is deleted after `HELD_FOR` (`files.cleaning`).
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, select

from portal.core import clock
from portal.core.extensions import Model, db
from portal.core.i18n import gettext as _
from portal.core.storage.database import transaction
from portal.core.web import limits
from portal.files import services
from portal.files.models import StoredFile
from portal.files.services import Owner
from portal.files.uploads import MEGABYTE, BadUpload, Prepared

HELD_FOR = timedelta(days=60)
"""The same as the lifetime of a draft."""
MOST_AN_HOUR = 300
"""The number of files that one person may upload per hour."""


DAY = timedelta(days=1)
MOST_A_DAY = 500 * MEGABYTE
"""What one person may add to the store in a day, whether something uses it or not."""
MOST_HELD = 250 * MEGABYTE
"""What one person's forms may hold at a time; of more, the oldest make room, as drafts do."""


def hold(prepared: Prepared, owner: Owner, title: str = "") -> StoredFile:
    """Store a file for an unsaved form; call it outside a transaction.

    Raises BadUpload, StoreAway, TooManyRequests.
    """
    limits.hit("upload", owner.id, MOST_AN_HOUR, 3600)
    if _sent_today(owner) + len(prepared.content) > MOST_A_DAY:
        raise BadUpload(_("You sent very many files today. Send this one tomorrow."))
    services.write_content(prepared)
    with transaction():
        file = services.create_file(prepared, owner, title)
        file.held_until = clock.now() + HELD_FOR
        _make_room(owner)
        return file


def _sent_today(owner: Owner) -> int:
    """Return how much of what is stored this person sent within a day, in bytes."""
    sent = (StoredFile.owner_id == owner.id, StoredFile.created_at > clock.now() - DAY)
    return db.session.scalar(select(func.coalesce(func.sum(StoredFile.size), 0)).where(*sent)) or 0


def _make_room(owner: Owner) -> None:
    """Throw away the oldest files that this person's forms hold, beyond what they may hold together."""
    own = select(StoredFile).where(StoredFile.owner_id == owner.id, StoredFile.held_until.is_not(None), *unused())
    total = 0
    for file in db.session.scalars(own.order_by(StoredFile.id.desc())).all():
        total += file.size
        if total > MOST_HELD:
            services.delete(file)


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
