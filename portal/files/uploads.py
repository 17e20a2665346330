"""Checks of uploaded files and the messages about refused ones; touches neither database nor store."""

import secrets
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from portal.core.i18n import gettext as _
from portal.files.models import EXTENSIONS, FileKind

MAX_BYTES = 8 * 1024 * 1024
MEGABYTE = 1024 * 1024
UNLABELLED = ("", "application/octet-stream")


class BadUpload(Exception):
    """A refused file; the text tells the sender why."""


@dataclass(slots=True)
class Prepared:
    """A file that passed every check, ready to be stored."""

    kind: FileKind
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    text: str | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    is_stored: bool = False

    @property
    def name(self) -> str:
        """Return the name under which its content is stored."""
        return f"{self.token}.{EXTENSIONS[self.media_type]}"


def content_of(upload: FileStorage) -> bytes:
    """Return the content of an upload; raises BadUpload when it is empty or too large."""
    upload.stream.seek(0)
    content = upload.stream.read(MAX_BYTES + 1)
    if not content:
        raise BadUpload(_("This file is empty. Choose another file."))
    if len(content) > MAX_BYTES:
        raise BadUpload(
            _("This file is larger than %(most)s MB. Make it smaller and try again.", most=MAX_BYTES // MEGABYTE)
        )
    return content


def check_label(upload: FileStorage, extensions: tuple[str, ...], types: tuple[str, ...]) -> None:
    """Raise BadUpload when the name or declared type of a file contradicts its content."""
    extension = PurePosixPath((upload.filename or "").replace("\\", "/")).suffix.lower().lstrip(".")
    said = upload.mimetype.lower()
    if (extension and extension not in extensions) or (said not in UNLABELLED and said not in types):
        raise BadUpload(
            _(
                "The name of this file does not fit what is in it: it is a %(kind)s file. Save it anew and try again.",
                kind=extensions[0].upper(),
            )
        )
