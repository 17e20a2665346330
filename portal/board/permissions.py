"""What the current user may do with a post, for its page."""

from dataclasses import dataclass

from portal.accounts.models import User
from portal.board import policies
from portal.board.models import Post
from portal.publishing import services as publishing
from portal.publishing.models import StateChange


@dataclass(frozen=True, slots=True)
class Permissions:
    """What one user may do with a post, and its history."""

    is_own: bool
    """Whether the post is the user's own, so that the user gets the answers."""
    may_edit: bool
    may_extend: bool
    may_withdraw: bool
    may_fulfil: bool
    may_reopen: bool
    may_copy: bool
    history: list[StateChange]
    returned: StateChange | None
    """The last decision with a reason, while the post is not public."""


def for_user(user: User | None, post: Post) -> Permissions | None:
    """Return a user's permissions on a post; None for visitors, and for a public post of somebody else."""
    if user is None or not (policies.owns(user, post) or not post.is_visible):
        return None
    owns = policies.owns(user, post)
    history = publishing.history(post) if owns else []
    reasons = [change for change in history if change.reason]
    return Permissions(
        is_own=policies.is_own(user, post),
        may_edit=policies.may_edit(user, post),
        may_extend=policies.may_extend(user, post),
        may_withdraw=policies.may_withdraw(user, post),
        may_fulfil=policies.may_fulfil(user, post),
        may_reopen=policies.may_reopen(user, post),
        may_copy=owns,
        history=history,
        returned=reasons[-1] if reasons and not post.is_visible else None,
    )
