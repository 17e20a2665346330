"""Periodic jobs of answers."""

from datetime import datetime

from portal.answers import held, outcomes, pending
from portal.core import jobs


@jobs.every(seconds=3600)
def delete_expired_pending(now: datetime) -> None:
    """Delete answers that were not confirmed in time."""
    pending.delete_expired_pending(now)


@jobs.every(seconds=60)
def move_threads_to_accounts(_now: datetime) -> None:
    """Move the threads of guests who have an account by now to their account."""
    pending.move_threads_to_accounts()


@jobs.every(seconds=3600)
def ask_for_outcomes(now: datetime) -> None:
    """Ask what came of the threads that were agreed or done some time ago."""
    outcomes.ask_for_outcomes(now)


@jobs.every(seconds=86_400)
def delete_old_held_mail(now: datetime) -> None:
    """Delete mail that was held and that nobody placed in time."""
    held.delete_old(now)
