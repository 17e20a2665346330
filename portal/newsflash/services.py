"""Services of the news: articles, from submitting to unpublishing, and issues of the nieuwsflits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import select

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.core.text import clean, render_markdown, slugify
from portal.files import held
from portal.files import services as files
from portal.files.models import StoredFile
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.kinds import Kind
from portal.newsflash import policies, wording
from portal.newsflash.models import PUBLISHED, Article, Issue, IssueArticle
from portal.publishing import changes, desk
from portal.publishing import services as publishing
from portal.publishing.desk import Case
from portal.publishing.models import State

MAIL = kinds.register(
    Kind(
        "article.changed",
        lazy_gettext("Changes to your articles by somebody else"),
        path_of=lambda context: str(context["article"].path),
    )
).name
ISSUE_HOUR = time(9)
"""The time of day in Amsterdam at which an issue is published."""


class UnknownTheme(LookupError):
    """A slug names a speerpunt that does not exist."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """The contents of an article; `lead` is plain text, `body` Markdown."""

    title: str
    lead: str
    body: str
    themes: tuple[Theme, ...] = ()
    organisation: Organisation | None = None
    image: StoredFile | None = None
    image_alt: str = ""


def submit_article(actor: User, draft: ArticleDraft) -> Article:
    """Create an article; it is sent to the desk, or published when this user needs no review."""
    with transaction() as session:
        article = Article(author=actor, state=State.DRAFT)
        _write(article, draft)
        session.add(article)
        session.flush()
        _send(article, actor)
        _update_image_access(article)
        return article


def update_article(article: Article, actor: User, draft: ArticleDraft, version: int | None, *, send: bool) -> None:
    """Update an article, and submit it (again) when `send`. Raises EditConflict if it changed since `version`."""
    with transaction() as session:
        publishing.check_version(article, version)
        article.version += 1
        before, words_before = article.image, wording.describe(article)
        _write(article, draft)
        session.flush()
        if article.is_public or article.author_id != actor.id:
            changes.record(actor, article, words_before)
        if send and policies.may_send(actor, article):
            _send(article, actor)
        elif article.is_public:
            _mail_author(article, actor, "changed", None)
        if before is not None and before is not article.image:
            files.set_public(before, False)
        _update_image_access(article)


def withdraw_article(article: Article, actor: User, reason: str | None) -> None:
    """Withdraw an article from the site or the desk. Raises NotAllowedNow when its state does not allow it."""
    with transaction():
        publishing.move(article, State.WITHDRAWN, actor, reason)
        _update_image_access(article)
        _mail_author(article, actor, "withdrawn", reason)


def approve_article(case: Case, editor: User, reason: str | None) -> None:
    """Publish an article and its picture."""
    desk.approve_publication(case, editor, reason)
    _update_image_access(case.subject)


def unpublish_article(case: Case, editor: User, reason: str | None) -> None:
    """Take a public article and its picture off the site and return it to its author."""
    desk.unpublish_publication(case, editor, reason)
    _update_image_access(case.subject)


def publish_issue(number: int, published_on: date, title: str, intro: str, articles: Sequence[Article]) -> Issue:
    """Publish an issue with articles in this order. Raises IntegrityError when the number is taken."""
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


def get_themes(slugs: Iterable[str]) -> tuple[Theme, ...]:
    """Return speerpunten by their slugs, without duplicates. Raises UnknownTheme."""
    wanted = list(dict.fromkeys(slugs))
    found = {theme.slug: theme for theme in db.session.scalars(select(Theme).where(Theme.slug.in_(wanted)))}
    unknown = set(wanted) - found.keys()
    if unknown:
        raise UnknownTheme(f"no such theme: {', '.join(sorted(unknown))}")
    return tuple(found[slug] for slug in wanted)


def preview_article(draft: ArticleDraft, author: User) -> Article:
    """Return an unsaved article with the contents of a draft, for the preview."""
    article = Article(id=0, author=author, published_at=clock.now(), updated_at=clock.now())
    article.title, article.lead = _line(draft.title), _line(draft.lead)
    article.body_html = render_markdown(draft.body)
    article.organisation, article.themes, article.image = draft.organisation, list(draft.themes), draft.image
    return article


def _send(article: Article, actor: User) -> None:
    """Send an article to the desk, or publish it when this user needs no review."""
    direct = policies.publishes_directly(actor, article.organisation)
    publishing.move(article, State.OPEN if direct else State.REVIEW, actor)


def _write(article: Article, draft: ArticleDraft) -> None:
    article.title, article.lead = _line(draft.title), _line(draft.lead)
    article.slug = slugify(article.title)
    article.body = clean(draft.body).strip()
    article.body_html = render_markdown(article.body)
    article.organisation, article.themes = draft.organisation, list(draft.themes)
    article.image = draft.image
    if draft.image is not None:
        held.claim(draft.image, draft.image_alt)


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _update_image_access(article: Article) -> None:
    """Make the picture public if the article is, and private otherwise."""
    if article.image is not None and article.image.is_public != article.is_public:
        files.set_public(article.image, article.is_public)


def _mail_author(article: Article, actor: User, what: str, reason: str | None) -> None:
    """Mail the author when somebody else changed or withdrew the article."""
    author = article.author
    if author.id == actor.id or not author.is_active or not policies.may_edit(author, article):
        return
    unique = f"article-{article.id}-{what}-{article.version}"
    mail.send(MAIL, author, f"newsflash/{what}", unique=unique, article=article, actor_name=actor.name, reason=reason)
