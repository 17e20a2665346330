"""Working days in the Netherlands: Monday to Friday, except public holidays, and for schools their holidays.

The school holidays are those of the region Midden, to which Haaglanden belongs (`school_holidays.json`, the dates that
the ministry set for the school years 2025-2026 to 2028-2029); later years have none until the file is extended.
"""

import json
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from portal.core import clock
from portal.core.lazy_import import LazyImport

if TYPE_CHECKING:
    import holidays
else:
    holidays = LazyImport("holidays")

SATURDAY = 5
DAYS_IN_WEEK, WORKING_DAYS_IN_WEEK = 7, 5
ONE_DAY = timedelta(days=1)
SCHOOL_HOLIDAYS = Path(__file__).with_name("school_holidays.json")


def is_working_day(day: date, *, school: bool = False) -> bool:
    """Return whether a day is a working day, of a school or of anybody else."""
    return day.weekday() < SATURDAY and day not in _free_weekdays(day.year, school)


def working_days(since: datetime, until: date, *, school: bool = False) -> int:
    """Return the number of working days after the Amsterdam day of a moment, up to and including `until`."""
    return _count(clock.to_local(since).date(), until, school)


def working_day_after(since: datetime, number: int, *, school: bool = False) -> date:
    """Return the day on which `working_days` since a moment reaches a number of at least 1."""
    day = clock.to_local(since).date()
    while number > 0:
        day += ONE_DAY
        number -= is_working_day(day, school=school)
    return day


@lru_cache(maxsize=8192)
def _count(after: date, until: date, school: bool) -> int:
    days = max(0, (until - after).days)
    weeks, rest = divmod(days, DAYS_IN_WEEK)
    loose = (after + timedelta(days=weeks * DAYS_IN_WEEK + number) for number in range(1, rest + 1))
    weekdays = weeks * WORKING_DAYS_IN_WEEK + sum(day.weekday() < SATURDAY for day in loose)
    years = range(after.year, until.year + 1)
    return weekdays - sum(after < day <= until for year in years for day in _free_weekdays(year, school))


@lru_cache(maxsize=32)
def _free_weekdays(year: int, school: bool) -> frozenset[date]:
    """Return the days from Monday to Friday in a year on which nobody works, or no school.

    Liberation Day counts once in five years.
    """
    free = set(holidays.country_holidays("NL", years=year)) | (_school_holidays() if school else set())
    return frozenset(day for day in free if day.year == year and day.weekday() < SATURDAY)


@lru_cache(maxsize=1)
def _school_holidays() -> frozenset[date]:
    """Return every day of the school holidays of the region."""
    found = json.loads(SCHOOL_HOLIDAYS.read_text(encoding="utf-8"))["holidays"]
    spans = [(date.fromisoformat(row["first"]), date.fromisoformat(row["last"])) for row in found]
    return frozenset(first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1))
