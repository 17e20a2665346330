"""Blocks writes to an SQLite database while it is being migrated, and for good afterwards.

A marker file beside the database says so. The migrating process holds a lock on it, so writes resume by themselves
when that process dies. After a complete migration the content of the file makes the freeze permanent.
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
    """The database accepts no writes now."""


class AlreadyFrozen(Exception):
    """Another process is migrating this database, or has migrated it."""


def marker_path(database: str) -> Path:
    """Return the path of the marker file of an SQLite database."""
    return Path(database + SUFFIX)


def is_frozen(database: str) -> bool:
    """Return whether an SQLite database accepts no writes now."""
    try:
        mark = os.open(marker_path(database), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return os.read(mark, len(FOR_GOOD)) == FOR_GOOD or not _lock(mark, fcntl.LOCK_SH)
    finally:
        os.close(mark)


def refuse_when_frozen(database: str) -> None:
    """Raise WritesFrozen when the database accepts no writes."""
    if is_frozen(database):
        raise WritesFrozen("this database is moved to another place")


@contextmanager
def frozen(database: str) -> Iterator[Callable[[], None]]:
    """Freeze writes inside a `with` block, which receives a function that makes the freeze permanent.

    Raises AlreadyFrozen. A running write may still finish: take the write lock to wait for it.
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
    """Return whether the lock was acquired; it is held until the file is closed."""
    try:
        fcntl.flock(mark, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
