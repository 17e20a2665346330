"""Times are UTC inside and Amsterdam on screen, across both clock changes."""

from datetime import UTC, date, datetime, time

import pytest

from portal.core import clock


def test_summer_and_winter_differ_by_an_hour() -> None:
    assert clock.from_local(date(2026, 7, 1), time(15, 30)) == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    assert clock.from_local(date(2026, 1, 1), time(15, 30)) == datetime(2026, 1, 1, 14, 30, tzinfo=UTC)


def test_the_hour_that_spring_skips_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-03-29"):
        clock.from_local(date(2026, 3, 29), time(2, 30))


def test_the_hour_that_autumn_repeats_is_the_first() -> None:
    assert clock.from_local(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        clock.to_local(datetime(2026, 1, 1))  # noqa: DTZ001  # that is the point
