"""Queries of articles and of nieuwsflitsen."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import defer, joinedload, load_only, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.community.queries import follow_organisations
from portal.core.clock import start_of_day
from portal.core.extensions import db
from portal.core.lists.facets import Chosen
from portal.core.lists.pagination import Slice, decode_key, encode_key
from portal.files import held
from portal.files.models import FileKind, StoredFile
from portal.newsflash.models import PUBLISHED, Article, Issue, IssueArticle, article_theme
from portal.publishing.models import State
from portal.search import services as search

ARTICLES_A_PAGE = 19
"""One wide article, and nine rows of two."""
ISSUES_A_PAGE = 20
IN_FEED = 30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

PUBLIC_ARTICLE = and_(Article.state == PUBLISHED, Article.published_at.is_not(None))
PUBLIC_ISSUE = Issue.state == PUBLISHED
WITHOUT_BODY = (defer(Article.body, raiseload=True), defer(Article.body_html, raiseload=True))
FOR_CARD = (*WITHOUT_BODY, selectinload(Article.themes), joinedload(Article.organisation))
FOR_TEXT = (defer(Article.body, raiseload=True), selectinload(Article.themes), joinedload(Article.organisation),
            joinedload(Article.author), joinedload(Article.image))  # fmt: skip
NEWEST = (Article.published_at.desc(), Article.id.desc())
LATEST = (Issue.published_on.desc(), Issue.number.desc())
Position = tuple[date, int]
"""Sort key of the last row shown: publication moment and id (articles), or day and number (issues)."""
Row = TypeVar("Row", Article, Issue)


# ── articles ──────────────────────────────────────────────────────────────────────────────────────


def latest_articles(limit: int) -> list[Article]:
    """Return the newest articles, loaded for cards."""
    return _articles(_all_articles().limit(limit))


def of_organisation(organisation_id: int, limit: int) -> list[Article]:
    """Return the newest articles of an organisation, loaded for cards."""
    return _articles(_all_articles().where(Article.organisation_id == organisation_id).limit(limit))


def of_theme(theme_id: int, limit: int) -> list[Article]:
    """Return the newest articles on a speerpunt, loaded for cards."""
    return _articles(_all_articles().where(Article.themes.any(Theme.id == theme_id)).limit(limit))


def related(article: Article, limit: int) -> list[Article]:
    """Return other articles that share speerpunten with this one, those that share most first."""
    own = {theme.id for theme in article.themes}
    if not own:
        return []
    statement = _all_articles().where(Article.themes.any(Theme.id.in_(own)), Article.id != article.id)
    others = _articles(statement.limit(limit * 4))
    return sorted(others, key=lambda other: -len(own & {theme.id for theme in other.themes}))[:limit]


def get_public_article(article_id: int) -> Article | None:
    """Return a public article with its text; None when it does not exist or is not public."""
    return db.session.scalar(select(Article).where(Article.id == article_id, PUBLIC_ARTICLE).options(*FOR_TEXT))


def get_article(article_id: int) -> Article | None:
    """Return an article with its text, public or not; None if there is none. The caller must check access."""
    wanted = select(Article).where(Article.id == article_id)
    loaded = (selectinload(Article.themes), joinedload(Article.organisation), joinedload(Article.author))
    return db.session.scalar(wanted.options(*loaded, joinedload(Article.image)))


def picture_for(token: str, user: User, article: Article | None) -> StoredFile | None:
    """Return the picture with this token: the article's own, or an unclaimed upload of the user; else None."""
    if article is not None and article.image is not None and article.image.token == token:
        return article.image
    file = held.held_by(user, [token]).get(token)
    return file if file is not None and file.kind == FileKind.IMAGE else None


def awaiting() -> list[Article]:
    """Return the articles that await review."""
    loaded = (joinedload(Article.author), joinedload(Article.organisation))
    return list(db.session.scalars(select(Article).where(Article.state == State.REVIEW).options(*loaded)))


def count_awaiting() -> int:
    """Return how many articles await review."""
    return db.session.scalar(select(func.count()).select_from(Article).where(Article.state == State.REVIEW)) or 0


def first_issue_of(article: Article) -> Issue | None:
    """Return the first nieuwsflits that contains an article, its articles loaded for cards."""
    statement = select(Issue).join(IssueArticle).where(IssueArticle.article_id == article.id, PUBLIC_ISSUE)
    return db.session.scalar(statement.order_by(Issue.published_on, Issue.number).limit(1).options(_with_articles()))


def list_articles(chosen: Chosen, after: Position | None, limit: int = ARTICLES_A_PAGE) -> Slice[Article]:
    """Return a page of the articles that match a filter, newest first, starting after a position."""
    statement = _all_articles().where(*_article_conditions(chosen))
    if after:
        moment, last = after
        statement = statement.where(_after_position(Article.published_at, moment, Article.id, last))
    rows = _articles(statement.limit(limit + 1))
    return _slice(rows, limit, _article_key)


def feed_articles(chosen: Chosen) -> list[Article]:
    """Return the newest articles that match a filter, loaded for the feed."""
    statement = select(Article).where(PUBLIC_ARTICLE, *_article_conditions(chosen)).order_by(*NEWEST)
    return list(db.session.scalars(statement.limit(IN_FEED).options(*FOR_TEXT)))


def article_position(key: str) -> Position | None:
    """Return the position of a paging key of articles; None when it is malformed."""
    parts = decode_key(key, 2)
    try:
        return (EPOCH + parts[0] * MICROSECOND, parts[1]) if parts else None
    except OverflowError:
        return None


# ── issues ────────────────────────────────────────────────────────────────────────────────────────


def latest_issue() -> Issue | None:
    """Return the newest nieuwsflits, its articles loaded for cards."""
    return db.session.scalar(_all_issues().limit(1))


def get_public_issue(number: int) -> Issue | None:
    """Return a public nieuwsflits by number, its articles loaded with their text."""
    statement = select(Issue).where(Issue.number == number, PUBLIC_ISSUE)
    return db.session.scalar(statement.options(_with_articles(text=True)))


def neighbours(issue: Issue) -> tuple[Issue | None, Issue | None]:
    """Return the previous and the next nieuwsflits."""
    here = (Issue.published_on, issue.published_on, Issue.number, issue.number)
    public = select(Issue.id).where(PUBLIC_ISSUE).limit(1)
    earlier = public.where(_after_position(*here)).order_by(*LATEST)
    later = public.where(~_after_position(*here), Issue.id != issue.id).order_by(Issue.published_on, Issue.number)
    either = or_(Issue.id == earlier.scalar_subquery(), Issue.id == later.scalar_subquery())
    rows = list(db.session.scalars(select(Issue).where(either)))
    place = (issue.published_on, issue.number)
    before = [row for row in rows if (row.published_on, row.number) < place]
    after = [row for row in rows if (row.published_on, row.number) > place]
    return next(iter(before), None), next(iter(after), None)


def list_issues(chosen: Chosen, after: Position | None, limit: int = ISSUES_A_PAGE) -> Slice[Issue]:
    """Return a page of the nieuwsflitsen that match a filter, newest first, starting after a position."""
    statement = _all_issues().where(*_issue_conditions(chosen))
    if after:
        day, number = after
        statement = statement.where(_after_position(Issue.published_on, day, Issue.number, number))
    rows = list(db.session.scalars(statement.limit(limit + 1)))
    return _slice(rows, limit, _issue_key)


def issue_position(key: str) -> Position | None:
    """Return the position of a paging key of nieuwsflitsen; None when it is malformed."""
    parts = decode_key(key, 2)
    try:
        return (date.fromordinal(parts[0]), parts[1]) if parts else None
    except (OverflowError, ValueError):
        return None


# ── for other features ────────────────────────────────────────────────────────────────────────────


def sitemap_entries() -> Iterator[tuple[str, datetime]]:
    """Yield the path and last change of every public article and nieuwsflits."""
    articles = select(Article).options(load_only(Article.slug, Article.updated_at)).where(PUBLIC_ARTICLE)
    for article in db.session.scalars(articles.order_by(Article.id)):
        yield article.path, article.updated_at
    issues = select(Issue).options(load_only(Issue.number, Issue.updated_at)).where(PUBLIC_ISSUE)
    for issue in db.session.scalars(issues.order_by(Issue.number)):
        yield issue.path, issue.updated_at


def load_article_results(ids: list[int] | None) -> Iterable[Article]:
    """Return articles with all that search indexes; `ids` None means every article."""
    names = joinedload(Article.organisation).selectinload(Organisation.names)
    statement = select(Article).options(*FOR_TEXT, names).order_by(Article.id)
    return db.session.scalars(statement if ids is None else statement.where(Article.id.in_(ids)))


def load_issue_results(ids: list[int] | None) -> Iterable[Issue]:
    """Return nieuwsflitsen with all that search indexes; `ids` None means every issue."""
    statement = select(Issue).options(_with_articles()).order_by(Issue.id)
    return db.session.scalars(statement if ids is None else statement.where(Issue.id.in_(ids)))


# ── parts of statements ───────────────────────────────────────────────────────────────────────────


def _all_articles() -> Select[Article]:
    return select(Article).where(PUBLIC_ARTICLE).options(*FOR_CARD).order_by(*NEWEST)


def _all_issues() -> Select[Issue]:
    return select(Issue).where(PUBLIC_ISSUE).options(_with_articles()).order_by(*LATEST)


def _articles(statement: Select[Article]) -> list[Article]:
    return list(db.session.scalars(statement))


def _with_articles(*, text: bool = False) -> ORMOption:
    article = selectinload(Issue.placements).joinedload(IssueArticle.article)
    return article.options(*(FOR_TEXT if text else FOR_CARD))


def _article_conditions(chosen: Chosen) -> Iterator[ColumnElement[bool]]:
    if themes := chosen.get("speerpunt"):
        yield Article.themes.any(Theme.slug.in_(themes))
    if slugs := chosen.get("organisatie"):
        yield Article.organisation.has(Organisation.slug.in_(slugs))
    if years := chosen.get("jaar"):
        yield or_(*(_in_year(int(year)) for year in years))


def _in_year(year: int) -> ColumnElement[bool]:
    start, end = start_of_day(date(year, 1, 1)), start_of_day(date(year + 1, 1, 1))
    return and_(Article.published_at >= start, Article.published_at < end)


def _issue_conditions(chosen: Chosen) -> Iterator[ColumnElement[bool]]:
    if themes := chosen.get("speerpunt"):
        about = and_(PUBLIC_ARTICLE, Article.themes.any(Theme.slug.in_(themes)))
        yield Issue.placements.any(IssueArticle.article.has(about))
    if years := chosen.get("jaar"):
        days = ((date(int(year), 1, 1), date(int(year), 12, 31)) for year in years)
        yield or_(*(Issue.published_on.between(first, last) for first, last in days))


def _after_position(when: Any, moment: date, which: Any, last: int) -> ColumnElement[bool]:
    """Return the condition for rows after a position in a list that is sorted newest first."""
    return or_(when < moment, and_(when == moment, which < last))


def _slice(rows: list[Row], limit: int, key: Callable[[Row], str]) -> Slice[Row]:
    """Return the first `limit` rows as a page; a further row means that there is a next page."""
    return Slice(rows[:limit], key(rows[limit - 1]) if len(rows) > limit else None)


def _article_key(row: Article) -> str:
    assert row.published_at is not None
    return encode_key((row.published_at - EPOCH) // MICROSECOND, row.id)


def _issue_key(row: Issue) -> str:
    return encode_key(row.published_on.toordinal(), row.number)


def _articles_of(organisations: Any) -> Select[Any]:
    return select(Article.id).where(Article.organisation_id.in_(organisations))


def _issues_with(articles: Any) -> Select[Any]:
    return select(IssueArticle.issue_id).where(IssueArticle.article_id.in_(articles))


def _about(themes: Any) -> Select[Any]:
    return select(article_theme.c.article_id).where(article_theme.c.theme_id.in_(themes))


search.register("article", load_article_results)
search.register("issue", load_issue_results)
follow_organisations("article", _articles_of)
search.follow(User, ("name",), "article", lambda ids: select(Article.id).where(Article.author_id.in_(ids)))
search.follow(Theme, ("slug",), "article", _about)
search.follow(Theme, ("slug",), "issue", lambda ids: _issues_with(_about(ids)))
search.follow(Article, ("title", "state", "published_at", "themes"), "issue", _issues_with)
