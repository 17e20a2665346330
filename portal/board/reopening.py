"""Publishing a withdrawn post again, and copying a post to a new draft."""

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.board import policies, services
from portal.board.models import Post
from portal.board.writing import KIND
from portal.board.writing_forms import fields_of
from portal.core.extensions import db
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.publishing import drafts
from portal.publishing import services as publishing
from portal.publishing.models import VISIBLE, State
from portal.publishing.services import NotAllowedNow

NOT_COPIED = frozenset({"files", "version", "from_version", "reply_by"})
"""Form fields that only apply to the original post."""


def reopen_post(post: Post, actor: User) -> None:
    """Publish a withdrawn post again, or send it to the desk.

    It goes to the desk when an editor withdrew it or when its author's posts are reviewed first. Raises NotAllowedNow
    when the post is no longer withdrawn.
    """
    with transaction() as session:
        session.refresh(post)
        if not policies.may_reopen(actor, post):
            raise NotAllowedNow(State(post.state), State.OPEN)
        if policies.publishes_directly(actor, post.organisation) and (
            actor.is_editor or not _withdrawn_by_editor(post)
        ):
            services.approve_post(post, actor)
        else:
            publishing.move(post, State.REVIEW, actor)
            post.closed_at = post.closed_note = None


def _withdrawn_by_editor(post: Post) -> bool:
    """Return whether an editor who does not own the post withdrew it since it was last published.

    The author's own withdrawals since then do not count: they must not undo the editors' decision.
    """
    steps = publishing.history(post)
    published = max((number for number, step in enumerate(steps) if step.to_state in VISIBLE), default=-1)
    actors = {step.actor_id for step in steps[published + 1 :] if step.to_state == State.WITHDRAWN}
    people = db.session.scalars(select(User).where(User.id.in_(actors - {None})))
    return any(person.is_editor and not policies.is_own(person, post) for person in people)


def copy_to_draft(post: Post, actor: User) -> str:
    """Save the fields of a post, without its files, as a draft of a new post; return the key of the draft."""
    key = idempotency.new_key()
    fields: MultiDict[str, str] = MultiDict()
    for name, value in fields_of(post).items():
        values = value if isinstance(value, list) else [value]
        if name not in NOT_COPIED:
            fields.setlist(name, [str(one) for one in values if one is not None])
    drafts.save_draft(actor, KIND, key, fields)
    return key
