"""What the clock does to posts."""

from datetime import datetime

from portal.board import services
from portal.core import jobs
from portal.core.database import transaction


@jobs.every(seconds=60)
def expire_due_posts(now: datetime) -> None:
    """Let posts end whose last day has passed."""
    with transaction():
        services.expire_due_posts(now)
