"""Articles on the editors' desk; importing this module registers them."""

from flask import render_template
from markupsafe import Markup

from portal.core.i18n import lazy_gettext
from portal.newsflash import queries, services
from portal.newsflash.models import Article
from portal.publishing import desk
from portal.publishing import services as publishing
from portal.publishing.desk import Case
from portal.publishing.models import State

KIND = "artikel"


def as_case(article: Article) -> Case:
    """Return an article as a case of the desk."""
    return Case(
        kind=KIND,
        id=article.id,
        title=article.title,
        since=publishing.submitted_at(article),
        subject=article,
        author=article.author,
        organisation_name=article.organisation.name if article.organisation else "",
        path=article.path,
        edit_path=f"/nieuws/{article.id}/bewerken",
        is_waiting=article.state == State.REVIEW,
        is_public=article.is_public,
    )


def awaiting() -> list[Case]:
    """Return the articles that await review, longest waiting first."""
    return sorted((as_case(article) for article in queries.awaiting()), key=lambda case: (case.since, case.id))


def find_case(article_id: int) -> Case | None:
    """Return an article in any state as a case; None when it does not exist."""
    article = queries.get_article(article_id)
    return as_case(article) if article else None


def render(case: Case) -> Markup:
    """Return the HTML of an article as its page shows it."""
    story = render_template("newsflash/_story.html", article=case.subject, is_preview=True)
    return Markup(f'<article class="story">{story}</article>')  # noqa: S704  # rendered by Jinja, which escapes


desk.register(
    KIND,
    lazy_gettext("Article"),
    awaiting,
    find_case,
    services.approve_article,
    unpublish=services.unpublish_article,
    render=render,
    count=queries.count_awaiting,
)
