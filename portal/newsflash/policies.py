"""Who may do what with an article."""

from portal.accounts.models import User
from portal.community.models import Organisation
from portal.community.policies import is_own_publication, may_manage_publication, signatory_organisations
from portal.newsflash.models import Article
from portal.publishing import review_route
from portal.publishing.models import State
from portal.publishing.review_route import ReviewRoute


def publishes_directly(user: User, organisation: Organisation | None) -> bool:
    """Whether news of this person needs no judgement: an editor's, or a signatory's about the own organisation."""
    if user.is_editor:
        return True
    return organisation is not None and organisation.id in {own.id for own in signatory_organisations(user)}


def review_route_of(user: User) -> ReviewRoute:
    """Return where an article of this person goes when it is sent."""
    return review_route.route_for(publishes_directly(user, None), signatory_organisations(user))


def may_edit(user: User | None, article: Article) -> bool:
    """Whether somebody may change it: see `community.policies.may_manage_publication`."""
    return may_manage_publication(user, article.author_id, article.organisation)


def is_own(user: User, article: Article) -> bool:
    """Whether an article is somebody's own, so that withdrawing it needs no reason."""
    return is_own_publication(user, article.author_id, article.organisation)


def may_read(user: User | None, article: Article) -> bool:
    """Whether somebody may read it: everybody once it is public, else only who may change it."""
    return article.is_public or may_edit(user, article)


def may_withdraw(user: User | None, article: Article) -> bool:
    """Whether somebody may take it from the site, or from the desk."""
    return may_edit(user, article) and article.state in (State.DRAFT, State.REVIEW, State.OPEN)


def may_send(user: User | None, article: Article) -> bool:
    """Whether somebody may hand it in (again): what was sent back or withdrawn."""
    return may_edit(user, article) and article.state in (State.DRAFT, State.WITHDRAWN)
