"""Brokers ("makelaars"): editors who help a thread on in which one side stays silent.

A broker sees the facts of a thread and not its words, until one of the two sides shares them. Writing in it makes the
broker a participant, who reads what is written from then on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts import audit
from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.answers import queries, services
from portal.answers.models import OPEN, Participant, Side, Thread, ThreadState
from portal.answers.promise_models import BrokerAct, BrokerCase, BrokerDuty
from portal.answers.services import AnswerDraft, NotPossibleNow
from portal.community.models import Municipality
from portal.core import clock
from portal.core.extensions import db
from portal.core.personal_data import FORMER_MEMBER
from portal.core.storage.database import transaction


def is_open() -> ColumnElement[bool]:
    """Return the SQL condition for cases that wait for a broker; needs a join with Thread (`BrokerCase.is_open`)."""
    return and_(
        BrokerCase.closed_at.is_(None),
        Thread.state.in_(OPEN),
        Thread.turn == BrokerCase.side,
        Thread.turn_since == BrokerCase.waiting_since,
    )


def choose_broker(thread: Thread) -> User | None:
    """Return who becomes broker of a thread, None when no editor can.

    That is the broker of the post's municipality, else of one of its themes, else the editor with the fewest open
    cases. Nobody becomes broker in an own conversation.
    """
    present = {place.user_id for place in thread.participants}
    editors = {editor.id: editor for editor in queries.list_editors() if editor.id not in present}
    if not editors:
        return None
    duties = db.session.scalars(select(BrokerDuty).where(BrokerDuty.user_id.in_(editors))).all()
    post = thread.post
    if post is not None:
        by_municipality = {duty.municipality_id: duty.user_id for duty in duties if duty.municipality_id}
        by_theme = {duty.theme_id: duty.user_id for duty in duties if duty.theme_id}
        chosen = [by_municipality.get(post.municipality_id or 0), *(by_theme.get(theme.id) for theme in post.themes)]
        if (found := next(filter(None, chosen), None)) is not None:
            return editors[found]
    loads = _loads()
    return editors[min(editors, key=lambda key: (loads.get(key, 0), key))]


def _loads() -> Mapping[int | None, int]:
    statement = select(BrokerCase.broker_id, func.count()).join(BrokerCase.thread).where(is_open())
    return dict(db.session.execute(statement.group_by(BrokerCase.broker_id)).all())


def may_act(user: User, case: BrokerCase) -> bool:
    """Return whether an editor may help this thread on: not in an own conversation."""
    place = queries.get_participant(case.thread, user)
    return user.is_editor and (place is None or place.is_broker)


def list_cases() -> Sequence[BrokerCase]:
    """Return the cases that wait for a broker, the longest waiting first."""
    statement = (
        select(BrokerCase)
        .join(BrokerCase.thread)
        .where(is_open())
        .options(
            contains_eager(BrokerCase.thread).selectinload(Thread.participants).joinedload(Participant.user),
            contains_eager(BrokerCase.thread).selectinload(Thread.participants).joinedload(Participant.guest),
            contains_eager(BrokerCase.thread).joinedload(Thread.owner_organisation),
            contains_eager(BrokerCase.thread).joinedload(Thread.asker_organisation),
            joinedload(BrokerCase.broker),
        )
        .order_by(BrokerCase.waiting_since, BrokerCase.id)
        .limit(queries.MOST_LISTED)
    )
    return db.session.scalars(statement).all()


def list_untold() -> Sequence[int]:
    """Return the brokers who have cases that no mail named yet."""
    untold = select(BrokerCase.broker_id).join(BrokerCase.thread).where(is_open(), BrokerCase.told_at.is_(None))
    return [key for key in db.session.scalars(untold.distinct().order_by(BrokerCase.broker_id)) if key is not None]


def list_untold_of(broker_id: int) -> Sequence[BrokerCase]:
    """Return a broker's cases that no mail named yet."""
    mine = (BrokerCase.broker_id == broker_id, BrokerCase.told_at.is_(None))
    statement = select(BrokerCase).join(BrokerCase.thread).where(is_open(), *mine).order_by(BrokerCase.id)
    return db.session.scalars(statement).all()


def was_told(broker_id: int, since: datetime) -> bool:
    """Return whether a broker got a mail about cases since a moment."""
    told = select(BrokerCase.id).where(BrokerCase.broker_id == broker_id, BrokerCase.told_at >= since)
    return db.session.scalar(told.limit(1)) is not None


def get_case(case_id: int) -> BrokerCase | None:
    """Return a case with its thread, open or not; None when it does not exist."""
    options = selectinload(BrokerCase.thread).selectinload(Thread.participants)
    return db.session.get(BrokerCase, case_id, options=[options])


def open_case(thread: Thread) -> BrokerCase | None:
    """Return the case of a thread that waits for a broker, None when there is none."""
    statement = select(BrokerCase).join(BrokerCase.thread).where(BrokerCase.thread_id == thread.id, is_open())
    return db.session.scalar(statement.limit(1))


def answer_case(case: BrokerCase, broker: User, words: str) -> None:
    """Write to the waiting side, whose turn it is then. Raises NotPossibleNow when the case is over."""
    with transaction():
        place = _take_place(case, broker)
        services.send_message(place, AnswerDraft(words))
        _close(case, broker, BrokerAct.ANSWERED)
        audit.record(broker, "thread.answered", case.thread)


def link_case(case: BrokerCase, broker: User, words: str, address: str) -> None:
    """Refer the waiting side to another party, by the address of its post or page, and close the thread.

    Nobody's name goes to the other party: whoever waits decides to write there. Raises NotPossibleNow when the case is
    over.
    """
    with transaction():
        place = _take_place(case, broker)
        services.set_state(place, ThreadState.FAILED, f"{words}\n\n{address}".strip())
        _close(case, broker, BrokerAct.LINKED)
        audit.record(broker, "thread.linked", case.thread)


def close_case(case: BrokerCase, broker: User, reason: str) -> None:
    """Close a thread with a reason, which the waiting side gets. Raises NotPossibleNow when the case is over."""
    with transaction():
        place = _take_place(case, broker)
        services.set_state(place, ThreadState.FAILED, reason)
        _close(case, broker, BrokerAct.CLOSED)
        audit.record(broker, "thread.closed", case.thread)


def _take_place(case: BrokerCase, broker: User) -> Participant:
    """Return the broker's place in the thread, on the silent side; a new one reads from the next message on."""
    session = db.session
    session.refresh(case)
    session.refresh(case.thread)
    if not case.is_open or not may_act(broker, case):
        raise NotPossibleNow
    place = queries.get_participant(case.thread, broker)
    if place is None:
        place = _add_place(case, broker, reads_from=queries.newest_message_id(case.thread) + 1)
    return place


def _add_place(case: BrokerCase, broker: User, reads_from: int) -> Participant:
    place = Participant(side=case.side, user=broker, is_broker=True, reads_from=reads_from)
    case.thread.participants.append(place)
    db.session.flush()
    return place


def _close(case: BrokerCase, broker: User, act: BrokerAct) -> None:
    case.act, case.closed_at, case.broker = act, clock.now(), broker


def share_words(participant: Participant) -> User:
    """Let the broker of a thread read all of it, as one of the two sides wants; return the broker.

    Raises NotPossibleNow when no broker looks after the thread.
    """
    with transaction():
        case = open_case(participant.thread)
        if case is None or case.broker is None or participant.is_broker or not may_act(case.broker, case):
            raise NotPossibleNow
        place = queries.get_participant(case.thread, case.broker) or _add_place(case, case.broker, reads_from=0)
        place.reads_from = 0
        return case.broker


def has_words(case: BrokerCase) -> bool:
    """Return whether the words of a thread were shared with its broker."""
    return any(place.is_broker and place.reads_from == 0 for place in case.thread.participants)


def list_duties() -> Sequence[BrokerDuty]:
    """Return who is broker for what."""
    return db.session.scalars(select(BrokerDuty).options(joinedload(BrokerDuty.user))).all()


def set_duties(
    editor: User, municipalities: Mapping[Municipality, User | None], themes: Mapping[Theme, User | None]
) -> None:
    """Set who is broker for each of these municipalities and themes; None for nobody in particular."""
    with transaction() as session:
        known = list_duties()
        by_municipality = {duty.municipality_id: duty for duty in known if duty.municipality_id}
        by_theme = {duty.theme_id: duty for duty in known if duty.theme_id}
        changed = [
            _set(by_municipality.get(place.id), user, municipality=place) for place, user in municipalities.items()
        ]
        changed += [_set(by_theme.get(theme.id), user, theme=theme) for theme, user in themes.items()]
        if any(changed):
            audit.record(editor, "broker.changed")
        session.flush()


def _set(known: BrokerDuty | None, user: User | None, **subject: object) -> bool:
    """Set who has one duty; return whether that is another one than before."""
    if (known.user_id if known else None) == (user.id if user else None):
        return False
    if known is not None and user is not None:
        known.user = user
    elif known is not None:
        db.session.delete(known)
    else:
        db.session.add(BrokerDuty(user=user, **subject))
    return True


def silent_name(case: BrokerCase) -> str:
    """Return who stays silent: an organisation or a person."""
    return _side_name(case.thread, Side(case.side))


def waiting_name(case: BrokerCase) -> str:
    """Return who waits: an organisation or a person."""
    return _side_name(case.thread, Side(case.side).other)


def _side_name(thread: Thread, side: Side) -> str:
    organisation = thread.owner_organisation.name if thread.owner_organisation else ""
    if side == Side.ASKER:
        organisation = queries.organisation_of_asker(thread)
    people = ", ".join(place.name for place in thread.participants if place.side == side and not place.is_broker)
    return f"{people}, {organisation}" if people and organisation else people or organisation or FORMER_MEMBER
