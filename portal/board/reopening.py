"""A post once more: a withdrawn one is placed again, and any own one begins a new one."""

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
from portal.publishing.models import State
from portal.publishing.services import NotAllowedNow

NOT_COPIED = frozenset({"files", "version", "from_version", "reply_by"})
"""What belongs to the old post alone."""


def reopen_post(post: Post, actor: User) -> None:
    """Place a withdrawn post again: on the board, or at the desk when the editors took it off or must judge it.

    Raises NotAllowedNow when it is not withdrawn any more.
    """
    with transaction() as session:
        session.refresh(post)
        if not policies.may_reopen(actor, post):
            raise NotAllowedNow(State(post.state), State.OPEN)
        if policies.publishes_directly(actor, post.organisation) and (actor.is_editor or not _taken_off(post)):
            services.approve_post(post, actor)
        else:
            publishing.move(post, State.REVIEW, actor)
            post.closed_at = post.closed_note = None


def _taken_off(post: Post) -> bool:
    """Whether the last who withdrew a post was an editor to whom it did not belong."""
    steps = [step for step in publishing.history(post) if step.to_state == State.WITHDRAWN]
    actor = db.session.get(User, steps[-1].actor_id) if steps and steps[-1].actor_id else None
    return actor is not None and actor.is_editor and not policies.is_own(actor, post)


def copy_to_draft(post: Post, actor: User) -> str:
    """Keep a draft of a new post that says what this one says, and return its key; files are not copied."""
    key = idempotency.new_key()
    fields: MultiDict[str, str] = MultiDict()
    for name, value in fields_of(post).items():
        values = value if isinstance(value, list) else [value]
        if name not in NOT_COPIED:
            fields.setlist(name, [str(one) for one in values if one is not None])
    drafts.save_draft(actor, KIND, key, fields)
    return key
