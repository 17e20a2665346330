"""Blocking a person, reporting a thread, and holding messages of somebody who sends many links."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select

from portal.accounts.models import User
from portal.answers.conduct_models import Block, ThreadReport
from portal.answers.models import Guest, Message, Participant, Side, Thread
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.core.text import clean

LINKS = ("://", "www.")
MOST_WITH_LINKS = 20
"""How many messages with a link one person may send within `LINKS_WITHIN`; what comes after waits for the editors."""
LINKS_WITHIN = timedelta(hours=1)
Person = User | Guest


def block(participant: Participant) -> None:
    """Let nothing through any more of the people on the other side of a thread."""
    with transaction() as session:
        for other in _other_side(participant):
            if other.person is not None and find_block([participant.person], other.person) is None:
                user, guest = participant.user, participant.guest
                session.add(
                    Block(
                        user_id=user.id if user else None,
                        email=guest.email if guest else None,
                        blocked_id=other.user_id,
                        blocked_email=other.guest.email if other.guest else None,
                    )
                )
        session.flush()


def unblock(participant: Participant) -> None:
    """Let the people on the other side of a thread through again."""
    with transaction() as session:
        for other in _other_side(participant):
            if other.person is not None and (row := find_block([participant.person], other.person)) is not None:
                session.delete(row)


def has_blocked(participant: Participant) -> bool:
    """Return whether a participant blocked somebody on the other side."""
    others = [row.person for row in _other_side(participant)]
    return any(person is not None and find_block([participant.person], person) is not None for person in others)


def is_blocked(participant: Participant) -> bool:
    """Return whether somebody on the other side of a thread blocked this participant."""
    if participant.person is None:
        return False
    return find_block([row.person for row in _other_side(participant)], participant.person) is not None


def find_block(blockers: Iterable[Person | None], blocked: Person) -> Block | None:
    """Return a block by one of these people of a person, None when there is none."""
    by = [_is(person, Block.user_id, Block.email) for person in blockers if person is not None]
    if not by:
        return None
    of = _is(blocked, Block.blocked_id, Block.blocked_email)
    return db.session.scalar(select(Block).where(or_(*by), of).limit(1))


def _is(person: Person, account: ColumnElement[int] | object, address: object) -> ColumnElement[bool]:
    """Return the condition that a row names this person: an account, or a guest by the address."""
    found: ColumnElement[bool] = (
        account == person.id if isinstance(person, User) else func.lower(address) == person.email.lower()  # type: ignore[assignment]  # a column
    )
    return found


def _other_side(participant: Participant) -> Sequence[Participant]:
    return [row for row in participant.thread.participants if row.side == Side(participant.side).other]


def report(participant: Participant, text: str) -> ThreadReport:
    """Ask the editors to look at a thread; a second report of one person while the first is open adds to it."""
    with transaction() as session:
        mine = (ThreadReport.participant_id == participant.id, ThreadReport.decided_at.is_(None))
        known = session.scalar(select(ThreadReport).where(*mine))
        words = clean(text).strip()
        if known is not None:
            known.text = f"{known.text}\n\n{words}"
            return known
        row = ThreadReport(
            thread=participant.thread, participant=participant, reporter_name=participant.name, text=words
        )
        session.add(row)
        session.flush()
        return row


def must_be_held(author: Participant, body: str) -> bool:
    """Return whether a message waits for the editors: it has a link, and its author sent many of those just now.

    What follows in a thread that itself waits is held too.
    """
    thread: Thread = author.thread
    if thread.held_at is not None and author.side == Side.ASKER:
        return True
    if not has_link(body):
        return False
    of_guest = func.lower(Guest.email) == author.guest.email.lower() if author.guest else None
    by = (
        Message.guest_id.in_(select(Guest.id).where(of_guest))
        if of_guest is not None
        else Message.user_id == author.user_id
    )
    recent = (Message.created_at > clock.now() - LINKS_WITHIN, or_(*(Message.body.contains(part) for part in LINKS)))
    sent = db.session.scalar(select(func.count()).select_from(Message).where(by, *recent)) or 0
    return sent >= MOST_WITH_LINKS


def has_link(body: str) -> bool:
    """Return whether a text has a web address in it."""
    return any(part in body.lower() for part in LINKS)
