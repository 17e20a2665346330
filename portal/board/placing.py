"""Writing on the board by people: hand in, change, extend, take back, and say how far it got."""

from datetime import datetime, timedelta

from portal.accounts.models import User
from portal.board import attachments, policies, wording
from portal.board.models import Post, PostAttachment
from portal.board.services import OPEN_FOR, PostDraft, write
from portal.community.models import Organisation
from portal.core import clock
from portal.core.i18n import lazy_gettext
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.kinds import Kind
from portal.publishing import changes, drafts
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.publishing.services import NotAllowedNow as NotAllowedNow

MAIL_CHANGED = kinds.register(
    Kind("post-changed", lazy_gettext("Changes to your posts by somebody else"), may_switch_off=True)
).name
MAIL_EXPIRES = kinds.register(
    Kind("post-expires", lazy_gettext("A reminder a week before your post closes"), may_switch_off=True)
).name
DRAFTS = "post"
CHANGES = "post-"
"""How the keys of unfinished changes begin; those of new posts are random."""
WARN_BEFORE = timedelta(days=7)
Files = list[PostAttachment]


def hand_in(
    actor: User,
    draft: PostDraft,
    organisation: Organisation | None,
    key: str | None,
    files: Files,
    said: dict[str, str],
) -> str:
    """Place a post, or send it to the desk first, and return its path; a form with a known key places nothing."""
    with transaction() as session:
        if made := idempotency.stored_result(actor.id, key):
            return made
        post = Post(author=actor, state=State.DRAFT)
        write(post, draft, organisation)
        session.add(post)
        session.flush()
        idempotency.store_result(actor.id, key, post.path)
        drafts.delete_draft(actor, DRAFTS, key or "")
        _send(post, actor)
        attachments.attach(post, files, said)
        return post.path


def change(
    post: Post,
    actor: User,
    draft: PostDraft,
    organisation: Organisation | None,
    version: int | None,
    files: Files,
    said: dict[str, str],
) -> None:
    """Change a post; one that was sent back is handed in again. Raises EditConflict when another was first."""
    with transaction() as session:
        publishing.check_version(post, version)
        if not policies.may_edit(actor, post):
            raise NotAllowedNow(post.state, post.state)
        before = wording.describe(post)
        write(post, draft, organisation)
        post.version += 1
        session.flush()
        drafts.delete_draft(actor, DRAFTS, draft_key(post))
        if post.state == State.DRAFT:
            _send(post, actor)
        attachments.attach(post, files, said)
        if post.author_id != actor.id:
            changes.record(actor, post, before)
            if post.is_visible:
                _tell(post, actor, "changed", None)


def draft_key(post: Post) -> str:
    """Return the key under which a person's unfinished changes of a post are kept."""
    return f"{CHANGES}{post.id}"


def open_post(post: Post, actor: User | None, reason: str | None = None) -> None:
    """Make a post public for 90 days from now, in the running transaction."""
    publishing.move(post, State.OPEN, actor, reason)
    post.expires_at = clock.now() + OPEN_FOR
    post.closed_at = post.closed_note = None
    attachments.show(post)


def withdraw(post: Post, actor: User, reason: str | None) -> None:
    """Take a post off the board or from the desk; raises NotAllowedNow when that cannot be any more."""
    with transaction():
        publishing.move(post, State.WITHDRAWN, actor, reason)
        post.closed_at, post.closed_note = clock.now(), reason or None
        attachments.show(post)
        _tell(post, actor, "withdrawn", reason)


def fulfil(post: Post, actor: User, note: str | None) -> None:
    """Close a post that brought what was wanted; raises NotAllowedNow."""
    with transaction():
        publishing.move(post, State.FULFILLED, actor, note)
        post.closed_at, post.closed_note = clock.now(), note or None


def converse(post: Post, actor: User, talking: bool) -> None:
    """Say that one is talking with somebody, or that everything is open again; others can answer either way."""
    state = State.IN_CONVERSATION if talking else State.OPEN
    with transaction():
        if post.state != state:
            publishing.move(post, state, actor)


def extend(post: Post, actor: User | None, seen: datetime | None = None) -> None:
    """Keep a post open until 90 days from now, opening it again when it had expired.

    `seen` is the last day that the asker saw: a second press of the same button changes nothing. Raises NotAllowedNow.
    """
    with transaction():
        if seen is not None and post.expires_at != seen:
            return
        if post.state == State.EXPIRED:
            open_post(post, actor)
        elif post.is_active:
            post.expires_at = clock.now() + OPEN_FOR
            post.version += 1
        else:
            raise NotAllowedNow(post.state, State.OPEN)


def warn_of_expiry(post: Post, link: str) -> None:
    """Write to the author that a post closes soon, once for each last day, in the running transaction."""
    assert post.expires_at is not None
    post.expiry_mailed_for = post.expires_at
    if not post.author.is_active:
        return
    unique = f"post-expires-{post.id}-{int(post.expires_at.timestamp())}"
    mail.send(MAIL_EXPIRES, post.author, "board/expires", unique=unique, post=post, extend_path=link)


def _send(post: Post, actor: User) -> None:
    """Send a post to the desk, or straight out when its author needs no judgement."""
    if policies.goes_straight_out(actor, post.organisation):
        open_post(post, actor)
    else:
        publishing.move(post, State.REVIEW, actor)


def _tell(post: Post, actor: User, what: str, reason: str | None) -> None:
    """Write to the author when somebody else changed a post or took it back."""
    if post.author_id == actor.id or not post.author.is_active:
        return
    unique = f"post-{what}-{post.id}-{post.version}"
    mail.send(
        MAIL_CHANGED, post.author, f"board/{what}", unique=unique, post=post, actor_name=actor.name, reason=reason
    )
