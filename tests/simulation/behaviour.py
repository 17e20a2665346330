"""How simulated people behave: stated chances, drawn from a fixed seed.

fast      answers within two working days
slow      answers after three to nine working days; a reminder mostly brings the answer forward
silent    never answers by itself; a reminder brings one in four to answer
on leave  fast, but away for three weeks now and then, of which half say so here
bouncing  the mail never arrives, so no reminder helps; looks at the site once in a while
"""

import random
from dataclasses import dataclass
from enum import StrEnum


class Habit(StrEnum):
    """The habit of a member."""

    FAST = "fast"
    SLOW = "slow"
    SILENT = "silent"
    ON_LEAVE = "on leave"
    BOUNCING = "bouncing"


SHARES = {Habit.FAST: 0.45, Habit.SLOW: 0.27, Habit.SILENT: 0.15, Habit.ON_LEAVE: 0.08, Habit.BOUNCING: 0.05}
HEEDS = {Habit.FAST: 0.9, Habit.SLOW: 0.7, Habit.SILENT: 0.25, Habit.ON_LEAVE: 0.8, Habit.BOUNCING: 0.0}
"""The chance that somebody with this habit answers a reminder, on the same or the next working day."""
FAST_DAYS = (0, 0, 1, 1, 2)
SLOW_DAYS = (3, 4, 4, 5, 6, 7, 8, 9)
BOUNCING_DAYS = (4, 9, 14, None, None, None)


@dataclass(frozen=True, slots=True)
class Answering:
    """How somebody answers in one waiting period."""

    unprompted: int | None
    """After how many working days without any reminder; None for never."""
    heeds: tuple[bool, bool]
    """Whether the first and the second reminder are answered."""
    after_reminder: int
    """How many working days after the reminder."""


def habits(draw: random.Random, number: int) -> list[Habit]:
    """Return the habits of so many members, in their shares."""
    found = [habit for habit, share in SHARES.items() for _one in range(round(share * number))]
    found = (found + [Habit.FAST] * number)[:number]
    draw.shuffle(found)
    return found


def answering(draw: random.Random, habit: Habit) -> Answering:
    """Draw how a member with a habit answers; the same number of draws for every habit."""
    fast, slow, seldom = draw.choice(FAST_DAYS), draw.choice(SLOW_DAYS), draw.choice(BOUNCING_DAYS)
    days = {Habit.SLOW: slow, Habit.SILENT: None, Habit.BOUNCING: seldom}.get(habit, fast)
    heeds = (draw.random() < HEEDS[habit], draw.random() < HEEDS[habit])
    return Answering(days, heeds, draw.choice((0, 0, 1)))
