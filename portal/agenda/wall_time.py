"""Conversion of Amsterdam wall-clock times to UTC, including the skipped and the repeated hour each year."""

from datetime import date, datetime, time

from portal.core import clock

SUMMER, WINTER = "zomer", "winter"
"""Which occurrence of a repeated hour is meant: before or after the clock goes back."""


class SkippedTime(ValueError):
    """The wall-clock time does not exist, because the clock goes forward over it."""


class RepeatedTime(ValueError):
    """The wall-clock time occurs twice, because the clock goes back, and `which` was not given."""


def to_utc(day: date, at: time, which: str | None = None) -> datetime:
    """Return the UTC moment of a wall-clock time. Raises Skipped, or Twice when `which` is needed and not given."""
    if not exists(day, at):
        raise SkippedTime
    if occurs_twice(day, at) and which not in (SUMMER, WINTER):
        raise RepeatedTime
    return clock.from_local(day, at.replace(fold=1 if which == WINTER else 0))


def exists(day: date, at: time) -> bool:
    """Return whether a wall-clock time exists on a day in Amsterdam."""
    try:
        clock.from_local(day, at)
    except ValueError:
        return False
    return True


def occurs_twice(day: date, at: time) -> bool:
    """Return whether a wall-clock time occurs twice on a day in Amsterdam."""
    return exists(day, at) and clock.from_local(day, at.replace(fold=0)) != clock.from_local(day, at.replace(fold=1))


def which_occurrence(at: datetime | None) -> str | None:
    """Return SUMMER or WINTER for a moment in a repeated hour; None for any other."""
    if at is None:
        return None
    local = clock.to_local(at)
    if not occurs_twice(local.date(), local.time()):
        return None
    return WINTER if local.fold else SUMMER
