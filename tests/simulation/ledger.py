"""What happened in a simulated year, written down by who drives it, and not read from the tables of the promise."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from portal.core import working_days
from portal.core.clock import to_local

PUBLIC_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in ("2026-01-01", "2026-04-03", "2026-04-05", "2026-04-06", "2026-04-27", "2026-05-14", "2026-05-24",
                "2026-05-25", "2026-12-25", "2026-12-26", "2027-01-01", "2027-03-26", "2027-03-28", "2027-03-29")
)  # fmt: skip
"""Copied from the calendar of the government, so that the count does not lean on the library that the portal uses."""
SATURDAY = 5


@cache
def school_holidays() -> frozenset[date]:
    """Return the days of the school holidays, from the same facts as the portal."""
    days: set[date] = set()
    for row in json.loads(Path(working_days.SCHOOL_HOLIDAYS).read_text(encoding="utf-8"))["holidays"]:
        day = date.fromisoformat(row["first"])
        while day <= date.fromisoformat(row["last"]):
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)


@cache
def is_free(day: date, school: bool) -> bool:
    """Return whether nobody works on a day, or no school."""
    return day.weekday() >= SATURDAY or day in PUBLIC_HOLIDAYS or (school and day in school_holidays())


@cache
def count_days(after: date, until: date, school: bool) -> int:
    """Return the working days after a day, up to and including another, counted one by one."""
    days, day = 0, after
    while day < until:
        day += timedelta(days=1)
        days += not is_free(day, school)
    return days


def day_of(moment: datetime) -> date:
    """Return the Amsterdam day of a moment."""
    return to_local(moment).date()


@dataclass
class Wait:
    """A period in which one side of a thread has to write."""

    side: str
    since: datetime
    school: bool
    people: tuple[str, ...]
    """The addresses on that side."""
    unprompted: datetime | None
    """When that side would write without any reminder."""
    until: datetime | None = None
    """When it ended: somebody wrote, or the thread or the post was closed."""

    def days(self, moment: datetime) -> int:
        """Return the working days of silence at a moment."""
        return count_days(day_of(self.since), day_of(moment), self.school)


@dataclass
class Conversation:
    """A thread: when it began, its waits, and when its owner first wrote."""

    began: datetime
    school: bool
    """Whether its owner is a school."""
    unprompted: datetime | None = None
    """When its owner would have written without any reminder."""
    answered: datetime | None = None
    waits: list[Wait] = field(default_factory=list)


@dataclass
class Ledger:
    """All of it, by id of the thread; absences and disabled accounts by address."""

    conversations: dict[int, Conversation] = field(default_factory=dict)
    guests: dict[str, int] = field(default_factory=dict)
    """The thread of each guest, whose links do not tell it."""
    away: dict[str, list[tuple[date, date]]] = field(default_factory=dict)
    disabled: dict[str, datetime] = field(default_factory=dict)

    def begin_wait(self, thread_id: int, wait: Wait) -> None:
        """Note that a side has to write."""
        self.end_wait(thread_id, wait.since)
        self.conversations[thread_id].waits.append(wait)

    def end_wait(self, thread_id: int, moment: datetime) -> None:
        """Note that the running wait is over."""
        waits = self.conversations[thread_id].waits
        if waits and waits[-1].until is None:
            waits[-1].until = moment

    def wait_at(self, thread_id: int, moment: datetime) -> Wait | None:
        """Return the wait of a thread that runs at a moment."""
        waits = self.conversations[thread_id].waits
        running = (wait for wait in waits if wait.since <= moment and (wait.until is None or moment < wait.until))
        return next(running, None)

    def is_away(self, address: str, day: date) -> bool:
        """Return whether somebody said to be away on a day."""
        return any(first <= day <= last for first, last in self.away.get(address, ()))
