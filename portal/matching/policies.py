"""Rules for who decides about the matches of a post, and who may be invited."""

from portal.accounts.models import User
from portal.board import policies as board
from portal.board.models import Post
from portal.community.policies import holders

MOST_INVITED = 3
"""People of one organisation who get an invitation."""


def may_choose(user: User | None, post: Post) -> bool:
    """Return whether somebody may invite and dismiss: the owners of a post, while it is open or awaits review."""
    return user is not None and board.is_own(user, post) and board.may_edit(user, post)


def may_invite(user: User | None, post: Post) -> bool:
    """Return whether somebody may invite people to look at a post: its owners, while it is open."""
    return may_choose(user, post) and post.is_active


def people_of(post: Post) -> list[User]:
    """Return who answers for a post: its author, or when that person left, those with a seat at the organisation."""
    if post.organisation is None:
        return [post.author] if post.author.is_active else []
    people = holders(post.organisation)
    return [post.author] if post.author in people else people[:MOST_INVITED]
