"""Content in a folder on this machine: whole and on disk before anybody is told."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from portal.files.store import NAME, StoreAway, place_of

UNFINISHED = ".part"


class FolderStore:
    """Files below a folder, spread over 256 folders by the first two letters of their names."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is made with the first file."""
        self._root = root

    def write(self, name: str, content: bytes) -> None:
        """Store content; raises StoreAway when the disk is full."""
        path = self.locate(name)
        temporary = path.with_name(f"{secrets.token_hex(8)}{UNFINISHED}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with temporary.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(path)
            _sync_folder(path.parent)
            _sync_folder(path.parent.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise StoreAway(f"{error.strerror}") from error

    def read(self, name: str) -> bytes:
        """Return content; raises FileNotFoundError."""
        return self.locate(name).read_bytes()

    def delete(self, name: str) -> None:
        """Remove content; nothing happens when it is gone already."""
        self.locate(name).unlink(missing_ok=True)

    def names(self, older_than: float | None = None) -> Iterator[str]:
        """Yield what is stored, or was before a moment (seconds since 1970)."""
        yield from (path.name for path in self._files(older_than) if NAME.fullmatch(path.name))

    def sweep_unfinished(self, older_than: float) -> int:
        """Remove what a crash left half written; returns how many files that were."""
        found = [path for path in self._files(older_than) if path.name.endswith(UNFINISHED)]
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def locate(self, name: str) -> Path:
        """Return where content lies; raises BadName for a name that is none of ours."""
        return self._root / place_of(name)

    def _files(self, older_than: float | None) -> Iterator[Path]:
        for path in self._root.glob("??/*"):
            try:
                if older_than is None or path.stat().st_mtime < older_than:
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
