"""Amsterdam wall-clock times as people type them, and the two hours a year in which these are no moment."""

from datetime import date, datetime, time

from portal.core import clock

SUMMER, WINTER = "zomer", "winter"
"""Which of the two, when the clock goes back and an hour occurs twice."""


class Skipped(ValueError):
    """The clock goes forward over this time: it does not exist."""


class Twice(ValueError):
    """The clock goes back over this time: it occurs twice, and nobody said which is meant."""


def moment(day: date, at: time, which: str | None = None) -> datetime:
    """Return the UTC moment of a wall-clock time; raises Skipped, or Twice when `which` is needed and not given."""
    if not exists(day, at):
        raise Skipped
    if is_twice(day, at) and which not in (SUMMER, WINTER):
        raise Twice
    return clock.from_local(day, at.replace(fold=1 if which == WINTER else 0))


def exists(day: date, at: time) -> bool:
    """Whether a clock in Amsterdam shows this time on this day."""
    try:
        clock.from_local(day, at)
    except ValueError:
        return False
    return True


def is_twice(day: date, at: time) -> bool:
    """Whether a clock in Amsterdam shows this time twice on this day."""
    return exists(day, at) and clock.from_local(day, at.replace(fold=0)) != clock.from_local(day, at.replace(fold=1))


def which_of_two(at: datetime | None) -> str | None:
    """Return which of two occurrences a moment is, None for one that occurs once."""
    if at is None:
        return None
    local = clock.to_local(at)
    if not is_twice(local.date(), local.time()):
        return None
    return WINTER if local.fold else SUMMER
