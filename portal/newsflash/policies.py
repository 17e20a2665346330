"""Rules for who may do what with an article."""

from portal.accounts.models import User
from portal.community.models import Organisation
from portal.community.policies import is_own_publication, may_manage_publication, signatory_organisations
from portal.newsflash.models import Article
from portal.publishing import review_route
from portal.publishing.models import State
from portal.publishing.review_route import ReviewRoute


def publishes_directly(user: User, organisation: Organisation | None) -> bool:
    """Return whether a user's article is published without review.

    That holds for editors, and for signatories who write on behalf of their own organisation.
    """
    if user.is_editor:
        return True
    return organisation is not None and organisation.id in {own.id for own in signatory_organisations(user)}


def review_route_of(user: User) -> ReviewRoute:
    """Return whether a user's articles are published directly or reviewed first, for the text of the form."""
    return review_route.route_for(publishes_directly(user, None), signatory_organisations(user))


def may_edit(user: User | None, article: Article) -> bool:
    """Return whether a user may edit an article; see `community.policies.may_manage_publication`."""
    return may_manage_publication(user, article.author_id, article.organisation)


def is_own(user: User, article: Article) -> bool:
    """Return whether an article is the user's own, so that withdrawing it requires no reason."""
    return is_own_publication(user, article.author_id, article.organisation)


def may_read(user: User | None, article: Article) -> bool:
    """Return whether a user may read an article: everyone once it is public, otherwise those who may edit it."""
    return article.is_public or may_edit(user, article)


def may_withdraw(user: User | None, article: Article) -> bool:
    """Return whether a user may withdraw an article from the site or the desk."""
    return may_edit(user, article) and article.state in (State.DRAFT, State.REVIEW, State.OPEN)


def may_send(user: User | None, article: Article) -> bool:
    """Return whether a user may submit an article (again): one that was sent back or withdrawn."""
    return may_edit(user, article) and article.state in (State.DRAFT, State.WITHDRAWN)
