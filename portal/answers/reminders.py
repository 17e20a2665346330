"""Reminders to the side of a thread that stays silent, and handing a thread over to a broker.

Each step is one transaction per thread that looks again before it writes, so that any number of workers can run this,
and one that is killed leaves either everything of a step or nothing.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from sqlalchemy import Row, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.answers import brokers, links, policies, promise, queries
from portal.answers.models import OPEN, Participant, Side, Thread
from portal.answers.promise_models import Absence, BrokerCase, Reminder
from portal.answers.services import MAIL_GUEST, MAIL_MESSAGE
from portal.board.models import Post
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import FORMER_MEMBER
from portal.core.storage.database import transaction
from portal.core.working_days import is_working_day, working_days
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.addresses import BadAddress
from portal.mail.kinds import Kind
from portal.publishing.models import ACTIVE

MAIL_REMINDER = kinds.register(
    Kind(
        "answer.reminder",
        lazy_gettext("Reminders of answers that wait for you"),
        may_switch_off=True,
        explanation=lazy_gettext("After three and after seven working days, each once."),
    )
).name
MAIL_BROKER = kinds.register(
    Kind("answer.broker", lazy_gettext("Conversations for which you are broker"), for_editors=True)
).name
FROM, UNTIL = time(8), time(18)
"""Reminders are sent in office hours."""


def remind_silent(at: datetime) -> int:
    """Send the reminders that are due, and hand over what stayed silent too long; return in how many threads."""
    local = clock.to_local(at)
    if not (FROM <= local.time() < UNTIL and is_working_day(local.date())):
        return 0
    found = [
        row for row in _waiting(at) if _step(row.turn_since, local.date(), _is_school(row), row.reminded) is not None
    ]
    return sum(_take_step(row.id) for row in found)


def _is_school(row: "Row[tuple[int, Side, datetime, str | None, str | None, int | None]]") -> bool:
    return promise.is_school(row.owner_kind if row.turn == Side.OWNER else row.asker_kind)


def _step(since: datetime, today: date, school: bool, reminded: int | None) -> int | None:
    """Return the step that is due, as its number of working days: the last one that was reached and not taken."""
    if not is_working_day(today, school=school):
        return None
    days = working_days(since, today, school=school)
    reached = [step for step in (*promise.REMIND_AFTER, promise.HAND_OVER_AFTER) if step <= days]
    return reached[-1] if reached and reached[-1] > (reminded or 0) else None


def _waiting(at: datetime) -> "Iterable[Row[tuple[int, Side, datetime, str | None, str | None, int | None]]]":
    """Return the threads in which somebody owes an answer for some days, and that no broker has for that."""
    owner, asker = aliased(Organisation), aliased(Organisation)
    reminded = (
        select(func.max(Reminder.after_days))
        .where(Reminder.thread_id == Thread.id, Reminder.waiting_since == Thread.turn_since)
        .scalar_subquery()
    )
    in_hand = exists().where(BrokerCase.thread_id == Thread.id, BrokerCase.waiting_since == Thread.turn_since)
    return db.session.execute(
        select(
            Thread.id,
            Thread.turn,
            Thread.turn_since,
            owner.kind.label("owner_kind"),
            asker.kind.label("asker_kind"),
            reminded.label("reminded"),
        )
        .outerjoin(owner, owner.id == Thread.owner_organisation_id)
        .outerjoin(asker, asker.id == Thread.asker_organisation_id)
        .outerjoin(Post, Post.id == Thread.post_id)
        .where(
            Thread.state.in_(OPEN),
            Thread.turn.is_not(None),
            Thread.turn_since <= at - timedelta(days=min(promise.REMIND_AFTER) - 1),
            or_(Thread.post_id.is_(None), Post.state.in_(ACTIVE)),
            ~in_hand,
        )
        .order_by(Thread.turn_since, Thread.id)
    ).all()  # fmt: skip


def _take_step(thread_id: int) -> bool:
    """Take the step of one thread that is due now; return whether there was one."""
    with transaction() as session:
        thread = session.get(Thread, thread_id, populate_existing=True)
        if thread is None or not _is_owed(thread) or thread.turn is None or thread.turn_since is None:
            return False
        side = Side(thread.turn)
        reminded = session.scalar(
            select(func.max(Reminder.after_days)).where(
                Reminder.thread_id == thread.id, Reminder.waiting_since == thread.turn_since
            )
        )
        step = _step(thread.turn_since, clock.today(), promise.keeps_school_holidays(thread, side), reminded)
        if step is None:
            return False
        silent = [place for place in thread.participants if place.side == side and _may_be_reached(place)]
        if step >= promise.HAND_OVER_AFTER or not silent:
            return _hand_over(thread, side)
        present = [place for place in silent if not is_away(place)]
        if not present:
            return False
        session.add(Reminder(thread_id=thread.id, waiting_since=thread.turn_since, after_days=step))
        for place in present:
            name = queries.other_name(place) or FORMER_MEMBER
            _mail(place, thread, "answers/reminder", f"reminder-{step}", MAIL_REMINDER, waiting_name=name)
        return True


def _is_owed(thread: Thread) -> bool:
    """Return whether somebody still waits: in an open thread, about a post that is not closed."""
    if not thread.is_open or (thread.post is not None and not thread.post.is_active):
        return False
    known = and_(BrokerCase.thread_id == thread.id, BrokerCase.waiting_since == thread.turn_since)
    return db.session.scalar(select(BrokerCase.id).where(known)) is None


def _may_be_reached(place: Participant) -> bool:
    """Return whether a participant can still answer; a broker owes nothing."""
    if place.is_broker:
        return False
    return place.guest is not None or (
        place.user is not None and place.user.is_active and policies.may_take_part(place)
    )


def is_away(place: Participant) -> bool:
    """Return whether a participant said to be away today."""
    absence = db.session.get(Absence, place.user_id) if place.user_id else None
    return absence is not None and absence.until >= clock.today()


def _hand_over(thread: Thread, side: Side) -> bool:
    """Give a thread to a broker and tell the waiting side so; False when there is nobody to be broker."""
    broker = brokers.choose_broker(thread)
    if broker is None:
        return False
    assert thread.turn_since is not None
    case = BrokerCase(thread=thread, waiting_since=thread.turn_since, side=side, broker=broker)
    with transaction() as session:
        session.add(case)
        session.flush()
        with suppress(BadAddress):
            mail.send(MAIL_BROKER, broker, "answers/broker_asked", unique=f"answer-case-{case.id}", **_context(case))
        for place in thread.participants:
            if place.side == side.other and _may_be_reached(place):
                _mail(place, thread, "answers/broker_helps", "broker", MAIL_MESSAGE, broker_name=broker.name)
    return True


def _context(case: BrokerCase) -> dict[str, object]:
    return {"case": case, "waiting_name": brokers.waiting_name(case), "silent_name": brokers.silent_name(case)}


def _mail(place: Participant, thread: Thread, template: str, what: str, kind: str, **context: object) -> None:
    """Queue a mail to a participant about the running waiting period; an address that cannot be used is passed over."""
    assert thread.turn_since is not None
    unique = f"answer-{what}-{thread.id}-{place.id}-{thread.turn_since:%Y%m%d%H%M%S}"
    context |= {"thread": thread, "thread_path": links.participant_path(place)}
    with suppress(BadAddress):
        if place.user is not None:
            mail.send(kind, place.user, template, unique=unique, **context)
        elif place.guest is not None:
            mail.send(MAIL_GUEST, place.guest.email, template, unique=unique, **context)
