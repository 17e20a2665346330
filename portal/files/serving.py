"""Answers a request with the content of a file, after the caller checked who asks."""

from http import HTTPStatus
from io import BytesIO

import structlog
from flask import Response, abort, send_file

from portal.core.text import slugify
from portal.core.web import freshness
from portal.files import storage
from portal.files.models import FileKind, StoredFile

CLOSED = "default-src 'none'; sandbox"
FOR_EVER = "public, max-age=31536000, immutable"
log = structlog.get_logger()


def respond(file: StoredFile) -> Response:
    """Return a file with its stored media type, and as a download if it is a document; 404 when its content is lost."""
    freshness.do_not_keep()
    response = _content(file)
    response.headers["Content-Security-Policy"] = CLOSED
    response.headers["Cache-Control"] = FOR_EVER if file.is_public else freshness.PRIVATE
    return response


def _content(file: StoredFile) -> Response:
    try:
        content = BytesIO(storage.read(file.name))
    except FileNotFoundError:
        log.error("stored_file_missing", file=file.id)
        abort(HTTPStatus.NOT_FOUND)
    document = file.kind == FileKind.PDF
    name = f"{slugify(file.title)}.{file.extension}" if document else f"{file.token[:8]}.{file.extension}"
    return send_file(content, file.media_type, as_attachment=document, download_name=name, etag=file.sha256)
