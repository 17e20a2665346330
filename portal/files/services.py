"""Storing and deleting files. Content is stored before its row exists, and deleted after its row is gone.

To add a file: prepare it (`files.fields` does this while the form is validated) and call `write_content`, both outside
a transaction, because they are slow and would block other writers; then call `create_file` in the transaction of the
row that refers to it. `store_image` and `store_pdf` do all three.
"""

import hashlib
from typing import Protocol

import structlog
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from portal.core.extensions import db
from portal.core.storage.database import WRITING, transaction
from portal.files import storage
from portal.files.images import LARGEST, prepare_image
from portal.files.models import LONGEST_TITLE, Reach, StoredFile
from portal.files.pdfs import prepare_pdf
from portal.files.uploads import BadUpload, Prepared

__all__ = [
    "BadUpload",
    "Prepared",
    "create_file",
    "delete",
    "delete_files_of",
    "prepare_image",
    "prepare_pdf",
    "set_public",
    "set_reach",
    "store_image",
    "store_pdf",
    "write_content",
]
LEAVING = "portal_files_leaving"
log = structlog.get_logger()


class Owner(Protocol):
    """The person who uploads a file."""

    @property
    def id(self) -> int:
        """The id of the account."""


def store_image(upload: FileStorage, owner: Owner, alt: str = "", *, largest: tuple[int, int] = LARGEST) -> StoredFile:
    """Check, re-encode and store a picture; raises BadUpload, StoreAway. Call it outside a transaction."""
    _not_while_writing()
    return create_file(prepare_image(upload, largest), owner, alt)


def store_pdf(upload: FileStorage, owner: Owner, title: str) -> StoredFile:
    """Check and store a document; raises BadUpload, StoreAway. Call it outside a transaction."""
    _not_while_writing()
    return create_file(prepare_pdf(upload), owner, title)


def _not_while_writing() -> None:
    if db.session.info.get(WRITING):
        raise RuntimeError("files take long: prepare and put them before transaction(), nobody can write meanwhile")


def write_content(prepared: Prepared | None) -> None:
    """Write the content of a file to the store, outside a transaction; does nothing for None or when it was written.

    Raises StoreAway. Content that no row refers to is deleted after a day.
    """
    if prepared is not None and not prepared.is_stored:
        _not_while_writing()
        storage.write(prepared.name, prepared.content)
        prepared.is_stored = True


def create_file(prepared: Prepared, owner: Owner, title: str = "") -> StoredFile:
    """Add the row of a file, joining a running transaction; its content is written first if that was not done."""
    write_content(prepared)
    with transaction() as session:
        row = StoredFile(
            token=prepared.token,
            kind=prepared.kind,
            media_type=prepared.media_type,
            title=title.strip()[:LONGEST_TITLE],
            width=prepared.width,
            height=prepared.height,
            pages=prepared.pages,
            size=len(prepared.content),
            sha256=hashlib.sha256(prepared.content).hexdigest(),
            text=prepared.text,
            owner_id=owner.id,
        )
        session.add(row)
        session.flush()
        return row


def set_public(file: StoredFile, public: bool) -> None:
    """Allow everybody to fetch a file, or only its owner and the editors."""
    set_reach(file, Reach.EVERYONE if public else Reach.OWNER)


def set_reach(file: StoredFile, reach: Reach) -> None:
    """Set who may fetch a file."""
    with transaction():
        file.reach = reach


def delete(file: StoredFile) -> None:
    """Delete a file: its row at once, its content after the transaction commits."""
    with transaction() as session:
        session.info.setdefault(LEAVING, []).append(file.name)
        session.delete(file)


def delete_files_of(user_id: int) -> None:
    """Delete every file of a person; the foreign keys of rows that refer to them must allow that."""
    with transaction() as session:
        for file in session.scalars(select(StoredFile).where(StoredFile.owner_id == user_id)):
            delete(file)


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    """Delete the content of deleted files; if that fails, the periodic clean-up does it later."""
    if session.in_nested_transaction():
        return
    for name in session.info.pop(LEAVING, []):
        try:
            storage.delete(name)
        except (OSError, storage.StoreAway) as error:
            log.warning("content_stays", reason=type(error).__name__)


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    """Forget which files were to be deleted."""
    session.info.pop(LEAVING, None)
