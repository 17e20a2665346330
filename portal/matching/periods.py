"""Reads when something takes place from the free text of a post's period: "januari–maart 2027", "week 6 tot 9".

Only months, seasons, school years and numbered weeks are read: most periods ("twee ochtenden per week") name no days,
and then anything fits.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
          "november", "december")  # fmt: skip
SEASONS = {"voorjaar": (3, 4), "lente": (3, 4), "zomer": (6, 3), "najaar": (9, 4), "herfst": (9, 3), "winter": (12, 3)}
"""The first month of a season, and how many months it has."""
SCHOOL_YEAR_BEGINS = 8
MONTHS_OF_YEAR, WEEKS_OF_YEAR = 12, 53
YEAR = r"(?:20\d\d)"
MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b(?:\s+({YEAR}))?")
SEASON = re.compile(rf"\b({'|'.join(SEASONS)})\b(?:\s+(?:van\s+)?({YEAR}))?")
SCHOOL_YEAR = re.compile(rf"\bschooljaar\s+({YEAR})\s?[-–/]\s?(?:20)?\d\d\b")
WEEKS = re.compile(rf"\bwe(?:ek|ken)\s+(\d\d?)(?:\s*(?:-|–|tot en met|t/m|tot|en)\s*(\d\d?))?(?:\s+({YEAR}))?")


class Days(NamedTuple):
    """The first and the last day of a period."""

    first: date
    last: date

    def apart(self, other: "Days") -> int:
        """Return how many days lie between two periods; 0 when they touch."""
        return max(0, (other.first - self.last).days, (self.first - other.last).days)


def read_days(text: str | None, published: date) -> Days | None:
    """Return the days that a text names, None when it names none; without a year, the first after `published`."""
    text = (text or "").lower()
    if found := SCHOOL_YEAR.search(text):
        year = int(found[1])
        return Days(date(year, SCHOOL_YEAR_BEGINS, 1), date(year + 1, SCHOOL_YEAR_BEGINS, 1) - timedelta(days=1))
    months = [(MONTHS.index(found[1]) + 1, 1, found[2]) for found in MONTH.finditer(text)]
    months = months or [(*SEASONS[found[1]], found[2]) for found in SEASON.finditer(text)]
    if months:
        return _of_months(months, published)
    found = WEEKS.search(text)
    return _of_weeks(found, published) if found else None


def _of_months(months: list[tuple[int, int, str | None]], published: date) -> Days:
    """Return the days from the first month that is named up to and including the last."""
    (first, _count, year), (last, count, last_year) = months[0], months[-1]
    if year is None and last_year is not None:
        year = str(int(last_year) - (first > last))
    start = int(year) if year else published.year + (first < published.month)
    end = int(last_year) if last_year else start + (last < first)
    return Days(date(start, first, 1), _month(end, last + count) - timedelta(days=1))


def _month(year: int, month: int) -> date:
    """Return the first day of a month; months above 12 are in the next year."""
    return date(year + (month - 1) // MONTHS_OF_YEAR, (month - 1) % MONTHS_OF_YEAR + 1, 1)


def _of_weeks(found: re.Match[str], published: date) -> Days | None:
    first, last = int(found[1]), int(found[2] or found[1])
    if not (0 < first <= WEEKS_OF_YEAR and 0 < last <= WEEKS_OF_YEAR):
        return None
    year = int(found[3]) if found[3] else published.year + (first < published.isocalendar().week)
    try:
        monday = date.fromisocalendar(year, first, 1)
        return Days(monday, date.fromisocalendar(year + (last < first), last, 7))
    except ValueError:  # a year without week 53
        return None
