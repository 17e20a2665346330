"""Working days are those on which offices and schools are open: no weekends, no Dutch public holidays."""

from datetime import date, datetime, timedelta

import pytest

from portal.core.working_days import is_working_day, working_day_after, working_days


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-11-20T10:00:00+00:00", date(2026, 11, 20), 0),
        ("2026-11-20T10:00:00+00:00", date(2026, 11, 22), 0),
        ("2026-11-20T10:00:00+00:00", date(2026, 11, 25), 3),
        ("2026-11-18T23:30:00+00:00", date(2026, 11, 20), 1),
        ("2026-10-01T10:00:00+00:00", date(2026, 11, 1), 21),
        ("2026-11-25T10:00:00+00:00", date(2026, 11, 20), 0),
    ],
)
def test_weekends_are_no_working_days(since: str, until: date, days: int) -> None:
    assert working_days(datetime.fromisoformat(since), until) == days


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-04-02T10:00:00+00:00", date(2026, 4, 7), 1),  # Good Friday, Easter Monday
        ("2026-04-24T10:00:00+00:00", date(2026, 4, 28), 1),  # King's Day on a Monday
        ("2026-12-23T10:00:00+00:00", date(2027, 1, 4), 6),  # Christmas on a Friday, New Year's Day on a Friday
        ("2026-12-25T10:00:00+00:00", date(2026, 12, 28), 1),  # came in on the holiday itself
        ("2026-12-24T10:00:00+00:00", date(2026, 12, 27), 0),  # a holiday on Saturday is not counted twice
    ],
)
def test_public_holidays_are_no_working_days(since: str, until: date, days: int) -> None:
    assert working_days(datetime.fromisoformat(since), until) == days


def test_liberation_day_is_free_once_in_five_years() -> None:
    assert not is_working_day(date(2025, 5, 5))
    assert is_working_day(date(2026, 5, 5))
    assert not is_working_day(date(2026, 5, 9))


@pytest.mark.parametrize(
    ("since", "until", "for_all", "for_schools"),
    [
        ("2026-10-16T10:00:00+00:00", date(2026, 10, 26), 6, 1),  # autumn
        ("2026-04-24T10:00:00+00:00", date(2026, 5, 4), 5, 1),  # King's Day within the May holiday counts once
        ("2027-07-16T10:00:00+00:00", date(2027, 8, 30), 31, 1),  # summer
        ("2026-12-18T10:00:00+00:00", date(2027, 1, 4), 9, 1),  # over the end of the year
        ("2026-11-20T10:00:00+00:00", date(2026, 11, 25), 3, 3),
    ],
)
def test_school_holidays_are_free_for_schools_alone(since: str, until: date, for_all: int, for_schools: int) -> None:
    moment = datetime.fromisoformat(since)

    assert working_days(moment, until) == for_all
    assert working_days(moment, until, school=True) == for_schools
    assert is_working_day(until, school=True)


@pytest.mark.parametrize("school", [False, True])
@pytest.mark.parametrize("number", [1, 3, 5, 7, 10])
@pytest.mark.parametrize(
    "since", ["2026-10-14T08:00:00+00:00", "2026-12-18T23:30:00+00:00", "2027-07-15T10:00:00+00:00"]
)
def test_the_day_of_a_number_is_the_first_that_reaches_it(since: str, number: int, school: bool) -> None:
    moment = datetime.fromisoformat(since)
    day = working_day_after(moment, number, school=school)

    assert is_working_day(day, school=school)
    assert working_days(moment, day, school=school) == number
    assert working_days(moment, day - timedelta(days=1), school=school) == number - 1
