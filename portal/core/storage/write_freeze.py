"""A database that is being moved takes no writes, nor does one that was moved: what is written there would be lost.

A file beside it says so. Who moves holds a lock on that file: when they die, writing goes on by itself. Once
everything has arrived the file itself says that it is for good.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

SUFFIX = ".moved"
FOR_GOOD = b"moved\n"


class WritesFrozen(SQLAlchemyError):
    """Nothing can be written to this database now."""


class AlreadyFrozen(Exception):
    """Somebody else is moving this database, or did."""


def marker_path(database: str) -> Path:
    """Return the file that says of an SQLite database that it takes no writes."""
    return Path(database + SUFFIX)


def is_frozen(database: str) -> bool:
    """Whether an SQLite database takes no writes now."""
    try:
        mark = os.open(marker_path(database), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return os.read(mark, len(FOR_GOOD)) == FOR_GOOD or not _lock(mark, fcntl.LOCK_SH)
    finally:
        os.close(mark)


def refuse_when_frozen(database: str) -> None:
    """Raise Closed when nothing can be written."""
    if is_frozen(database):
        raise WritesFrozen("this database is moved to another place")


@contextmanager
def frozen(database: str) -> Iterator[Callable[[], None]]:
    """Close an SQLite database for the length of a block, which is given a function to leave it closed for good.

    Raises AlreadyClosed. Who is writing at this moment may finish: take the write lock to wait for them.
    """
    path = marker_path(database)
    mark = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(mark, fcntl.LOCK_EX) or os.read(mark, len(FOR_GOOD)) == FOR_GOOD:
            raise AlreadyFrozen(str(path))
        yield lambda: _leave_closed(mark)
    finally:
        if os.fstat(mark).st_size == 0 and _lock(mark, fcntl.LOCK_EX):
            path.unlink(missing_ok=True)
        os.close(mark)


def _leave_closed(mark: int) -> None:
    os.pwrite(mark, FOR_GOOD, 0)
    os.fsync(mark)


def _lock(mark: int, kind: int) -> bool:
    """Whether the lock could be had; it lasts as long as the file is open."""
    try:
        fcntl.flock(mark, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
