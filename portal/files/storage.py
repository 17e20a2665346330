"""Where content lies: files below `instance/files/`, whole and on disk before anybody is told."""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp|pdf)")
FOLDER = "files"
UNFINISHED = ".part"


class BadName(ValueError):
    """A name that we never gave: nothing outside the folder can be reached."""


def write(name: str, content: bytes) -> None:
    """Store content; when this returns, it survives a crash of the machine. Raises OSError when the disk is full."""
    path = locate(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{secrets.token_hex(8)}{UNFINISHED}")
    try:
        with temporary.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)


def read(name: str) -> bytes:
    """Return content; raises FileNotFoundError."""
    return locate(name).read_bytes()


def delete(name: str) -> None:
    """Remove content; nothing happens when it is gone already."""
    locate(name).unlink(missing_ok=True)


def names(older_than: float) -> Iterator[str]:
    """Yield what is stored since before a moment (seconds since 1970)."""
    yield from (path.name for path in _files(older_than) if NAME.fullmatch(path.name))


def sweep_unfinished(older_than: float) -> int:
    """Remove what a crash left half written; returns how many files that were."""
    found = [path for path in _files(older_than) if path.name.endswith(UNFINISHED)]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def locate(name: str) -> Path:
    """Return where content lies; raises BadName for a name that is none of ours."""
    if not NAME.fullmatch(name):
        raise BadName(name)
    return _root() / name[:2] / name


def _root() -> Path:
    root: Path = current_app.config["SETTINGS"].instance
    return root / FOLDER


def _files(older_than: float) -> Iterator[Path]:
    for path in _root().glob("??/*"):
        try:
            if path.stat().st_mtime < older_than:
                yield path
        except FileNotFoundError:
            continue


def _sync_folder(folder: Path) -> None:
    """Make the name itself durable, not only what it leads to."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
