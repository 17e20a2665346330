"""Who may do what with a post."""

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
    """Return the organisations a person may post for: those where he has a seat now."""
    return list(organisations_of(user))


def publishes_directly(user: User, organisation: Organisation | None) -> bool:
    """Whether a post of this person needs no judgement: see `publishing.services.needs_judging`."""
    own = organisation is not None and organisation.id in {row.id for row in signatory_organisations(user)}
    return not publishing.needs_review(user, own)


def review_route_of(user: User) -> ReviewRoute:
    """Return where a post of this person goes when it is sent."""
    return review_route.route_for(publishes_directly(user, None), signatory_organisations(user))


def owns(user: User | None, post: Post) -> bool:
    """Whether a post is somebody's: see `community.policies.may_manage_publication`."""
    return may_manage_publication(user, post.author_id, post.organisation)


def is_own(user: User, post: Post) -> bool:
    """Whether a post is somebody's own, so that withdrawing it needs no reason."""
    return is_own_publication(user, post.author_id, post.organisation)


def may_read(user: User | None, post: Post) -> bool:
    """Whether somebody may read it: everybody while it is public, else whose it is."""
    return post.is_visible or owns(user, post)


def may_edit(user: User | None, post: Post) -> bool:
    """Whether somebody may change its words."""
    return owns(user, post) and post.state in CHANGEABLE


def may_extend(user: User | None, post: Post) -> bool:
    """Whether somebody may keep it open longer, or open it again after it expired."""
    return owns(user, post) and post.state in EXTENDABLE


def may_withdraw(user: User | None, post: Post) -> bool:
    """Whether somebody may take it back."""
    return owns(user, post) and post.state in WITHDRAWABLE


def may_reopen(user: User | None, post: Post) -> bool:
    """Whether somebody may place it again after it was withdrawn."""
    return owns(user, post) and post.state == State.WITHDRAWN


def may_fulfil(user: User | None, post: Post) -> bool:
    """Whether somebody may say how far it got: in conversation, open again, fulfilled."""
    return owns(user, post) and post.state in ACTIVE
