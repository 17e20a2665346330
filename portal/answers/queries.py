"""Reads of threads."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Boolean, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from portal.accounts.models import Role, User
from portal.answers import promise
from portal.answers.models import OPEN, Attachment, Guest, Hold, Message, Participant, PendingAnswer, Side, Thread
from portal.board.models import Post
from portal.community.models import Seat
from portal.core import clock
from portal.core.extensions import db
from portal.files.models import StoredFile
from portal.mail import bounces

MOST_LISTED = 500
PAGE_SIZE = 25
_IS_SHOWN = or_(Message.hold.is_(None), Message.hold == Hold.RELEASED)
"""The messages that both sides see."""


def get_thread(thread_id: int) -> Thread | None:
    """Return a thread with its participants; None when it does not exist."""
    return db.session.get(Thread, thread_id, options=[selectinload(Thread.participants)])


def get_participant(thread: Thread, user: User) -> Participant | None:
    """Return a member's place in a thread, None when the member has none."""
    return next((row for row in thread.participants if row.user_id == user.id), None)


def list_messages(participant: Participant) -> list[Message]:
    """Return the messages of a thread that a participant may read, oldest first.

    Those that the editors hold are only for the side that wrote them.
    """
    readable = (Message.id >= participant.reads_from, or_(_IS_SHOWN, Message.side == participant.side))
    statement = select(Message).where(Message.thread_id == participant.thread_id, *readable)
    return list(db.session.scalars(statement.order_by(Message.id)))


def list_all_messages(thread: Thread) -> list[Message]:
    """Return every message of a thread, oldest first."""
    return list(db.session.scalars(select(Message).where(Message.thread_id == thread.id).order_by(Message.id)))


def count_messages(thread: Thread) -> int:
    """Return the number of messages in a thread."""
    return db.session.scalar(select(func.count()).select_from(Message).where(Message.thread_id == thread.id)) or 0


def newest_message_id(thread: Thread) -> int:
    """Return the id of the last message of a thread, 0 for none."""
    return db.session.scalar(select(func.max(Message.id)).where(Message.thread_id == thread.id)) or 0


def get_attachment(thread: Thread, side: Side, token: str) -> StoredFile | None:
    """Return a file with a message of a thread that this side may see, None when there is none."""
    seen = (Message.thread_id == thread.id, or_(_IS_SHOWN, Message.side == side))
    statement = select(StoredFile).join(Attachment, Attachment.file_id == StoredFile.id)
    statement = statement.join(Message, Message.id == Attachment.message_id)
    return db.session.scalar(statement.where(StoredFile.token == token, *seen))


_HAS_SEAT = select(Seat.id).where(
    Seat.user_id == Participant.user_id,
    Seat.organisation_id == Thread.owner_organisation_id,
    Seat.since <= bindparam("day"),
    or_(Seat.until.is_(None), Seat.until >= bindparam("day")),
)
_OF_MEMBER = (
    Participant.user_id == bindparam("user_id"),
    or_(Participant.side == Side.ASKER, Thread.held_at.is_(None)),
    or_(
        bindparam("is_editor", type_=Boolean),
        and_(
            Participant.is_broker.is_(False),
            or_(Participant.side == Side.ASKER, Thread.owner_organisation_id.is_(None), _HAS_SEAT.exists()),
        ),
    ),
)
"""The places of a member in the threads that `policies.may_take_part` allows now; needs `_values`."""
_WAITING = (
    select(func.count())
    .select_from(Participant)
    .join(Thread, Thread.id == Participant.thread_id)
    .where(*_OF_MEMBER, Thread.turn == Participant.side, Thread.state.in_(OPEN))
)
"""Built once, because every page of a signed-in person executes it."""


def _values(user: User) -> dict[str, object]:
    return {"user_id": user.id, "is_editor": user.is_editor, "day": clock.today()}


class ThreadRow(NamedTuple):
    """A thread as lists show it to one participant."""

    thread: Thread
    side: Side
    other_name: str
    """Who is on the other side: organisation or person."""
    is_unread: bool
    due_on: date | None
    """The promised last day, when this participant's side has to write."""

    @property
    def is_due(self) -> bool:
        """Return whether this participant's side has to write."""
        return self.due_on is not None

    @property
    def is_late(self) -> bool:
        """Return whether the promised day has passed."""
        return self.due_on is not None and self.due_on < clock.today()


_IS_OPEN = Thread.state.in_(OPEN)
_IS_DUE = and_(_IS_OPEN, Thread.turn == Participant.side)
_NEWEST = select(func.max(Message.id)).where(Message.thread_id == Thread.id, _IS_SHOWN).scalar_subquery()
_LISTED = (
    select(Participant, _NEWEST)
    .join(Participant.thread)
    .where(*_OF_MEMBER)
    .options(
        contains_eager(Participant.thread).selectinload(Thread.participants).joinedload(Participant.user),
        contains_eager(Participant.thread).selectinload(Thread.participants).joinedload(Participant.guest),
        contains_eager(Participant.thread).joinedload(Thread.owner_organisation),
        contains_eager(Participant.thread).joinedload(Thread.asker_organisation),
    )
    .order_by(
        case((_IS_DUE, 0), (_IS_OPEN, 1), else_=2),
        case((_IS_DUE, Thread.turn_since)),
        Thread.last_message_at.desc(),
        Thread.id.desc(),
    )
)


def list_threads(user: User, post: Post | None = None, number: int = 1) -> list[ThreadRow]:
    """Return a page of the threads of a member, or of those about one post.

    Those in which it is the member's turn come first, the longest waiting on top; then the open and the closed ones,
    the last written in first.
    """
    statement = _LISTED.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    if post is not None:
        statement = statement.where(Thread.post_id == post.id)
    return [
        ThreadRow(
            place.thread,
            Side(place.side),
            other_name(place),
            (last or 0) > place.read_message_id,
            promise.due_on(place.thread) if place.thread.turn == place.side else None,
        )
        for place, last in db.session.execute(statement, _values(user)).unique()
    ]


_COUNT = select(func.count()).select_from(Participant).join(Participant.thread).where(*_OF_MEMBER)


def count_threads(user: User, post: Post | None = None) -> int:
    """Return the number of threads of a member, or of those about one post."""
    statement = _COUNT if post is None else _COUNT.where(Thread.post_id == post.id)
    count: int = db.session.connection().execute(statement, _values(user)).scalar_one()
    return count


def count_waiting(user: User) -> int:
    """Return in how many threads a member's side has to write."""
    count: int = db.session.connection().execute(_WAITING, _values(user)).scalar_one()
    return count


def find_open_place(post: Post, user: User) -> Participant | None:
    """Return a member's place in the open thread in which the member already answers a post."""
    mine = (Thread.post_id == post.id, Thread.state.in_(OPEN), Participant.user_id == user.id)
    statement = select(Participant).join(Thread, Thread.id == Participant.thread_id)
    statement = statement.where(*mine, Participant.side == Side.ASKER)
    return db.session.scalar(statement.order_by(Thread.id).limit(1))


def other_name(participant: Participant) -> str:
    """Return who is on the other side, as this participant sees it: the organisation, else the person."""
    thread = participant.thread
    if participant.side == Side.ASKER and thread.owner_organisation is not None:
        return thread.owner_organisation.name
    others = [row for row in thread.participants if row.side == Side(participant.side).other]
    names = ", ".join(row.name for row in others)
    if participant.side == Side.OWNER:
        organisation = organisation_of_asker(thread)
        return f"{names}, {organisation}" if names and organisation else names or organisation
    return names


def organisation_of_asker(thread: Thread) -> str:
    """Return the organisation on whose behalf a post was answered, "" for none."""
    if thread.asker_organisation is not None:
        return thread.asker_organisation.name
    guests = [row.guest for row in thread.participants if row.guest is not None]
    return guests[0].organisation if guests else ""


def get_pending(token_hash: str) -> PendingAnswer | None:
    """Return an unconfirmed answer whose link is still valid."""
    return db.session.scalar(
        select(PendingAnswer).where(
            PendingAnswer.token_hash == token_hash,
            PendingAnswer.used_at.is_(None),
            PendingAnswer.expires_at > clock.now(),
        )
    )


def still_open(post_id: int) -> Sequence[Thread]:
    """Return the open threads about a post."""
    return db.session.scalars(select(Thread).where(Thread.post_id == post_id, Thread.state.in_(OPEN))).all()


def list_editors() -> list[User]:
    """Return the editors who may sign in."""
    statement = select(User).where(User.role.in_((Role.EDITOR, Role.ADMINISTRATOR))).order_by(User.id)
    return [user for user in db.session.scalars(statement) if user.is_active]


def guests_with_account() -> list[tuple[Guest, User]]:
    """Return the guests whose address belongs to an account that may sign in."""
    statement = select(Guest, User).join(User, func.lower(User.email) == func.lower(Guest.email))
    rows = db.session.execute(statement).all()
    return [(guest, user) for guest, user in rows if user.is_active]


def places_of_guest(guest: Guest) -> Sequence[Participant]:
    """Return the places of a guest in threads."""
    return db.session.scalars(select(Participant).where(Participant.guest_id == guest.id)).all()


def unreachable_names(participant: Participant) -> list[str]:
    """Return the names of those on the other side from whose address mail came back."""
    others = [row for row in participant.thread.participants if row.side != participant.side]
    people = [person for row in others if (person := row.user or row.guest) is not None]
    bounced = bounces.list_bounced(person.email for person in people)
    return [person.name for person in people if person.email.lower() in bounced]
