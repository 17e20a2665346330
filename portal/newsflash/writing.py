"""Writing articles by people: send in, change, hand in again, take back."""

from dataclasses import dataclass

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core import clock
from portal.core.i18n import lazy_gettext
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.core.text import clean, render_markdown, slugify
from portal.files import services as files
from portal.files.models import StoredFile
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.kinds import Kind
from portal.newsflash import policies, wording
from portal.newsflash.models import Article
from portal.publishing import changes, desk, drafts
from portal.publishing import services as publishing
from portal.publishing.desk import Case
from portal.publishing.models import State

MAIL = kinds.register(
    Kind("article-changed", lazy_gettext("Changes to your articles by somebody else"), may_switch_off=True)
).name
DRAFTS = "article"


@dataclass(frozen=True, slots=True)
class Story:
    """What a person fills in for an article: lead is plain text, body Markdown."""

    title: str
    lead: str
    body: str
    themes: tuple[Theme, ...]
    organisation: Organisation | None
    image: StoredFile | None
    image_alt: str


def send_in(actor: User, story: Story, key: str | None) -> str:
    """Add an article, to the desk or straight out, and return its path; a form with a known key adds nothing."""
    with transaction() as session:
        if made := idempotency.stored_result(actor.id, key):
            return made
        article = Article(author=actor, state=State.DRAFT)
        _write(article, story)
        session.add(article)
        session.flush()
        idempotency.store_result(actor.id, key, article.path)
        drafts.delete_draft(actor, DRAFTS, key or "")
        _hand_in(article, actor)
        _show_image(article)
        return article.path


def change(article: Article, actor: User, story: Story, version: int | None, *, send: bool) -> None:
    """Change an article, and hand it in (again) on request; raises EditConflict when another was first."""
    with transaction() as session:
        publishing.check_version(article, version)
        article.version += 1
        before, words_before = article.image, wording.describe(article)
        _write(article, story)
        session.flush()
        if article.is_public or article.author_id != actor.id:
            changes.record(actor, article, words_before)
        if send and policies.may_send(actor, article):
            _hand_in(article, actor)
        elif article.is_public:
            _tell(article, actor, "changed", None)
        if before is not None and before is not article.image:
            files.set_public(before, False)
        _show_image(article)


def take_back(article: Article, actor: User, reason: str | None) -> None:
    """Take an article from the site or the desk; raises NotAllowedNow when that cannot be any more."""
    with transaction():
        publishing.move(article, State.WITHDRAWN, actor, reason)
        _show_image(article)
        _tell(article, actor, "taken_back", reason)


def imagine(story: Story, author: User) -> Article:
    """Return an article as it would be, outside the database: for a preview."""
    article = Article(id=0, author=author, published_at=clock.now(), updated_at=clock.now())
    article.title, article.lead = _line(story.title), _line(story.lead)
    article.body_html = render_markdown(story.body)
    article.organisation, article.themes, article.image = story.organisation, list(story.themes), story.image
    return article


def approve(case: Case, editor: User, reason: str | None) -> None:
    """Publish an article that waited at the desk, with its picture."""
    desk.approve_publication(case, editor, reason)
    _show_image(case.subject)


def recall(case: Case, editor: User, reason: str | None) -> None:
    """Take a public article off the site, with its picture, and give it back to its author."""
    desk.unpublish_publication(case, editor, reason)
    _show_image(case.subject)


def _hand_in(article: Article, actor: User) -> None:
    """Send an article to the desk, or straight out when this person needs no judgement."""
    straight = policies.goes_straight_out(actor, article.organisation)
    publishing.move(article, State.OPEN if straight else State.REVIEW, actor)


def _write(article: Article, story: Story) -> None:
    article.title, article.lead = _line(story.title), _line(story.lead)
    article.slug = slugify(article.title)
    article.body = clean(story.body).strip()
    article.body_html = render_markdown(article.body)
    article.organisation, article.themes = story.organisation, list(story.themes)
    article.image = story.image
    if story.image is not None:
        story.image.title = story.image_alt


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _show_image(article: Article) -> None:
    """Let everybody fetch the picture of a public article, and of no other."""
    if article.image is not None and article.image.is_public != article.is_public:
        files.set_public(article.image, article.is_public)


def _tell(article: Article, actor: User, what: str, reason: str | None) -> None:
    """Write to the author when somebody else changed the article or took it back."""
    if article.author_id == actor.id or not article.author.is_active:
        return
    unique = f"article-{article.id}-{what}-{article.version}"
    mail.send(
        MAIL, article.author, f"newsflash/{what}", unique=unique, article=article, actor_name=actor.name, reason=reason
    )
