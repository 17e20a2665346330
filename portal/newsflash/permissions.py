"""What a signed-in person can do with an article, and the articles that only some may see."""

from dataclasses import dataclass

from flask import abort

from portal.accounts.models import User
from portal.newsflash import policies, queries
from portal.newsflash.models import Article
from portal.publishing import services as publishing
from portal.publishing.models import State, StateChange


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the page of an article offers to one person."""

    may_edit: bool
    may_send: bool
    may_withdraw: bool
    may_recall: bool
    """Whether this person may give it back to its author at the desk."""
    returned: StateChange | None
    """The last decision that came with a reason."""


def for_user(user: User | None, article: Article) -> Permissions | None:
    """Return what somebody signed in can do with an article; None for a visitor and for who can do nothing."""
    if user is None or not policies.may_edit(user, article):
        return None
    reasons = [change for change in publishing.history(article) if change.reason]
    return Permissions(
        may_edit=True,
        may_send=policies.may_send(user, article),
        may_withdraw=policies.may_withdraw(user, article),
        may_recall=user.is_editor and article.is_public,
        returned=reasons[-1] if reasons else None,
    )


def get_unpublished_article(user: User | None, article_id: int) -> Article | None:
    """Return an article that is not public to somebody who may read it; 404 for others, None when it was public."""
    article = queries.get_article(article_id) or abort(404)
    if policies.may_read(user, article):
        return article
    if article.state != State.WITHDRAWN or article.published_at is None:
        abort(404)
    return None
