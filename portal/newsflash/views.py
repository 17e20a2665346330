"""Pages of news: articles, their feed, and the archive of the nieuwsflits."""

from flask import Blueprint, Response, abort, make_response, redirect, request
from flask_babel import gettext as _

from portal.core import atom, panels
from portal.core.access import public
from portal.core.locale import local
from portal.core.rendering import page
from portal.newsflash import facets, forms, providers, queries, structured
from portal.newsflash.models import Article, Issue

bp = Blueprint("newsflash", __name__)
providers.register()
RELATED = 3
OPENING = 1100
"""How many characters of its first article an issue prints."""


@bp.get("/nieuws/")
@public
def news() -> Response:
    """List articles, newest first."""
    chosen = _article_filter("newsflash.news")
    part = queries.list_articles(chosen.chosen, chosen.after)
    return page(
        "newsflash/news.html",
        fragment="update",
        filter=chosen,
        articles=part.rows,
        next_url=part.next_key and chosen.url(na=part.next_key),
        feed_url=chosen.url("newsflash.feed"),
    )


@bp.get("/nieuws/feed.atom")
@public
def feed() -> Response:
    """Return the newest articles of a filter with their full text."""
    chosen = _article_filter("newsflash.feed")
    words = ", ".join(chip.value for chip in chosen.chips())
    title = _("News: %(words)s", words=words) if words else _("News")
    entries = (structured.entry(article) for article in queries.articles_with_text(chosen.chosen))
    return atom.feed(title, f"/nieuws/feed.atom{chosen.query}", entries)


@bp.get("/nieuws/<int:article_id>-<slug>")
@public
def article(article_id: int, slug: str) -> Response:
    """Show an article; any other slug leads to its own address."""
    article = queries.find_article(article_id) or abort(404)
    if request.path != article.path:
        return make_response(redirect(local(article.path), 301))
    issue = queries.placement_of(article)
    before, after = _around(article, issue)
    return page(
        "newsflash/article.html",
        article=article,
        issue=issue,
        before=before,
        after=after,
        related=queries.related(article, RELATED),
        data=structured.article(article, issue),
    )


@bp.get("/nieuwsflits/")
@public
def issues() -> Response:
    """List every nieuwsflits, the newest at the top."""
    chosen = forms.parse("newsflash.issues", request.args, facets.issue_facets(), queries.issue_position)
    part = queries.list_issues(chosen.chosen, chosen.after)
    return page(
        "newsflash/issues.html",
        fragment="update",
        filter=chosen,
        issues=part.rows,
        year_above=chosen.after and chosen.after[0].year,
        next_url=part.next_key and chosen.url(na=part.next_key),
    )


@bp.get("/nieuwsflits/<int:number>")
@public
def issue(number: int) -> Response:
    """Show a nieuwsflits as the front page of a newspaper."""
    issue = queries.find_issue(number)
    if issue is None:
        return page("newsflash/no_issue.html", status=404, number=number, latest=queries.latest_issue())
    if request.path != issue.path:
        return make_response(redirect(local(issue.path), 301))
    earlier, later = queries.neighbours(issue)
    articles = issue.articles
    return page(
        "newsflash/issue.html",
        issue=issue,
        articles=articles,
        opening=articles[0].opening(OPENING) if articles else [],
        panels=panels.of("issue", issue),
        earlier=earlier,
        later=later,
        data=structured.issue(issue),
    )


def _article_filter(endpoint: str) -> forms.NewsFilter:
    return forms.parse(endpoint, request.args, facets.article_facets(), queries.article_position)


def _around(article: Article, issue: Issue | None) -> tuple[Article | None, Article | None]:
    """Return the articles before and after one in its nieuwsflits."""
    if issue is None:
        return None, None
    row = [None, *issue.articles, None]
    place = row.index(article)
    return row[place - 1], row[place + 1]
