"""Keeping files: content in the store first, then the row; taking away: the row first, then the content.

The order for who writes: prepare (slow, outside any transaction; `fields` does it while the form is checked), `put`
(slow, likewise: nobody else can write meanwhile), then `keep` inside the transaction of the row that refers to the
file. `store_image` and `store_pdf` do all of it.
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
    "delete",
    "forget",
    "keep",
    "prepare_image",
    "prepare_pdf",
    "put",
    "set_public",
    "set_reach",
    "store_image",
    "store_pdf",
]
LEAVING = "portal_files_leaving"
log = structlog.get_logger()


class Owner(Protocol):
    """Whoever sends a file in."""

    @property
    def id(self) -> int:
        """The number of the account."""


def store_image(upload: FileStorage, owner: Owner, alt: str = "", *, largest: tuple[int, int] = LARGEST) -> StoredFile:
    """Check, make anew and keep a picture; raises BadUpload, StoreAway. Call it before your own transaction."""
    _not_while_writing()
    return keep(prepare_image(upload, largest), owner, alt)


def store_pdf(upload: FileStorage, owner: Owner, title: str) -> StoredFile:
    """Check and keep a document; raises BadUpload, StoreAway. Call it before your own transaction."""
    _not_while_writing()
    return keep(prepare_pdf(upload), owner, title)


def _not_while_writing() -> None:
    if db.session.info.get(WRITING):
        raise RuntimeError("files take long: prepare and put them before transaction(), nobody can write meanwhile")


def put(prepared: Prepared | None) -> None:
    """Bring the content of a file to the store, before the transaction that keeps it; nothing when there is none.

    Raises StoreAway. What no row comes to refer to is thrown away after a day.
    """
    if prepared is not None and not prepared.is_stored:
        _not_while_writing()
        storage.write(prepared.name, prepared.content)
        prepared.is_stored = True


def keep(prepared: Prepared, owner: Owner, title: str = "") -> StoredFile:
    """Note a file that was put in the store, inside the running transaction; outside of one, put it there first."""
    put(prepared)
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
    """Let everybody fetch a file, or only its owner and the editors."""
    set_reach(file, Reach.EVERYONE if public else Reach.OWNER)


def set_reach(file: StoredFile, reach: Reach) -> None:
    """Choose who may fetch a file."""
    with transaction():
        file.reach = reach


def delete(file: StoredFile) -> None:
    """Take a file away: its row now, its content when the transaction is done."""
    with transaction() as session:
        session.info.setdefault(LEAVING, []).append(file.name)
        session.delete(file)


def forget(user_id: int) -> None:
    """Take away every file that a person sent in; rows that refer to them must allow that."""
    with transaction() as session:
        for file in session.scalars(select(StoredFile).where(StoredFile.owner_id == user_id)):
            delete(file)


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    """Remove the content of deleted files; should that fail, the clean-up does it later."""
    if session.in_nested_transaction():
        return
    for name in session.info.pop(LEAVING, []):
        try:
            storage.delete(name)
        except (OSError, storage.StoreAway) as error:
            log.warning("content_stays", reason=type(error).__name__)


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    """What was not deleted after all keeps its content."""
    session.info.pop(LEAVING, None)
