"""Periodic jobs of answers."""

from datetime import datetime

from portal.answers import held, outcomes, pace, pending, reminders
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


@jobs.every(seconds=900)
def remind_silent(now: datetime) -> None:
    """Remind the silent sides of threads, and hand over to a broker what stayed silent too long."""
    reminders.remind_silent(now)


@jobs.every(seconds=3600)
def update_paces(now: datetime) -> None:
    """Compute how soon owners usually answer."""
    pace.update_paces(now)


@jobs.every(seconds=86_400)
def delete_old_absences(now: datetime) -> None:
    """Delete the absences that ended long ago."""
    pace.delete_old_absences(now)
