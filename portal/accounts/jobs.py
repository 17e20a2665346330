"""What the clock does for accounts: what has run out goes."""

from datetime import datetime

from portal.accounts import sessions, tokens
from portal.core import jobs
from portal.core.web import limits


@jobs.every(seconds=3600)
def forget_expired(now: datetime) -> None:
    """Delete secrets, sessions and counts that no longer mean anything."""
    tokens.delete_expired(now)
    sessions.delete_ended(now)
    limits.delete_old(now)
