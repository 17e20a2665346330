"""The front page: what is next, what was just posted, what needs someone."""

from flask import Blueprint, Response

from portal.actionplan import queries as actionplan
from portal.agenda import queries as agenda
from portal.board import queries as board
from portal.core.access import public
from portal.core.rendering import page
from portal.newsflash import queries as newsflash

bp = Blueprint("home", __name__)
COMING, NEWEST, NEEDING, ARTICLES = 6, 6, 4, 3


@bp.get("/")
@public
def index() -> Response:
    """Show the front page."""
    needing = board.needing_answer(NEEDING)
    asked = {post.path for post in needing}
    newest = [post for post in board.newest(NEWEST + NEEDING) if post.path not in asked][:NEWEST]
    return page(
        "home/index.html",
        coming=agenda.coming(COMING),
        newest=newest,
        needing=needing,
        issue=newsflash.latest_issue(),
        articles=newsflash.latest_articles(ARTICLES),
        themes=actionplan.themes(),
        open_posts=board.count_open(),
    )
