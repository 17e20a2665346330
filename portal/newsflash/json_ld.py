"""Articles and nieuwsflitsen as schema.org JSON-LD and as entries of the Atom feed."""

from typing import Any

from flask import current_app

from portal.core.formatting import iso
from portal.core.web.atom import Entry
from portal.core.web.navigation import absolute
from portal.newsflash.models import Article, Issue

CONTEXT = "https://schema.org"
CONTENT_LANGUAGE = "nl"


def feed_entry(article: Article) -> Entry:
    """Return an article as an entry of a feed; the article must have been loaded with its text."""
    assert article.published_at is not None
    return Entry(
        id=f"/nieuws/{article.id}",
        title=article.title,
        path=article.path,
        published=article.published_at,
        updated=article.updated_at,
        author=article.author.name,
        summary=article.lead,
        html=article.body_html,
        picture=article.image if article.image is not None and article.image.is_public else None,
    )


def describe_article(article: Article, issue: Issue | None) -> dict[str, Any]:
    """Return an article as a schema.org NewsArticle, part of the nieuwsflits `issue` if there is one."""
    assert article.published_at is not None
    data = _headline(article) | {
        "@context": CONTEXT,
        "description": article.lead,
        "dateModified": iso(article.updated_at),
        "author": {"@type": "Person", "name": article.author.name},
        "publisher": _publisher(),
        "mainEntityOfPage": absolute(article.path),
        "inLanguage": CONTENT_LANGUAGE,
        "keywords": [theme.short_title for theme in article.themes],
    }
    if article.image:
        data["image"] = absolute(article.image.path)
    if article.organisation:
        organisation = article.organisation
        data["sourceOrganization"] = _organisation(organisation.name, absolute(organisation.path))
    if issue:
        data["isPartOf"] = _issue(issue)
    return data


def describe_issue(issue: Issue) -> dict[str, Any]:
    """Return a nieuwsflits as a schema.org PublicationIssue with the headlines of its articles."""
    return _issue(issue) | {
        "@context": CONTEXT,
        "description": issue.intro,
        "inLanguage": CONTENT_LANGUAGE,
        "publisher": _publisher(),
        "hasPart": [_headline(article) for article in issue.articles],
    }


def _headline(article: Article) -> dict[str, Any]:
    moment = article.published_at
    return {
        "@type": "NewsArticle",
        "headline": article.title,
        "url": absolute(article.path),
        "datePublished": iso(moment) if moment else None,
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "@type": "PublicationIssue",
        "name": issue.title,
        "issueNumber": issue.number,
        "datePublished": iso(issue.published_on),
        "url": absolute(issue.path),
    }


def _publisher() -> dict[str, Any]:
    return _organisation(current_app.config["SITE_NAME"], absolute("/"))


def _organisation(name: str, url: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name, "url": url}
