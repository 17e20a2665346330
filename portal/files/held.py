"""Files that a form holds until it is sent: stored at once, so that an error elsewhere in the form loses none of them.

A held file belongs to no row yet; its sender and the editors alone can fetch it. The form carries its token, and the
service that saves the form claims it. What is never claimed is thrown away after `HELD_FOR` (`cleaning`).
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
"""As long as a draft of the form may wait."""
MOST_AN_HOUR = 300
"""Files that one person may send in an hour."""


def hold(prepared: Prepared, owner: Owner, title: str = "") -> StoredFile:
    """Store a file for a form of its sender; raises StoreAway, TooManyRequests. Not inside a transaction."""
    limits.hit("upload", owner.id, MOST_AN_HOUR, 3600)
    services.put(prepared)
    with transaction():
        file = services.keep(prepared, owner, title)
        file.held_until = clock.now() + HELD_FOR
        return file


def held_by(owner: Owner, tokens: Iterable[str]) -> dict[str, StoredFile]:
    """Return, by token, which of these files this person sent and no row uses yet."""
    own = select(StoredFile).where(StoredFile.token.in_(list(tokens)), StoredFile.owner_id == owner.id, *unused())
    return {file.token: file for file in db.session.scalars(own)}


def still_free(tokens: Iterable[str]) -> set[str]:
    """Return which of these files no row uses yet, whoever sent them; asked in the transaction that claims them."""
    return set(db.session.scalars(select(StoredFile.token).where(StoredFile.token.in_(list(tokens)), *unused())))


def claim(file: StoredFile, title: str | None = None) -> StoredFile:
    """Note that a row uses a file from now on, under a title when one is given; in the running transaction."""
    file.held_until = None
    if title is not None:
        file.title = title.strip()
    return file


def unused() -> list[ColumnElement[bool]]:
    """Return the conditions that no row of any table refers to a file."""
    target = StoredFile.__table__.c.id
    columns = [
        key.parent for table in Model.metadata.tables.values() for key in table.foreign_keys if key.column is target
    ]
    return [~exists().where(column == StoredFile.id) for column in columns]
