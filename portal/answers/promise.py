"""The answer promise: whoever answers a post gets a reply within five working days. All its definitions are here.

Days are counted as `core.working_days` does, from the day after the message: an answer on Friday is due on the next
Friday. For a school, its school holidays do not count. The public share is computed in `list_months` alone.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from portal.answers.models import Participant, Side, Thread
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.working_days import working_day_after, working_days

WITHIN = 5
"""Working days within which an answer is promised."""
REMIND_AFTER = (3, 7)
HAND_OVER_AFTER = 10
"""Working days of silence after which a broker looks after a thread."""
LEAST_THREADS = 3
"""The least number of threads from which the pace of an owner is told."""
PACE_OF = timedelta(days=365)
MONTHS = 13
SCHOOLS = frozenset({"po", "vo", "mbo"})
"""The kinds of organisation that keep the school holidays; universities have their own calendar."""


class Month(NamedTuple):
    """The answers to posts that were sent in one month."""

    first: date
    counted: int
    """Those that were answered, or whose five working days have passed."""
    in_time: int
    waiting: int
    """Those that still have time, and do not count yet."""

    @property
    def share(self) -> int | None:
        """Return the percentage that was answered in time, None when nothing counts."""
        return round(100 * self.in_time / self.counted) if self.counted else None


def is_school(kind: str | None) -> bool:
    """Return whether an organisation of this kind keeps the school holidays; None is a person without one."""
    return kind in SCHOOLS


def keeps_school_holidays(thread: Thread, side: Side) -> bool:
    """Return whether one side of a thread keeps the school holidays."""
    organisation = thread.owner_organisation if side == Side.OWNER else thread.asker_organisation
    return organisation is not None and is_school(organisation.kind)


def due_on(thread: Thread) -> date | None:
    """Return the last day for whoever has to write next in a thread; None when nobody has to."""
    if thread.turn is None or thread.turn_since is None or not thread.is_open:
        return None
    school = keeps_school_holidays(thread, Side(thread.turn))
    return working_day_after(thread.turn_since, WITHIN, school=school)


def was_in_time(since: datetime, answered: datetime, *, school: bool) -> bool:
    """Return whether an answer came within the promised days."""
    return working_days(since, clock.to_local(answered).date(), school=school) <= WITHIN


def list_months(until: date | None = None) -> list[Month]:
    """Return the last MONTHS months with an answer to a post, the newest first. This is the public share.

    A thread belongs to the month (Amsterdam) in which it began. It counts as soon as its owner wrote or the promised
    days have passed, whatever became of the post; what a broker wrote is no answer of its owner.
    """
    day = until or clock.today()
    found: dict[date, list[int]] = {}
    for began, answered, kind in _beginnings(clock.start_of_day(_months_before(day, MONTHS - 1))):
        school = is_school(kind)
        first = clock.to_local(began).date().replace(day=1)
        counted, in_time, waiting = found.setdefault(first, [0, 0, 0])
        if answered is not None:
            found[first] = [counted + 1, in_time + was_in_time(began, answered, school=school), waiting]
        elif working_days(began, day, school=school) > WITHIN:
            found[first] = [counted + 1, in_time, waiting]
        else:
            found[first] = [counted, in_time, waiting + 1]
    return [Month(first, *found[first]) for first in sorted(found, reverse=True)]


def _beginnings(since: datetime) -> Sequence[Row[datetime, datetime | None, str | None]]:
    """Return of each thread: when it began, when its owner first wrote, and the kind of the owning organisation."""
    return db.session.execute(
        select(Thread.created_at, Thread.first_answer_at, Organisation.kind)
        .select_from(Thread)
        .outerjoin(Organisation, Organisation.id == Thread.owner_organisation_id)
        .where(Thread.created_at >= since, Thread.held_at.is_(None))
    ).all()


def _months_before(day: date, number: int) -> date:
    months = day.year * 12 + day.month - 1 - number
    return date(months // 12, months % 12 + 1, 1)


class OwnerPace(NamedTuple):
    """How soon an owner usually answers."""

    days: int
    threads: int


def paces(at: datetime) -> dict[tuple[int | None, int | None], OwnerPace]:
    """Return the pace of every owner with at least LEAST_THREADS threads in a year, by (organisation, user) id.

    A thread that was not answered within the promised days counts with the days that it has waited, so that silence
    does not make an owner look quick.
    """
    days: dict[tuple[int | None, int | None], list[int]] = {}
    today = clock.to_local(at).date()
    for organisation, user, began, answered, kind in _answers_of_owners(at - PACE_OF):
        until = clock.to_local(answered).date() if answered else today
        waited = working_days(began, until, school=is_school(kind))
        if answered or waited > WITHIN:
            days.setdefault((organisation, None if organisation else user), []).append(waited)
    return {
        owner: OwnerPace(ceil(median(found)), len(found))
        for owner, found in days.items()
        if len(found) >= LEAST_THREADS
    }


def _answers_of_owners(
    since: datetime,
) -> Sequence[Row[int | None, int | None, datetime, datetime | None, str | None]]:
    """Return of each thread: organisation and first person of its owners, begin, first answer, kind of organisation."""
    owner = aliased(Participant)
    first_owner = (
        select(func.min(Participant.id))
        .where(Participant.thread_id == Thread.id, Participant.side == Side.OWNER, Participant.is_broker.is_(False))
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            Thread.owner_organisation_id,
            owner.user_id,
            Thread.created_at,
            Thread.first_answer_at,
            Organisation.kind,
        )
        .select_from(Thread)
        .join(owner, owner.id == first_owner)
        .outerjoin(Organisation, Organisation.id == Thread.owner_organisation_id)
        .where(Thread.created_at >= since, Thread.held_at.is_(None))
    ).all()
