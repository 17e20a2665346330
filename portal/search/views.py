"""Pages of search."""

from flask import Blueprint, Response

from portal.core.access import public
from portal.core.rendering import page

bp = Blueprint("search", __name__)


@bp.get("/zoeken")
@public
def index() -> Response:
    """Skeleton."""
    return page("base.html")


@bp.get("/opensearch.xml")
@public
def opensearch() -> Response:
    """Skeleton."""
    return page("base.html")
