"""Services of the board, from submitting a post to closing it. States change through `publishing.services.move`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.board import attachments, policies, wording
from portal.board.levels import LEVELS
from portal.board.models import Category, Kind, Post, PostAttachment, PostLevel
from portal.community.models import Municipality, Organisation
from portal.community.policies import holders
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.core.text import clean, excerpt, plain_text, render_markdown, slugify
from portal.mail import kinds
from portal.mail import services as mail
from portal.publishing import changes
from portal.publishing import services as publishing
from portal.publishing.models import ACTIVE, State
from portal.publishing.services import NotAllowedNow as NotAllowedNow

MAIL_CHANGED = kinds.register(
    kinds.Kind(
        "post.changed",
        lazy_gettext("Changes to your posts by somebody else"),
        path_of=lambda context: str(context["post"].path),
    )
).name
MAIL_EXPIRES = kinds.register(
    kinds.Kind(
        "post.expires",
        lazy_gettext("A reminder a week before your post closes"),
        path_of=lambda context: str(context["post"].path),
    )
).name
OPEN_FOR = timedelta(days=90)
WARN_BEFORE = timedelta(days=7)
Files = Sequence[PostAttachment]
Descriptions = Mapping[str, str]
"""The description of each file, by its token."""


class UnknownChoice(LookupError):
    """A draft names a category, theme, level or municipality that does not exist."""


@dataclass(frozen=True, slots=True)
class PostDraft:
    """The contents of a post as its author wrote them; choices are slugs."""

    kind: Kind
    category: str
    title: str
    body: str
    themes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    municipality: str | None = None
    period: str | None = None
    places: int | None = None
    reply_by: date | None = None
    requirements: str | None = None


def submit_post(
    actor: User,
    draft: PostDraft,
    organisation: Organisation | None,
    files: Files = (),
    descriptions: Descriptions | None = None,
) -> Post:
    """Create a post; it is sent to the editors, or published when its author needs no review.

    Raises UnknownChoice for a slug that does not exist.
    """
    with transaction() as session:
        post = Post(author=actor, state=State.DRAFT)
        write(post, draft, organisation)
        session.add(post)
        session.flush()
        _send(post, actor)
        attachments.attach(post, files, descriptions or {})
        return post


def update_post(
    post: Post,
    actor: User,
    draft: PostDraft,
    organisation: Organisation | None,
    version: int | None,
    files: Files = (),
    descriptions: Descriptions | None = None,
) -> None:
    """Update a post; one that was sent back is submitted again.

    Raises EditConflict when somebody saved it since `version`, NotAllowedNow when it can no longer be edited, and
    UnknownChoice for a slug that does not exist.
    """
    with transaction() as session:
        publishing.check_version(post, version)
        if not policies.may_edit(actor, post):
            raise NotAllowedNow(post.state, post.state)
        before = wording.describe(post)
        write(post, draft, organisation)
        post.version += 1
        session.flush()
        if post.state == State.DRAFT:
            _send(post, actor)
        attachments.attach(post, files, descriptions or {})
        if post.author_id != actor.id:
            changes.record(actor, post, before)
            if post.is_visible:
                _mail_author(post, actor, "changed", None)


def approve_post(post: Post, actor: User | None, reason: str | None = None) -> None:
    """Publish a post for 90 days from now. Raises NotAllowedNow."""
    with transaction():
        publishing.move(post, State.OPEN, actor, reason)
        post.expires_at = clock.now() + OPEN_FOR
        post.closed_at = post.closed_note = None
        attachments.update_file_access(post)


def withdraw_post(post: Post, actor: User, reason: str | None) -> None:
    """Withdraw a post from the board or the desk. Raises NotAllowedNow when its state does not allow that."""
    with transaction():
        publishing.move(post, State.WITHDRAWN, actor, reason)
        post.closed_at, post.closed_note = clock.now(), reason or None
        attachments.update_file_access(post)
        _mail_author(post, actor, "withdrawn", reason)


def fulfil_post(post: Post, actor: User, note: str | None) -> None:
    """Close a post as fulfilled; `note` tells what came of it. Raises NotAllowedNow."""
    with transaction():
        publishing.move(post, State.FULFILLED, actor, note)
        post.closed_at, post.closed_note = clock.now(), _clean_or_none(note)


def set_in_conversation(post: Post, actor: User | None, *, talking: bool) -> None:
    """Set a post to in conversation or back to open; people can respond to it in both states.

    `actor` is None when it follows from what somebody without an account said.
    """
    state = State.IN_CONVERSATION if talking else State.OPEN
    with transaction():
        if post.state != state:
            publishing.move(post, state, actor)


def extend_post(post: Post, actor: User | None, seen: datetime | None = None) -> None:
    """Extend a post until 90 days from now; an expired post is published again. Raises NotAllowedNow.

    `seen` is the last day that the form showed. When the post has another one by now, nothing changes, so that pressing
    the button twice extends the post once.
    """
    with transaction():
        if seen is not None and post.expires_at != seen:
            return
        if post.state == State.EXPIRED:
            approve_post(post, actor)
        elif post.is_active:
            post.expires_at = clock.now() + OPEN_FOR
            post.version += 1
        else:
            raise NotAllowedNow(post.state, State.OPEN)


def expire_due_posts(at: datetime) -> int:
    """Close the posts that expire at or before `at` (UTC); return how many."""
    with transaction() as session:
        due = session.scalars(select(Post).where(Post.state.in_(ACTIVE), Post.expires_at <= at)).all()
        for post in due:
            publishing.move(post, State.EXPIRED, None)
            post.closed_at = post.expires_at
        return len(due)


def warn_of_expiry(post: Post, link: str) -> None:
    """Mail that a post closes soon, once per last day, within the running transaction.

    When the author no longer speaks for the post's organisation, those who do are mailed instead; their mail has a path
    that requires signing in, not the signed `link`.
    """
    assert post.expires_at is not None
    post.expiry_mailed_for = post.expires_at
    unique = f"post-expires-{post.id}-{int(post.expires_at.timestamp())}"
    if policies.owns(post.author, post):
        if post.author.is_active:
            mail.send(MAIL_EXPIRES, post.author, "board/expires", unique=unique, post=post, extend_path=link)
        return
    path = f"/vraag-en-aanbod/{post.id}/verlengen"
    for user in holders(post.organisation) if post.organisation else ():
        mail.send(MAIL_EXPIRES, user, "board/expires", unique=f"{unique}-{user.id}", post=post, extend_path=path)


def write(post: Post, draft: PostDraft, organisation: Organisation | None) -> None:
    """Set the fields of a post from a draft within the running transaction. Raises UnknownChoice."""
    unknown = set(draft.levels) - LEVELS.keys()
    if unknown:
        raise UnknownChoice(f"no such level: {', '.join(sorted(unknown))}")
    title, body = " ".join(clean(draft.title).split()), clean(draft.body).strip()
    html = render_markdown(body)
    post.kind = draft.kind
    post.category = _by_slug(Category, [draft.category])[0]
    post.slug, post.title = slugify(title), title
    post.body, post.body_html, post.excerpt = body, html, excerpt(plain_text(html))
    post.organisation = organisation
    post.municipality = _by_slug(Municipality, [draft.municipality])[0] if draft.municipality else None
    post.period, post.requirements = _clean_or_none(draft.period), _clean_or_none(draft.requirements)
    post.places, post.reply_by = draft.places, draft.reply_by
    post.themes = _by_slug(Theme, draft.themes)
    present = {row.level: row for row in post.level_rows}
    post.level_rows = [present.get(level) or PostLevel(level=level) for level in LEVELS if level in draft.levels]


def _send(post: Post, actor: User) -> None:
    """Send a post to the desk, or publish it when its author needs no review."""
    if policies.publishes_directly(actor, post.organisation):
        approve_post(post, actor)
    else:
        publishing.move(post, State.REVIEW, actor)


def _mail_author(post: Post, actor: User, what: str, reason: str | None) -> None:
    """Mail the author when somebody else changed or withdrew the post."""
    author = post.author
    if author.id == actor.id or not author.is_active or not policies.owns(author, post):
        return
    unique = f"post-{what}-{post.id}-{post.version}"
    mail.send(MAIL_CHANGED, author, f"board/{what}", unique=unique, post=post, actor_name=actor.name, reason=reason)


def _by_slug(model: type[Any], slugs: Iterable[str]) -> list[Any]:
    """Return the rows with these slugs, in that order. Raises UnknownChoice when one is missing."""
    wanted = list(dict.fromkeys(slugs))
    rows = {row.slug: row for row in db.session.scalars(select(model).where(model.slug.in_(wanted)))}
    missing = [slug for slug in wanted if slug not in rows]
    if missing:
        raise UnknownChoice(f"no such {model.__tablename__}: {', '.join(missing)}")
    return [rows[slug] for slug in wanted]


def _clean_or_none(text: str | None) -> str | None:
    """Return cleaned text; None when it is empty."""
    return clean(text).strip() or None if text else None
