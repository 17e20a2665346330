"""Periodic jobs of accounts: deleting what expired."""

from datetime import datetime

from portal.accounts import sessions, tokens
from portal.core import jobs
from portal.core.web import limits


@jobs.every(seconds=3600)
def forget_expired(now: datetime) -> None:
    """Delete expired tokens, sessions and rate limit counters."""
    tokens.delete_expired(now)
    sessions.delete_ended(now)
    limits.delete_old(now)
