"""Working days are those on which offices and schools are open: no weekends, no Dutch public holidays."""

from datetime import date, datetime

import pytest

from portal.core.working_days import is_working_day, working_days


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
