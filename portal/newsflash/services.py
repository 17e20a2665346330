"""Writing news: an article, and the nieuwsflits that gathers articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.core.text import clean, render_markdown, slugify
from portal.newsflash.models import PUBLISHED, Article, Issue, IssueArticle

ISSUE_HOUR = time(9)
"""When a nieuwsflits comes out on its day, in Amsterdam."""


class UnknownTheme(LookupError):
    """A draft names a speerpunt that does not exist."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """A news article as written: the body is Markdown, the lead plain text, themes are slugs."""

    title: str
    lead: str
    body: str
    themes: tuple[str, ...] = ()


def publish_article(
    draft: ArticleDraft, author: User, organisation: Organisation | None, published_at: datetime
) -> Article:
    """Publish an article at a moment; raises UnknownTheme for a slug that does not exist."""
    with transaction() as session:
        title, body = _line(draft.title), clean(draft.body).strip()
        article = Article(
            slug=slugify(title),
            title=title,
            lead=_line(draft.lead),
            body=body,
            body_html=render_markdown(body),
            author=author,
            organisation=organisation,
            themes=_themes(draft.themes),
            state=PUBLISHED,
            published_at=published_at,
            updated_at=published_at,
        )
        session.add(article)
        session.flush()
        return article


def publish_issue(number: int, published_on: date, title: str, intro: str, articles: Sequence[Article]) -> Issue:
    """Publish a nieuwsflits with articles in order; raises IntegrityError when the number is taken."""
    with transaction() as session:
        published_at = min(clock.from_local(published_on, ISSUE_HOUR), clock.now())
        issue = Issue(
            number=number,
            published_on=published_on,
            title=_line(title),
            intro=clean(intro).strip(),
            state=PUBLISHED,
            published_at=published_at,
            updated_at=published_at,
            placements=[IssueArticle(article=article, position=place) for place, article in enumerate(articles, 1)],
        )
        session.add(issue)
        session.flush()
        return issue


def _line(text: str) -> str:
    """Return text on one line, without odd characters."""
    return " ".join(clean(text).split())


def _themes(slugs: tuple[str, ...]) -> list[Theme]:
    found = {theme.slug: theme for theme in db.session.scalars(select(Theme).where(Theme.slug.in_(slugs)))}
    unknown = set(slugs) - found.keys()
    if unknown:
        raise UnknownTheme(f"no such theme: {', '.join(sorted(unknown))}")
    return [found[slug] for slug in dict.fromkeys(slugs)]
