"""PDF documents: inspected in a separate process, because a hostile file may hang it or exhaust its memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage

from portal.core.i18n import gettext as _
from portal.core.text import clean
from portal.files.models import FileKind
from portal.files.uploads import BadUpload, Prepared, check_label, content_of

INSPECTOR = Path(__file__).with_name("pdf_inspector.py")
MAX_PAGES = 100
SECONDS = 15
EXTENSIONS, TYPES = ("pdf",), ("application/pdf", "application/x-pdf")


def prepare_pdf(upload: FileStorage) -> Prepared:
    """Check a document and extract its text; raises BadUpload. It may take seconds: call it outside a transaction."""
    content = content_of(upload)
    if not content.startswith(b"%PDF-"):
        raise BadUpload(_("This is not a PDF. Save your document as PDF and try again."))
    check_label(upload, EXTENSIONS, TYPES)
    found = _inspect(content)
    if found["pages"] > MAX_PAGES:
        raise BadUpload(_("This PDF has more than %(most)s pages. Send the pages that matter.", most=MAX_PAGES))
    return Prepared(
        FileKind.PDF, "application/pdf", content, pages=found["pages"], text=clean(found["text"]).strip() or None
    )


def _inspect(content: bytes) -> dict[str, Any]:
    """Return the result of the inspector: number of pages and text."""
    try:
        done = subprocess.run(  # noqa: S603  # our own file, no word of the visitor in the command
            [sys.executable, "-I", str(INSPECTOR)], input=content, capture_output=True, timeout=SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        found = {"refused": "damaged"}
    refused = found.get("refused")
    if refused == "encrypted":
        raise BadUpload(_("This PDF has a password. Save it without password and try again."))
    if refused == "active":
        raise BadUpload(
            _("This PDF holds a script, an attachment or a form that sends data. Print it to a new PDF and try again.")
        )
    if refused:
        raise BadUpload(_("This PDF is damaged. Open it, save it anew and try again."))
    return found
