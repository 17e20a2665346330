"""The front page: what is next, what was just posted, what needs someone."""

from flask import Blueprint, Response

from portal.actionplan import queries as actionplan
from portal.agenda import queries as agenda
from portal.board import queries as board
from portal.core import clock
from portal.core.access import public
from portal.core.rendering import page
from portal.newsflash import queries as newsflash

bp = Blueprint("home", __name__)
COMING, NEWEST, NEEDING, ARTICLES = 5, 6, 3, 3


@bp.get("/")
@public
def index() -> Response:
    """Show the front page; a request that is shown under "who can help" is not shown a second time."""
    needing = board.needing_answer(NEEDING)
    asked = {post.path for post in needing}
    newest = [post for post in board.newest(NEWEST + NEEDING) if post.path not in asked][:NEWEST]
    counts = {
        "posts": board.count_open(),
        "events": agenda.count_coming(),
        "signatories": actionplan.count_signatories(),
    }
    return page(
        "home/index.html",
        coming=agenda.coming(COMING),
        newest=newest,
        needing=needing,
        issue=newsflash.latest_issue(),
        articles=newsflash.latest_articles(ARTICLES),
        themes=[theme for theme in actionplan.themes() if theme.is_focus],
        today=clock.today(),
        counts=counts,
    )
