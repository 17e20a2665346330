"""What the clock does for accounts: what has run out goes."""

from datetime import datetime

from portal.accounts import sessions, tokens
from portal.core import jobs, limits


@jobs.every(seconds=3600)
def forget_expired(now: datetime) -> None:
    """Delete secrets, sessions and counts that no longer mean anything."""
    tokens.forget_expired(now)
    sessions.forget_ended(now)
    limits.forget_old(now)
