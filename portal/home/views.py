"""The front page, and the page "My contributions"."""

from flask import Blueprint, Response, abort

from portal.actionplan import queries as actionplan
from portal.agenda import queries as agenda
from portal.board import queries as board
from portal.community import own
from portal.core import clock
from portal.core.web.access import members, public, viewer
from portal.core.web.rendering import page
from portal.newsflash import front_page as newsflash
from portal.publishing import contributions as registry

bp = Blueprint("home", __name__)
COMING, NEWEST, NEEDING, ARTICLES = 4, 6, 3, 3


@bp.get("/")
@public
def index() -> Response:
    """Show the front page: coming events, new posts and requests; no request is shown twice."""
    newest, needing = board.newest_posts(NEWEST, NEEDING)
    counts = {
        "posts": board.count_open(),
        "events": agenda.count_coming(),
        "signatories": actionplan.count_signatories(),
    }
    issue, stories = newsflash.front_page_news(ARTICLES)
    return page(
        "home/index.html",
        coming=agenda.next_events(COMING),
        newest=newest,
        needing=needing,
        issue=issue,
        articles=stories,
        themes=[theme for theme in actionplan.themes() if theme.is_focus],
        today=clock.today(),
        counts=counts,
    )


@bp.get("/account/bijdragen")
@members
def contributions() -> Response:
    """Show a user's organisations and everything the user wrote: drafts, waiting, public and closed items."""
    user = viewer() or abort(401)
    kinds = [(kind, kind.list_items(user)) for kind in registry.kinds()]
    return page("home/contributions.html", kinds=kinds, organisations=own.organisations(user))
