"""Reminders to the side of a thread that stays silent, and handing a thread over to a broker.

A person gets at most one reminder a day, for everything that is due. Each person and each handing over is a transaction
of its own that looks again before it writes, so that any number of workers can run this, and one that is killed leaves
either everything of a step or nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.answers import brokers, links, policies, promise, queries
from portal.answers.models import OPEN, Participant, Side, Thread
from portal.answers.pace import get_absence
from portal.answers.promise_models import BrokerCase, Reminder
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
Key = tuple[int | None, int | None]
"""A person, as the ids of a user and a guest, of which one is None."""


def remind_silent(at: datetime) -> None:
    """Send the reminders that are due, and hand over what stayed silent too long, on a working day in office hours."""
    local = clock.to_local(at)
    if not (FROM <= local.time() < UNTIL and is_working_day(local.date())):
        return
    due = {thread_id: days for thread_id, days in _due(at, local.date()) if days >= min(promise.REMIND_AFTER)}
    people: dict[Key, list[int]] = defaultdict(list)
    for thread_id, places in _silent_places(due).items():
        reachable = [place for place in places if _may_be_reached(place)]
        if due[thread_id] >= promise.HAND_OVER_AFTER or not reachable:
            _hand_over(thread_id)
            continue
        for place in reachable:
            people[place.user_id, place.guest_id].append(place.id)
    for place_ids in people.values():
        _remind(place_ids)
    for broker_id in brokers.list_untold():
        _tell_broker(broker_id)


def _due(at: datetime, today: date) -> Iterable[tuple[int, int]]:
    """Yield (thread, working days of silence) of the threads in which somebody owes an answer, and no broker helps."""
    owner, asker = aliased(Organisation), aliased(Organisation)
    rows = db.session.execute(
        select(Thread.id, Thread.turn, Thread.turn_since, owner.kind, asker.kind)
        .select_from(Thread)
        .outerjoin(owner, owner.id == Thread.owner_organisation_id)
        .outerjoin(asker, asker.id == Thread.asker_organisation_id)
        .outerjoin(Post, Post.id == Thread.post_id)
        .where(_is_owed(), Thread.turn_since <= at - timedelta(days=min(promise.REMIND_AFTER) - 1))
        .order_by(Thread.turn_since, Thread.id)
    )
    for thread_id, turn, since, of_owner, of_asker in rows.all():
        school = promise.is_school(of_owner if turn == Side.OWNER else of_asker)
        if since is not None and is_working_day(today, school=school):
            yield thread_id, working_days(since, today, school=school)


def _is_owed() -> ColumnElement[bool]:
    """Return the SQL condition for threads in which somebody waits: open, about a post that is not closed."""
    in_hand = exists().where(BrokerCase.thread_id == Thread.id, BrokerCase.waiting_since == Thread.turn_since)
    open_post = or_(Thread.post_id.is_(None), Post.state.in_(ACTIVE))
    return Thread.state.in_(OPEN) & Thread.turn.is_not(None) & open_post & ~in_hand


def _still_owed(thread_id: int) -> Thread | None:
    """Return a thread as the running transaction sees it, None when nobody owes an answer there any more."""
    statement = select(Thread).outerjoin(Post, Post.id == Thread.post_id).where(Thread.id == thread_id, _is_owed())
    return db.session.scalar(statement.execution_options(populate_existing=True))


def _silent_places(thread_ids: Iterable[int]) -> dict[int, list[Participant]]:
    """Return the participants of each thread whose turn it is, without brokers, who owe nothing."""
    found: dict[int, list[Participant]] = {thread_id: [] for thread_id in thread_ids}
    mine = (Participant.side == Thread.turn, Participant.is_broker.is_(False), Thread.id.in_(found))
    for place in db.session.scalars(select(Participant).join(Participant.thread).where(*mine)):
        found[place.thread_id].append(place)
    return found


def _may_be_reached(place: Participant) -> bool:
    """Return whether a participant can still answer."""
    if place.user is None:
        return place.guest is not None
    return place.user.is_active and policies.may_take_part(place)


def _remind(place_ids: Sequence[int]) -> None:
    """Send one person one reminder for all of these places in threads that need one; not twice on a day."""
    today = clock.today()
    with transaction() as session:
        known = (session.get(Participant, key) for key in place_ids)
        places = [place for place in known if place is not None and _may_be_reached(place)]
        if not places or _is_away(places[0]) or _was_reminded(places[0], today):
            return
        named = []
        for place in places:
            thread = _still_owed(place.thread_id)
            step = _step(place, thread, today) if thread is not None and thread.turn == place.side else None
            if thread is not None and thread.turn_since is not None and step is not None:
                session.add(Reminder(participant_id=place.id, waiting_since=thread.turn_since, after_days=step))
                named.append(place)
        if named:
            _mail_reminder(named, today)


def _step(place: Participant, thread: Thread, today: date) -> int | None:
    """Return after how many working days a reminder is due that this participant did not get, None for none."""
    assert thread.turn_since is not None
    days = working_days(thread.turn_since, today, school=promise.keeps_school_holidays(thread, Side(place.side)))
    step = max((step for step in promise.REMIND_AFTER if step <= days), default=0)
    got = select(func.max(Reminder.after_days)).where(
        Reminder.participant_id == place.id, Reminder.waiting_since == thread.turn_since
    )
    return step if step > (db.session.scalar(got) or 0) else None


def _is_away(place: Participant) -> bool:
    return place.user is not None and get_absence(place.user) is not None


def _was_reminded(place: Participant, today: date) -> bool:
    """Return whether this person got a reminder today."""
    mine = Participant.user_id == place.user_id if place.user_id else Participant.guest_id == place.guest_id
    sent = select(Reminder.id).join(Reminder.participant).where(mine, Reminder.sent_at >= clock.start_of_day(today))
    return db.session.scalar(sent.limit(1)) is not None


def _mail_reminder(places: Sequence[Participant], today: date) -> None:
    rows = [
        (queries.other_name(place) or FORMER_MEMBER, place.thread, links.participant_path(place)) for place in places
    ]
    first = places[0]
    unique = f"answer-reminder-{first.user_id or f'guest-{first.guest_id}'}-{today}"
    _send(MAIL_REMINDER, first, "answers/reminder", unique, rows=rows)


def _hand_over(thread_id: int) -> None:
    """Give a thread to a broker and tell the waiting side so, in one mail; nothing when no editor can be broker."""
    with transaction() as session:
        thread = _still_owed(thread_id)
        broker = brokers.choose_broker(thread) if thread is not None else None
        if thread is None or broker is None or thread.turn_since is None or thread.turn is None:
            return
        side = Side(thread.turn)
        case = BrokerCase(thread=thread, waiting_since=thread.turn_since, side=side, broker=broker)
        session.add(case)
        session.flush()
        for place in thread.participants:
            if place.side == side.other and not place.is_broker and _may_be_reached(place):
                context = {"thread": thread, "broker_name": broker.name, "thread_path": links.participant_path(place)}
                _send(MAIL_MESSAGE, place, "answers/broker_helps", f"answer-case-{case.id}-{place.id}", **context)


def _tell_broker(broker_id: int) -> None:
    """Mail a broker the cases that are new, at most once a day."""
    with transaction() as session:
        broker, cases = session.get(User, broker_id), brokers.list_untold_of(broker_id)
        if broker is None or not cases or brokers.was_told(broker_id, clock.start_of_day(clock.today())):
            return
        for case in cases:
            case.told_at = clock.now()
        rows = [(brokers.waiting_name(case), brokers.silent_name(case), case) for case in cases]
        with suppress(BadAddress):
            unique = f"answer-broker-{broker_id}-{clock.today()}"
            mail.send(MAIL_BROKER, broker, "answers/broker_asked", unique=unique, rows=rows)


def _send(kind: str, place: Participant, template: str, unique: str, **context: object) -> None:
    """Queue a mail to a member or a guest; an address that cannot be used is passed over."""
    with suppress(BadAddress):
        if place.user is not None:
            mail.send(kind, place.user, template, unique=unique, **context)
        elif place.guest is not None:
            mail.send(MAIL_GUEST, place.guest.email, template, unique=unique, **context)
