"""What the current user may do with an article, and access to articles that are not public."""

from dataclasses import dataclass

from flask import abort

from portal.accounts.models import User
from portal.newsflash import policies, queries
from portal.newsflash.models import Article
from portal.publishing import services as publishing
from portal.publishing.models import State, StateChange


@dataclass(frozen=True, slots=True)
class Permissions:
    """What one user may do with an article."""

    may_edit: bool
    may_send: bool
    may_withdraw: bool
    may_unpublish: bool
    """Whether the user may unpublish it at the desk and return it to its author."""
    returned: StateChange | None
    """The last decision with a reason."""


def for_user(user: User | None, article: Article) -> Permissions | None:
    """Return a user's permissions on an article; None for a visitor and for users who may not edit it."""
    if user is None or not policies.may_edit(user, article):
        return None
    reasons = [change for change in publishing.history(article) if change.reason]
    return Permissions(
        may_edit=True,
        may_send=policies.may_send(user, article),
        may_withdraw=policies.may_withdraw(user, article),
        may_unpublish=user.is_editor and article.is_public,
        returned=reasons[-1] if reasons else None,
    )


def get_unpublished_article(user: User | None, article_id: int) -> Article | None:
    """Return an article that this user may read; None when it was public and is withdrawn.

    Aborts with 404 for any other.
    """
    article = queries.get_article(article_id) or abort(404)
    if policies.may_read(user, article):
        return article
    if article.state != State.WITHDRAWN or article.published_at is None:
        abort(404)
    return None
