"""Reads index files by position (`pread`) instead of mapping them into memory.

Whoosh maps files and copies the mapped bytes for every reader. When a mapped file is truncated, the process that reads
it is killed; `pread` returns fewer bytes instead, which is reported as an unavailable index.
"""

import io
import os
import pickle
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile


class ShortFile(Exception):
    """A file of the index is shorter than it should be."""


class PositionedFile(StructFile):  # type: ignore[misc]  # published without types
    """A file, or a part of the file `of`, which shares its descriptor and keeps it open."""

    def __init__(self, descriptor: int, start: int, length: int, name: str, of: "PositionedFile | None" = None) -> None:
        """Take an open descriptor, which is closed when the file and all its parts are garbage-collected."""
        self._descriptor = descriptor
        self._start = start
        self.length = length
        self._name = name
        self._of = of
        self._position = 0
        self.is_real = self.is_closed = False
        self.onclose = None

    def get(self, position: int, length: int) -> bytes:
        """Return `length` bytes from `position`; raises ShortFile when the file ends before."""
        data = os.pread(self._descriptor, length, self._start + position)
        if len(data) != length:
            raise ShortFile(self._name)
        return data

    def read(self, size: int | None = None) -> bytes:
        """Return the next bytes, to the end of this part at most."""
        left = max(0, self.length - self._position)
        data = self.get(self._position, left if size is None else min(size, left))
        self._position += len(data)
        return data

    def seek(self, where: int, whence: int = os.SEEK_SET) -> None:
        """Move to a position."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.length}[whence]
        self._position = base + where

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def read_pickle(self) -> Any:
        """Return the pickled object at the end of a part. It is safe because only this application writes the index."""
        buffer = io.BytesIO(self.get(self._position, self.length - self._position))
        value = pickle.load(buffer)  # noqa: S301  # Whoosh's format; checksums are compared before
        self._position += buffer.tell()
        return value

    def subset(self, offset: int, length: int, name: str | None = None) -> "PositionedFile":
        """Return a part of this part."""
        return PositionedFile(self._descriptor, self._start + offset, length, name or self._name, self)

    def close(self) -> None:
        """Close the file, unless this is a part of it."""
        if self._of is None and not self.is_closed:
            os.close(self._descriptor)
        self.is_closed = True

    def __del__(self) -> None:
        self.close()


class IndexFiles(FileStorage):  # type: ignore[misc]  # published without types
    """The folder of an index."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, supports_mmap=False)

    def open_file(self, name: str, **_options: Any) -> PositionedFile:
        """Open a file, to be read by position."""
        descriptor = os.open(self._fpath(name), os.O_RDONLY | os.O_CLOEXEC)
        return PositionedFile(descriptor, 0, os.fstat(descriptor).st_size, name)
