"""Periodic jobs of the board."""

from datetime import datetime

from portal.board import extend_link, queries, services
from portal.core import jobs
from portal.core.storage.database import transaction


@jobs.every(seconds=60)
def expire_due_posts(now: datetime) -> None:
    """Close posts whose last day has passed."""
    services.expire_due_posts(now)


@jobs.every(seconds=600)
def warn_of_expiry(now: datetime) -> None:
    """Mail the authors of posts that close within a week, with a link that extends the post."""
    with transaction():
        for post in queries.expiring_posts(now, now + services.WARN_BEFORE):
            services.warn_of_expiry(post, extend_link.make_path(post))
