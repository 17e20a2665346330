"""Copies uploaded files from one store to another and verifies their checksums."""

import hashlib
import sys
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Connection, select
from tqdm import tqdm

from portal.files import storage
from portal.files.models import EXTENSIONS, StoredFile


@dataclass(frozen=True, slots=True)
class Copied:
    """The result: the number of files copied, the files that differ, and those missing from the old store."""

    copied: int
    wrong: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        """Return the result as one line, with the names of problematic files."""
        line = f"{self.copied} files copied and read back"
        for names, what in ((self.wrong, "DIFFER"), (self.missing, "were not in the old store either")):
            if names:
                line += f"; {len(names)} {what}: {', '.join(names[:5])}"
        return line


def copy(app: Flask, target: Flask, source: Connection) -> Copied:
    """Copy the content of every file row of the old database, and read it back."""
    columns = StoredFile.__table__.c
    known = source.execute(select(columns.token, columns.media_type, columns.sha256)).all()
    copied, wrong, missing = 0, [], []
    for row in tqdm(known, desc="copying files", unit="", file=sys.stderr, disable=not sys.stderr.isatty()):
        name = f"{row.token}.{EXTENSIONS[row.media_type]}"
        try:
            with app.app_context():
                content = storage.read(name)
        except FileNotFoundError:
            missing.append(name)
            continue
        with target.app_context():
            storage.write(name, content)
            arrived = hashlib.sha256(storage.read(name)).hexdigest()
        if arrived == row.sha256:
            copied += 1
        else:
            wrong.append(name)
    return Copied(copied, tuple(wrong), tuple(missing))
