"""Public pages of the news: articles, their feed, and the archive of the nieuwsflits."""

from typing import Any

from flask import Response, make_response, redirect, request, url_for

from portal.core import panels
from portal.core.i18n import gettext as _
from portal.core.lists.filters import is_untidy
from portal.core.lists.pagination import Slice
from portal.core.locale import local
from portal.core.web import atom
from portal.core.web.access import public, viewer
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.newsflash import contributions as contributions  # registers them for "My contributions"
from portal.newsflash import facets, issue_layout, json_ld, permissions, queries
from portal.newsflash import moderation as moderation  # registers them at the desk
from portal.newsflash import panels as own_panels  # noqa: F401  # registers them
from portal.newsflash import writing_views as writing_views  # registers the writing routes
from portal.newsflash.blueprint import bp as bp
from portal.newsflash.facets import Facets
from portal.newsflash.forms import ArticleFilter, IssueFilter, NewsFilter
from portal.newsflash.models import Article, Issue

RELATED = 3


@bp.get("/nieuws/")
@public
def news() -> Response:
    """List articles, newest first."""
    known = facets.article_facets()
    wanted = ArticleFilter.parse(request.args, known.choices)
    part = queries.list_articles(wanted.chosen, wanted.after, wanted.limit(queries.ARTICLES_A_PAGE))
    feed_url = wanted.address(url_for("newsflash.feed"))
    return _list("newsflash/news.html", wanted, known, part, queries.ARTICLES_A_PAGE, feed_url=feed_url)


@bp.get("/nieuws/feed.atom")
@public
def feed() -> Response:
    """Return the newest articles that match the filter as an Atom feed with their full text."""
    known = facets.article_facets()
    wanted = ArticleFilter.parse(request.args, known.choices)
    words = ", ".join(part.value for part in wanted.removals(known.choices))
    title = _("News: %(words)s", words=words) if words else _("News")
    entries = (json_ld.feed_entry(article) for article in queries.feed_articles(wanted.chosen))
    return atom.feed(title, wanted.address("/nieuws/feed.atom"), entries)


@bp.get("/nieuws/<int:article_id>-<slug>")
@public
def article(article_id: int, slug: str) -> Response:
    """Show an article; one that is not public only to those who may edit it. Another slug redirects."""
    article = queries.get_public_article(article_id) or permissions.get_unpublished_article(viewer(), article_id)
    if article is None:
        return page("newsflash/gone.html", status=410, latest=queries.latest_articles(RELATED))
    if request.path != article.path:
        return make_response(redirect(local(article.path), 301))
    issue = queries.first_issue_of(article)
    before, after = _neighbours_in_issue(article, issue)
    return page(
        "newsflash/article.html",
        article=article,
        issue=issue,
        before=before,
        after=after,
        related=queries.related(article, RELATED),
        tools=permissions.for_user(viewer(), article),
        data=json_ld.describe_article(article, issue) if article.published_at else None,
    )


@bp.get("/nieuwsflits/")
@public
def issues() -> Response:
    """List the issues of the nieuwsflits, newest first."""
    known = facets.issue_facets()
    wanted = IssueFilter.parse(request.args, known.choices)
    part = queries.list_issues(wanted.chosen, wanted.after, wanted.limit(queries.ISSUES_A_PAGE))
    year_above = wanted.after and wanted.after[0].year
    return _list("newsflash/issues.html", wanted, known, part, queries.ISSUES_A_PAGE, year_above=year_above)


@bp.get("/nieuwsflits/<int:number>")
@public
def issue(number: int) -> Response:
    """Show an issue as the front page of a newspaper."""
    issue = queries.get_public_issue(number)
    if issue is None:
        return page("newsflash/no_issue.html", status=404, number=number, latest=queries.latest_issue())
    earlier, later = queries.neighbours(issue)
    return page(
        "newsflash/issue.html",
        issue=issue,
        stories=issue_layout.stories(issue.articles),
        panels=panels.panels_for("issue", issue),
        earlier=earlier,
        later=later,
        data=json_ld.describe_issue(issue),
    )


def _list(
    template: str, wanted: NewsFilter, known: Facets, part: Slice[Any], page_size: int, **context: Any
) -> Response:
    """Return the page of a list; an address with empty parameters, as plain forms send, redirects to one without."""
    path, total = request.script_root + request.path, known.index.count(wanted.chosen)
    address = wanted.address(path)
    untidy = is_untidy(request.args, type(wanted)) and not wanted.ignored
    if untidy and not wants_fragment():
        return redirect_to(address)
    response = page(
        template,
        fragment="update",
        filter=wanted,
        total=total,
        path=path,
        groups=wanted.groups(known),
        chips=wanted.chips(known.choices, path),
        rows=part.rows,
        next_part=wanted.next_part(path, part.next_key, len(part.rows), page_size),
        suggestions=[] if total else wanted.nearby_suggestions(known, path),
        **context,
    )
    if untidy:
        response.headers["HX-Push-Url"] = address
    return response


def _neighbours_in_issue(article: Article, issue: Issue | None) -> tuple[Article | None, Article | None]:
    """Return the articles before and after this one in its issue."""
    if issue is None:
        return None, None
    row = [None, *issue.articles, None]
    place = row.index(article)
    return row[place - 1], row[place + 1]
