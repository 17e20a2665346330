"""Pages of board."""

from flask import Blueprint, Response

from portal.core.access import public
from portal.core.rendering import page

bp = Blueprint("board", __name__)


@bp.get("/vraag-en-aanbod/")
@public
def index() -> Response:
    """Skeleton."""
    return page("base.html")


@bp.get("/vraag-en-aanbod/feed.atom")
@public
def feed() -> Response:
    """Skeleton."""
    return page("base.html")


@bp.get("/vraag-en-aanbod/<int:post_id>-<slug>")
@public
def show(post_id: int, slug: str) -> Response:
    """Skeleton."""
    return page("base.html")
