"""The front page: what is next, what was just posted, what needs someone."""

from flask import Blueprint, Response, abort

from portal.actionplan import queries as actionplan
from portal.agenda import queries as agenda
from portal.board import queries as board
from portal.core import clock
from portal.core.access import members, public, viewer
from portal.core.rendering import page
from portal.newsflash import queries as newsflash
from portal.newsflash.models import Article, Issue
from portal.publishing import contributions as registry

bp = Blueprint("home", __name__)
COMING, NEWEST, NEEDING, ARTICLES = 4, 6, 3, 3


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
    issue = newsflash.latest_issue()
    return page(
        "home/index.html",
        coming=agenda.coming(COMING),
        newest=newest,
        needing=needing,
        issue=issue,
        articles=_stories(issue),
        themes=[theme for theme in actionplan.themes() if theme.is_focus],
        today=clock.today(),
        counts=counts,
    )


@bp.get("/account/bijdragen")
@members
def contributions() -> Response:
    """Show somebody what he wrote, of every kind: drafts, what waits for the editors, what is public, what ended."""
    user = viewer() or abort(401)
    return page("home/contributions.html", kinds=[(kind, kind.of(user)) for kind in registry.kinds()])


def _stories(issue: Issue | None) -> list[Article]:
    """Return the stories of the latest nieuwsflits in its order, what was published since after its opening."""
    stories = list(issue.articles) if issue else []
    told = {article.id for article in stories}
    since = [article for article in newsflash.latest_articles(ARTICLES) if article.id not in told]
    if issue:
        since = [article for article in since if article.published_on and article.published_on > issue.published_on]
    return (stories[:1] + since + stories[1:])[:ARTICLES]
