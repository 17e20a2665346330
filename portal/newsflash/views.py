"""Pages of news: articles, their feed, and the archive of the nieuwsflits."""

from typing import Any

from flask import Response, make_response, redirect, request

from portal.core import panels
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import atom
from portal.core.web.access import public, viewer
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.newsflash import contributions as contributions  # registers them
from portal.newsflash import facets, forms, issue_layout, json_ld, permissions, queries
from portal.newsflash import moderation as moderation  # registers them at the desk
from portal.newsflash import panels as own_panels  # noqa: F401  # registers them
from portal.newsflash import writing_views as writing_views  # adds the pages where one writes
from portal.newsflash.blueprint import bp as bp
from portal.newsflash.models import Article, Issue

RELATED = 3


@bp.get("/nieuws/")
@public
def news() -> Response:
    """List articles, newest first."""
    chosen = _article_filter("newsflash.news")
    part = queries.list_articles(chosen.chosen, chosen.after)
    feed_url = chosen.url("newsflash.feed")
    return _list("newsflash/news.html", chosen, part.next_key, articles=part.rows, feed_url=feed_url)


@bp.get("/nieuws/feed.atom")
@public
def feed() -> Response:
    """Return the newest articles of a filter with their full text."""
    chosen = _article_filter("newsflash.feed")
    words = ", ".join(chip.value for chip in chosen.chips())
    title = _("News: %(words)s", words=words) if words else _("News")
    entries = (json_ld.entry(article) for article in queries.articles_with_text(chosen.chosen))
    return atom.feed(title, f"/nieuws/feed.atom{chosen.query}", entries)


@bp.get("/nieuws/<int:article_id>-<slug>")
@public
def article(article_id: int, slug: str) -> Response:
    """Show an article; before it is public only to who may change it. Any other slug leads to its own address."""
    article = queries.get_public_article(article_id) or permissions.get_unpublished_article(viewer(), article_id)
    if article is None:
        return page("newsflash/gone.html", status=410, latest=queries.latest_articles(RELATED))
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
        tools=permissions.for_user(viewer(), article),
        data=json_ld.article(article, issue) if article.published_at else None,
    )


@bp.get("/nieuwsflits/")
@public
def issues() -> Response:
    """List every nieuwsflits, the newest at the top."""
    chosen = forms.parse("newsflash.issues", request.args, facets.issue_facets(), queries.issue_position)
    part = queries.list_issues(chosen.chosen, chosen.after)
    year_above = chosen.after and chosen.after[0].year
    return _list("newsflash/issues.html", chosen, part.next_key, issues=part.rows, year_above=year_above)


@bp.get("/nieuwsflits/<int:number>")
@public
def issue(number: int) -> Response:
    """Show a nieuwsflits as the front page of a newspaper."""
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
        data=json_ld.issue(issue),
    )


def _list(template: str, chosen: forms.NewsFilter, next_key: str | None, **context: Any) -> Response:
    """Render a list. An address with empty fields, as a plain form makes it, gives way to one without them."""
    untidy = forms.is_untidy(request.args) and not chosen.ignored
    if untidy and not wants_fragment():
        return redirect_to(chosen.url())
    next_url = next_key and chosen.url(na=next_key)
    groups, chips = chosen.groups(), chosen.chips()
    response = page(
        template, fragment="update", filter=chosen, groups=groups, chips=chips, next_url=next_url, **context
    )
    if untidy:
        response.headers["HX-Push-Url"] = chosen.url()
    return response


def _article_filter(endpoint: str) -> forms.NewsFilter:
    return forms.parse(endpoint, request.args, facets.article_facets(), queries.article_position)


def _around(article: Article, issue: Issue | None) -> tuple[Article | None, Article | None]:
    """Return the articles before and after one in its nieuwsflits."""
    if issue is None:
        return None, None
    row = [None, *issue.articles, None]
    place = row.index(article)
    return row[place - 1], row[place + 1]
