"""The view that serves files."""

from http import HTTPStatus

from flask import Blueprint, Response, abort
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.web import access, freshness
from portal.core.web.access import public
from portal.files import policies, serving
from portal.files.models import StoredFile

bp = Blueprint("files", __name__)


@bp.get("/media/<string(length=32):token>.<any(jpg,png,webp,pdf):extension>")
@public
def media(token: str, extension: str) -> Response:
    """Return a file with its stored media type; 404 for those who may not fetch it."""
    freshness.do_not_keep()
    file = db.session.scalar(select(StoredFile).where(StoredFile.token == token))
    if file is None or file.extension != extension or not _may_fetch(file):
        abort(HTTPStatus.NOT_FOUND)
    return serving.respond(file)


def _may_fetch(file: StoredFile) -> bool:
    return file.is_public or policies.may_fetch(access.viewer(), file)
