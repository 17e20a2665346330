"""The news on the front page: the latest nieuwsflits and some articles, in two statements and without ORM entities."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import String, and_, bindparam, cast, func, or_, select

from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.newsflash.models import Article, Issue, IssueArticle, article_theme
from portal.newsflash.queries import LATEST, NEWEST, PUBLIC_ARTICLE, PUBLIC_ISSUE

FIELD, ROW = "\x1f", "\x1e"


class Masthead(NamedTuple):
    """A nieuwsflits as a heading names it."""

    id: int
    number: int
    published_on: date

    @property
    def path(self) -> str:
        """Return the canonical path of the issue's page."""
        return f"/nieuwsflits/{self.number}"


class Named(NamedTuple):
    """An organisation."""

    name: str


class Mark(NamedTuple):
    """A speerpunt, as `components/theme_mark.html` shows it."""

    number: int
    short_title: str


class Story(NamedTuple):
    """An article as `components/article_card.html` shows it, without ORM entities. Equal stories render the same."""

    id: int
    path: str
    title: str
    lead: str
    published_on: date | None
    organisation: Named | None
    themes: tuple[Mark, ...]


ISSUE = select(Issue.id, Issue.number, Issue.published_on).where(PUBLIC_ISSUE).order_by(*LATEST).limit(1)
_marks = (
    select(func.aggregate_strings(cast(Theme.number, String) + FIELD + Theme.short_title, ROW))
    .join(article_theme, article_theme.c.theme_id == Theme.id)
    .where(article_theme.c.article_id == Article.id)
    .scalar_subquery()
)
_newest = select(Article.id).where(PUBLIC_ARTICLE).order_by(*NEWEST).limit(bindparam("newest")).correlate(None)
STORIES = (
    select(
        Article.id, Article.slug, Article.title, Article.lead, Article.published_at, Organisation.name, _marks,
        IssueArticle.position,
    )
    .outerjoin(Organisation, Organisation.id == Article.organisation_id)
    .outerjoin(IssueArticle, and_(IssueArticle.article_id == Article.id, IssueArticle.issue_id == bindparam("issue")))
    .where(PUBLIC_ARTICLE, or_(IssueArticle.position.is_not(None), Article.id.in_(_newest)))
    .order_by(*NEWEST)
)  # fmt: skip


def front_page_news(limit: int) -> tuple[Masthead | None, list[Story]]:
    """Return the latest nieuwsflits and at most `limit` stories.

    The stories are the issue's first article, then newer articles that are not in the issue, then the rest of the
    issue.
    """
    connection = db.session.connection()
    found = connection.execute(ISSUE).one_or_none()
    issue = Masthead(*found) if found else None
    in_issue, newer = [], []
    for row in connection.execute(STORIES, {"issue": issue.id if issue else 0, "newest": limit}):
        story = _story(row)
        if row.position is not None:
            in_issue.append((row.position, story))
        elif issue is None or (story.published_on and story.published_on > issue.published_on):
            newer.append(story)
    stories = [story for _position, story in sorted(in_issue)]
    return issue, (stories[:1] + newer + stories[1:])[:limit]


def _story(row: Any) -> Story:
    marks = (text.split(FIELD) for text in (row[6] or "").split(ROW) if text)
    return Story(
        row.id,
        f"/nieuws/{row.id}-{row.slug}",
        row.title,
        row.lead,
        clock.to_local(row.published_at).date() if row.published_at else None,
        Named(row.name) if row.name else None,
        tuple(sorted(Mark(int(number), title) for number, title in marks)),
    )
