"""The current time: UTC in code and database, Europe/Amsterdam on screen. Only this module reads the system clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)


def now() -> datetime:
    """Return the current time in UTC (aware)."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Set the current time within a block, to an aware moment; for demo content with a past, and tests."""
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def today() -> date:
    """Return the current day in Amsterdam."""
    return to_local(now()).date()


def to_local(moment: datetime) -> datetime:
    """Return an aware time in Amsterdam wall-clock time. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a naive time has no meaning here")
    return moment.astimezone(AMSTERDAM)


def from_local(day: date, at: time) -> datetime:
    """Return the UTC moment of an Amsterdam day and wall-clock time.

    Raises ValueError for an hour that the spring clock change skips (02:30 on 29 March 2026). An hour that occurs twice
    in autumn means its first, summer-time occurrence.
    """
    local = datetime.combine(day, at.replace(tzinfo=None), tzinfo=AMSTERDAM)
    moment = local.astimezone(UTC)
    if moment.astimezone(AMSTERDAM).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{day} {at} does not exist in Amsterdam: the clock skips it")
    return moment


def start_of_day(day: date) -> datetime:
    """Return the UTC moment at which an Amsterdam day begins."""
    return from_local(day, time(0))
