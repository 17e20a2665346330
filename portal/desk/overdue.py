"""How long something waits, in working days: Monday to Friday in Amsterdam."""

from datetime import date, datetime, timedelta

from portal.core import clock

WEEKEND = 5
A_WEEK = 7


def working_days(since: datetime, until: date) -> int:
    """Return how many working days passed after the day of a moment, up to and including another day."""
    first = clock.to_local(since).date()
    days = max(0, (until - first).days)
    weeks, rest = divmod(days, A_WEEK)
    loose = (first + timedelta(days=weeks * A_WEEK + number) for number in range(1, rest + 1))
    return weeks * WEEKEND + sum(day.weekday() < WEEKEND for day in loose)


def is_overdue(since: datetime, days: int) -> bool:
    """Whether what came in at a moment waits longer than a number of working days."""
    return working_days(since, clock.today()) > days
