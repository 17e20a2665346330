"""The view that serves files."""

from http import HTTPStatus
from io import BytesIO

import structlog
from flask import Blueprint, Response, abort, send_file
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.text import slugify
from portal.core.web import access, freshness
from portal.core.web.access import public
from portal.files import policies, storage
from portal.files.models import FileKind, StoredFile

bp = Blueprint("files", __name__)
log = structlog.get_logger()
CLOSED = "default-src 'none'; sandbox"
FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/media/<string(length=32):token>.<any(jpg,png,webp,pdf):extension>")
@public
def media(token: str, extension: str) -> Response:
    """Return a file with its stored media type; 404 for those who may not fetch it."""
    freshness.do_not_keep()
    file = db.session.scalar(select(StoredFile).where(StoredFile.token == token))
    if file is None or file.extension != extension or not _may_fetch(file):
        abort(HTTPStatus.NOT_FOUND)
    response = _content(file)
    response.headers["Content-Security-Policy"] = CLOSED
    response.headers["Cache-Control"] = FOR_EVER if file.is_public else freshness.PRIVATE
    return response


def _may_fetch(file: StoredFile) -> bool:
    return file.is_public or policies.may_fetch(access.viewer(), file)


def _content(file: StoredFile) -> Response:
    try:
        content = BytesIO(storage.read(file.name))
    except FileNotFoundError:
        log.error("stored_file_missing", file=file.id)
        abort(HTTPStatus.NOT_FOUND)
    document = file.kind == FileKind.PDF
    name = f"{slugify(file.title)}.{file.extension}" if document else f"{file.token[:8]}.{file.extension}"
    return send_file(content, file.media_type, as_attachment=document, download_name=name, etag=file.sha256)
