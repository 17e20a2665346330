"""Reads a day, week or month from the words of a search: "15 december 2026", "volgende week", "kenniscafé maart".

The reading is an addition to the search for the words themselves, never a replacement: "Mei" is a month and a name.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("januari january", "februari february", "maart march", "april", "mei may", "juni june", "juli july",
          "augustus august", "september", "oktober october", "november", "december")  # fmt: skip
SHORT_MONTHS = ("jan", "feb febr", "mrt mar", "apr", "", "jun", "jul", "aug", "sep sept", "okt oct", "nov", "dec")
"""Read as months only after the number of a day: "Jan" alone is a name."""

WEEKDAYS = ("maandag monday", "dinsdag tuesday", "woensdag wednesday", "donderdag thursday", "vrijdag friday",
            "zaterdag saturday", "zondag sunday")  # fmt: skip
SHORT_WEEKDAYS = "ma di wo do vr za zo mon tue wed thu fri sat sun".split()  # noqa: SIM905  # reads better than strings
DAYS_FROM_TODAY = {"eergisteren": -2, "gisteren": -1, "yesterday": -1, "vandaag": 0, "today": 0,
                   "morgen": 1, "tomorrow": 1, "overmorgen": 2}  # fmt: skip
THIS, NEXT = "deze|dit|this", "volgende?|komende?|aanstaande|next|coming"
YEARS = range(1990, 2101)
WEEK = 7
SATURDAY = 5

PREPOSITION = re.compile(r"(?<!\S)(?:op|in|van|voor|tijdens|rond|on|during)\s+$", re.IGNORECASE)
"""Stands before a period and belongs to it: "kenniscafé in maart"."""

QUOTED = re.compile(r'["“”„«»][^"“”„«»]*["“”„«»]?')


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` up to and including `last`."""

    first: date
    last: date

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one month of the calendar."""
        return self == _month(self.first.year, self.first.month)


@dataclass(frozen=True, slots=True)
class PeriodQuery:
    """A period that was typed, and the other words of the search."""

    periods: tuple[Period, ...]
    """What is probably meant first. Words without a year mean the coming occurrence, or else the one before it."""
    rest: str


def read(words: str, today: date) -> PeriodQuery | None:
    """Return the first period in the words of a search; None when they name none. Quoted words are not read."""
    text = _small_letters(QUOTED.sub(lambda quoted: "\N{BULLET}" * len(quoted.group()), words))
    for pattern, read_match in READERS:
        for found in pattern.finditer(text):
            periods = tuple(dict.fromkeys(_possible(read_match(found, today))))
            if periods:
                rest = f"{PREPOSITION.sub('', words[: found.start()])} {words[found.end() :]}"
                return PeriodQuery(periods, " ".join(rest.split()))
    return None


def _small_letters(text: str) -> str:
    """Return a text of the same length in small letters.

    The patterns match these exactly. With `re.IGNORECASE` a long s would match "s" and yet be in no month's name.
    """
    return "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)


def _possible(periods: Iterator[Period]) -> Iterator[Period]:
    """Yield periods until one has a day that does not exist ("31 februari")."""
    try:
        yield from (period for period in periods if period.first.year in YEARS)
    except (ValueError, OverflowError):
        return


def _day(day: date) -> Period:
    return Period(day, day)


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _week(monday: date) -> Period:
    return Period(monday, monday + timedelta(days=WEEK - 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# ── what each pattern means ───────────────────────────────────────────────────────────────────────


def _numeric_day(found: re.Match[str], _today: date) -> Iterator[Period]:
    yield _day(date(int(found["year"]), int(found["month"]), int(found["day"])))


def _named_day(found: re.Match[str], today: date) -> Iterator[Period]:
    month, day = _number_of(found["month"], MONTHS, SHORT_MONTHS), int(found["day"])
    if found["year"]:
        yield _day(date(int(found["year"]), month, day))
        return
    coming = today.year if (month, day) >= (today.month, today.day) else today.year + 1
    for year in (coming, coming - 1):
        if day <= calendar.monthrange(year, month)[1]:
            yield _day(date(year, month, day))


def _named_month(found: re.Match[str], today: date) -> Iterator[Period]:
    month = _number_of(found["month"], MONTHS)
    if found["year"]:
        yield _month(int(found["year"]), month)
        return
    coming = today.year if month >= today.month else today.year + 1
    yield _month(coming, month)
    yield _month(coming - 1, month)


def _relative_day(found: re.Match[str], today: date) -> Iterator[Period]:
    yield _day(today + timedelta(days=DAYS_FROM_TODAY[found.group()]))


def _relative_week(found: re.Match[str], today: date) -> Iterator[Period]:
    yield _week(_monday(today) + timedelta(days=WEEK if found["next"] else 0))


def _relative_weekend(found: re.Match[str], today: date) -> Iterator[Period]:
    """Yield the weekend of next week for "volgend weekend", and the first that is not over for any other one."""
    is_later = found["next"] in ("volgend", "volgende", "next")
    saturday = _monday(today) + timedelta(days=SATURDAY + (WEEK if is_later else 0))
    yield Period(saturday, saturday + timedelta(days=1))


def _relative_month(found: re.Match[str], today: date) -> Iterator[Period]:
    number = today.year * 12 + today.month - 1 + (1 if found["next"] else 0)
    yield _month(number // 12, number % 12 + 1)


def _numbered_week(found: re.Match[str], today: date) -> Iterator[Period]:
    number = int(found["number"])
    if found["year"]:
        yield _week(date.fromisocalendar(int(found["year"]), number, 1))
        return
    this_year, this_week, _weekday = today.isocalendar()
    coming = this_year if number >= this_week else this_year + 1
    for year in (coming, coming - 1):
        yield _week(date.fromisocalendar(year, number, 1))


def _weekday(found: re.Match[str], today: date) -> Iterator[Period]:
    """Yield the day in next week for "volgende vrijdag", and the first one from today on for "vrijdag"."""
    number = _number_of(found["weekday"], WEEKDAYS) - 1
    if found["next"] in ("volgend", "volgende", "next"):
        yield _day(_monday(today) + timedelta(days=WEEK + number))
        return
    yield _day(today + timedelta(days=(number - today.weekday()) % WEEK))


def _number_of(name: str, *names: tuple[str, ...]) -> int:
    """Return the number, from 1, of a month or weekday by one of its names."""
    return next(number for some in names for number, row in enumerate(some, 1) if name in row.split())


def _any_of(*names: str) -> str:
    """Return a pattern for one of some names, each row of them divided by spaces; longer names first."""
    return "|".join(sorted({name for row in names for name in row.split()}, key=len, reverse=True))


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern for whole words, not after a minus: what must not be found names no period."""
    return re.compile(rf"(?<![\w.:/-])(?:{text})(?![\w:])")


YEAR = r"(?P<year>\d{4})"
NAMED_DAY = rf"(?P<day>\d{{1,2}})(?:e|ste|de)?\s+(?P<month>{_any_of(*MONTHS, *SHORT_MONTHS)})\b\.?(?:\s+{YEAR})?"
WHEN = rf"(?:(?:{THIS})|(?P<next>{NEXT}))"

READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Iterator[Period]]], ...] = (
    (_pattern(rf"{YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})"), _numeric_day),
    (_pattern(rf"(?P<day>\d{{1,2}})(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign){YEAR}"), _numeric_day),
    (_pattern(rf"(?:(?:{_any_of(*WEEKDAYS, *SHORT_WEEKDAYS)})\.?,?\s+)?{NAMED_DAY}"), _named_day),
    (_pattern(rf"(?P<month>{_any_of(*MONTHS)})(?:\s+{YEAR})?"), _named_month),
    (_pattern(_any_of(*DAYS_FROM_TODAY)), _relative_day),
    (_pattern(rf"{WHEN}\s+week"), _relative_week),
    (_pattern(rf"(?:{WHEN}\s+)?weekend"), _relative_weekend),
    (_pattern(rf"{WHEN}\s+(?:maand|month)"), _relative_month),
    (_pattern(rf"week\s+(?P<number>\d{{1,2}})(?:\s+{YEAR})?"), _numbered_week),
    (_pattern(rf"(?:{WHEN}\s+)?(?P<weekday>{_any_of(*WEEKDAYS)})"), _weekday),
)
"""How periods are written, the most exact way first."""
