"""Rules for who may do what with a post."""

from portal.accounts.models import User
from portal.board.models import Post
from portal.community.models import Organisation
from portal.community.policies import (
    is_own_publication,
    may_manage_publication,
    organisations_of,
    signatory_organisations,
)
from portal.publishing import review_route
from portal.publishing import services as publishing
from portal.publishing.models import ACTIVE, State
from portal.publishing.review_route import ReviewRoute

CHANGEABLE = (*ACTIVE, State.DRAFT, State.REVIEW, State.EXPIRED)
EXTENDABLE = (*ACTIVE, State.EXPIRED)
WITHDRAWABLE = (*ACTIVE, State.DRAFT, State.REVIEW, State.EXPIRED, State.FULFILLED)


def organisations(user: User) -> list[Organisation]:
    """Return the organisations that a user may post for: those where the user holds a seat now."""
    return list(organisations_of(user))


def publishes_directly(user: User, organisation: Organisation | None) -> bool:
    """Return whether a user's post is published without review; see `publishing.services.needs_review`."""
    own = organisation is not None and organisation.id in {row.id for row in signatory_organisations(user)}
    return not publishing.needs_review(user, own)


def review_route_of(user: User) -> ReviewRoute:
    """Return whether a user's posts are published directly or reviewed first, for the text of the form."""
    return review_route.route_for(publishes_directly(user, None), signatory_organisations(user))


def owns(user: User | None, post: Post) -> bool:
    """Return whether a user manages a post; see `community.policies.may_manage_publication`."""
    return may_manage_publication(user, post.author_id, post.organisation)


def is_own(user: User, post: Post) -> bool:
    """Return whether a post is the user's own, so that withdrawing it requires no reason."""
    return is_own_publication(user, post.author_id, post.organisation)


def may_read(user: User | None, post: Post) -> bool:
    """Return whether a user may read a post: everyone while it is public, otherwise only those who manage it."""
    return post.is_visible or owns(user, post)


def may_edit(user: User | None, post: Post) -> bool:
    """Return whether a user may edit a post."""
    return owns(user, post) and post.state in CHANGEABLE


def may_extend(user: User | None, post: Post) -> bool:
    """Return whether a user may extend a post, or reopen it after it expired."""
    return owns(user, post) and post.state in EXTENDABLE


def may_withdraw(user: User | None, post: Post) -> bool:
    """Return whether a user may withdraw a post."""
    return owns(user, post) and post.state in WITHDRAWABLE


def may_reopen(user: User | None, post: Post) -> bool:
    """Return whether a user may publish a withdrawn post again."""
    return owns(user, post) and post.state == State.WITHDRAWN


def may_fulfil(user: User | None, post: Post) -> bool:
    """Return whether a user may set a post in conversation, open again or fulfilled."""
    return owns(user, post) and post.state in ACTIVE
