"""Working days in the Netherlands: Monday to Friday, except public holidays."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.core import clock
from portal.core.lazy_import import LazyImport

if TYPE_CHECKING:
    import holidays
else:
    holidays = LazyImport("holidays")

SATURDAY = 5
DAYS_IN_WEEK, WORKING_DAYS_IN_WEEK = 7, 5


def is_working_day(day: date) -> bool:
    """Return whether a day is a working day."""
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def working_days(since: datetime, until: date) -> int:
    """Return the number of working days after the Amsterdam day of a moment, up to and including `until`."""
    first = clock.to_local(since).date()
    days = max(0, (until - first).days)
    weeks, rest = divmod(days, DAYS_IN_WEEK)
    loose = (first + timedelta(days=weeks * DAYS_IN_WEEK + number) for number in range(1, rest + 1))
    weekdays = weeks * WORKING_DAYS_IN_WEEK + sum(day.weekday() < SATURDAY for day in loose)
    return weekdays - _weekday_holidays(first, until)


def _weekday_holidays(after: date, until: date) -> int:
    """Return the number of public holidays on weekdays after a day, up to and including another."""
    years = range(after.year, until.year + 1)
    return sum(after < day <= until and day.weekday() < SATURDAY for year in years for day in _holidays(year))


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    """Return the Dutch public holidays of a year; Liberation Day counts once in five years."""
    return frozenset(holidays.country_holidays("NL", years=year))
