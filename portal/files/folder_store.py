"""File store in a local folder; a write is atomic, and durable when it returns."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from portal.files.store import NAME, StoreAway, place_of

UNFINISHED = ".part"


class FolderStore:
    """A file store in a folder, with 256 subfolders named after the first two characters of the file names."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is created with the first file."""
        self._root = root

    def write(self, name: str, content: bytes) -> None:
        """Store content durably; raises StoreAway when the disk is full."""
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
        """Delete content; does nothing when it does not exist."""
        self.locate(name).unlink(missing_ok=True)

    def names(self, older_than: float | None = None) -> Iterator[str]:
        """Yield the names of stored content, optionally only what was stored before a moment (Unix time)."""
        yield from (path.name for path in self._files(older_than) if NAME.fullmatch(path.name))

    def sweep_unfinished(self, older_than: float) -> int:
        """Delete incomplete files that a crash left; return how many."""
        found = [path for path in self._files(older_than) if path.name.endswith(UNFINISHED)]
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def locate(self, name: str) -> Path:
        """Return the path of content; raises BadName for an invalid name."""
        return self._root / place_of(name)

    def _files(self, older_than: float | None) -> Iterator[Path]:
        for path in self._root.glob("??/*"):
            try:
                if older_than is None or path.stat().st_mtime < older_than:
                    yield path
            except FileNotFoundError:
                continue


def _sync_folder(folder: Path) -> None:
    """Flush the directory entry to disk; flushing the file alone does not make its name durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
