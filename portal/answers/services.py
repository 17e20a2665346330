"""Writes of threads: answering a post, writing, agreeing and closing. Each message is mailed to the other side."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from secrets import token_urlsafe

from sqlalchemy import delete, update

from portal.accounts.models import User
from portal.accounts.sessions import hashed
from portal.answers import links, policies, queries
from portal.answers.models import (
    TRANSITIONS,
    Guest,
    Message,
    MessageKind,
    Participant,
    PendingAnswer,
    Side,
    Thread,
    ThreadState,
)
from portal.board import services as board
from portal.board.models import Post
from portal.community.models import Organisation
from portal.community.policies import holders
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.core.text import clean, render_markdown
from portal.mail import kinds
from portal.mail import services as mail
from portal.publishing.models import State

MAIL_MESSAGE = kinds.register(
    kinds.Kind("answer.message", lazy_gettext("Answers to your posts, and replies"), path_of=itemgetter("thread_path"))
).name
MAIL_GUEST = kinds.register(kinds.Kind("answer.guest", lazy_gettext("Replies to an answer"), is_secret=True)).name
MAIL_CONFIRM = kinds.register(
    kinds.Kind("answer.confirm", lazy_gettext("Confirmation of an answer"), is_secret=True)
).name
GUEST_FORM = "answer-guest"
CONFIRM_WITHIN = timedelta(hours=48)
Person = User | Guest


class NotPossibleNow(Exception):
    """The post or the thread does not allow this any more."""


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What somebody writes in a thread."""

    body: str
    kind: MessageKind = MessageKind.TEXT
    places: int | None = None
    days: str | None = None


def start_thread(post: Post, asker: Person, draft: AnswerDraft, organisation: Organisation | None = None) -> Thread:
    """Answer a post: begin a thread with its owner, who gets a mail.

    A member who already has an open thread about the post writes in that one. `organisation` is on whose behalf a
    member answers. Raises NotPossibleNow when the post takes no answers.
    """
    user = asker if isinstance(asker, User) else None
    with transaction() as session:
        session.refresh(post)
        if not policies.may_answer(user, post):
            raise NotPossibleNow
        if user and (known := queries.find_open_place(post, user)) is not None:
            return send_message(known, draft).thread
        thread = Thread(
            post=post,
            subject=post.title,
            owner_organisation=post.organisation,
            asker_organisation=organisation,
            state=ThreadState.NEW,
            turn=Side.OWNER,
            turn_since=clock.now(),
        )
        thread.participants = [Participant(side=Side.OWNER, user=owner) for owner in _owners(post)]
        me = Participant(side=Side.ASKER, user=user, guest=None if user else asker)
        thread.participants.append(me)
        session.add(thread)
        session.flush()
        _write(thread, me, draft)
        return thread


def send_message(participant: Participant, draft: AnswerDraft) -> Message:
    """Write in a thread; the other side gets a mail and has to answer. Raises NotPossibleNow in a closed thread."""
    thread = participant.thread
    with transaction() as session:
        session.refresh(thread)
        if not thread.is_open:
            raise NotPossibleNow
        if participant.side == Side.OWNER and thread.state == ThreadState.NEW:
            thread.state = ThreadState.TALKING
            _set_post_in_conversation(thread, participant)
        message = _write(thread, participant, draft)
        _pass_turn(thread, Side(participant.side).other)
        return message


def set_state(participant: Participant, state: ThreadState, note: str = "") -> Message:
    """Say that something was agreed, that it is done, that it failed, or that people talk again.

    The other side gets a mail; `note` tells why. Raises NotPossibleNow when the thread's state does not allow it.
    """
    thread = participant.thread
    with transaction() as session:
        session.refresh(thread)
        if state not in TRANSITIONS[ThreadState(thread.state)]:
            raise NotPossibleNow
        thread.state = state
        message = _write(thread, participant, AnswerDraft(note, MessageKind.STATE), state)
        _pass_turn(thread, Side(participant.side).other if state == ThreadState.TALKING else None)
        if state in (ThreadState.TALKING, ThreadState.AGREED):
            _set_post_in_conversation(thread, participant)
        if state == ThreadState.FAILED:
            _open_post_again(thread, participant)
        return message


def mark_read(participant: Participant, message_id: int) -> None:
    """Record that a participant saw the messages up to and including this one."""
    with transaction():
        participant.read_message_id = max(participant.read_message_id, message_id)


def let_in(participant: Participant, colleague: User) -> None:
    """Let a colleague with a seat at the owning organisation read and write. Raises NotPossibleNow for anybody else."""
    thread = participant.thread
    with transaction():
        organisation = thread.owner_organisation
        if not policies.may_let_in(participant) or organisation is None or colleague not in holders(organisation):
            raise NotPossibleNow
        if queries.get_participant(thread, colleague) is None:
            thread.participants.append(Participant(side=Side.OWNER, user=colleague))


def submit_guest_answer(post: Post, guest: Guest, draft: AnswerDraft, key: str | None = None) -> None:
    """Keep the answer of somebody without an account until the mailed link is used.

    `guest` is not stored yet; `key` is the idempotency key of the form. Raises NotPossibleNow when the post takes no
    answers.
    """
    if not policies.may_answer(None, post):
        raise NotPossibleNow
    token = token_urlsafe(32)
    pending = PendingAnswer(
        token_hash=hashed(token),
        post_id=post.id,
        name=guest.name,
        email=guest.email,
        organisation=guest.organisation,
        kind=draft.kind,
        body=draft.body,
        places=draft.places,
        days=draft.days,
        expires_at=clock.now() + CONFIRM_WITHIN,
    )

    def write() -> str:
        db.session.add(pending)
        path, unique = f"/antwoorden/bevestigen/{token}", f"answer-confirm-{pending.token_hash[:40]}"
        mail.send(MAIL_CONFIRM, guest.email, "answers/confirm", unique=unique, post=post, confirm_path=path)
        return post.path

    idempotency.write_once(None, GUEST_FORM, key, write)


def confirm_guest_answer(token: str) -> Participant | None:
    """Begin the thread of a guest whose address is confirmed now; return the guest's place in it.

    Returns None when the link is unknown, used or too old; of two concurrent calls one succeeds. Raises
    NotPossibleNow when the post closed meanwhile.
    """
    with transaction() as session:
        pending = queries.get_pending(hashed(token))
        if pending is None:
            return None
        mine = update(PendingAnswer).where(PendingAnswer.id == pending.id, PendingAnswer.used_at.is_(None))
        taken = session.execute(mine.values(used_at=clock.now()))
        if getattr(taken, "rowcount", 0) != 1:
            return None
        guest = Guest(name=pending.name, email=pending.email, organisation=pending.organisation)
        session.add(guest)
        draft = AnswerDraft(pending.body, MessageKind(pending.kind), pending.places, pending.days)
        thread = start_thread(pending.post, guest, draft)
        return next(row for row in thread.participants if row.guest is guest)


def delete_expired_pending(at: datetime) -> None:
    """Delete the answers that were not confirmed in time, and those that were, whose text is in a thread now."""
    with transaction() as session:
        session.execute(delete(PendingAnswer).where(PendingAnswer.expires_at <= at))


def _owners(post: Post) -> list[User]:
    """Return who answers for a post: its author, else everyone with a seat there, else the editors.

    The author is left out after leaving the organisation, and when the account was disabled.
    """
    organisation = post.organisation
    people = holders(organisation) if organisation else []
    if post.author.is_active and (organisation is None or post.author in people):
        return [post.author]
    return people or queries.list_editors()


def _write(thread: Thread, author: Participant, draft: AnswerDraft, state: ThreadState | None = None) -> Message:
    """Add a message to a thread and mail it to the other side, within the running transaction."""
    body = clean(draft.body).strip()
    message = Message(
        thread=thread,
        side=author.side,
        user_id=author.user_id,
        guest_id=author.guest_id,
        author_name=author.name,
        kind=draft.kind,
        state=state,
        body=body,
        body_html=render_markdown(body),
        places=draft.places,
        days=draft.days,
        created_at=clock.now(),
    )
    thread.last_message_at = message.created_at
    if author.side == Side.OWNER and thread.first_answer_at is None:
        thread.first_answer_at = message.created_at
    with transaction() as session:
        session.add(message)
        session.flush()
        author.read_message_id = message.id
        for other in thread.participants:
            if other.side != author.side:
                _mail(message, author, other)
    return message


def _mail(message: Message, author: Participant, to: Participant) -> None:
    if to.user is not None and not (to.user.is_active and policies.may_take_part(to)):
        return
    organisation = queries.organisation_of_asker(message.thread) if author.side == Side.ASKER else ""
    unique = f"answer-{message.id}-{to.id}"
    context = {
        "message": message,
        "thread": message.thread,
        "author_name": f"{author.name} ({organisation})" if organisation else author.name,
        "thread_path": links.participant_path(to),
    }
    if to.user is not None:
        mail.send(MAIL_MESSAGE, to.user, "answers/message", unique=unique, **context)
    elif to.guest is not None:
        mail.send(MAIL_GUEST, to.guest.email, "answers/message", unique=unique, **context)


def _pass_turn(thread: Thread, side: Side | None) -> None:
    """Make it the turn of a side; its waiting began when it first became its turn."""
    if thread.turn != side:
        thread.turn, thread.turn_since = side, clock.now() if side else None


def _set_post_in_conversation(thread: Thread, participant: Participant) -> None:
    post = thread.post
    if post is not None and post.state == State.OPEN and participant.side == Side.OWNER and participant.user:
        board.set_in_conversation(post, participant.user, talking=True)


def _open_post_again(thread: Thread, participant: Participant) -> None:
    """Open the post again when nobody talks about it any more."""
    post = thread.post
    if post is None or post.state != State.IN_CONVERSATION or participant.side != Side.OWNER or not participant.user:
        return
    if all(row.state == ThreadState.NEW for row in queries.still_open(post.id) if row.id != thread.id):
        board.set_in_conversation(post, participant.user, talking=False)


def leave(participant: Participant) -> None:
    """Take a person out of a thread; when nobody is left on that side, an open thread is closed as failed."""
    thread = participant.thread
    with transaction() as session:
        session.delete(participant)
        session.flush()
        session.refresh(thread, ["participants"])
        if thread.is_open and not any(row.side == participant.side for row in thread.participants):
            thread.state, thread.turn, thread.turn_since = ThreadState.FAILED, None, None


def move_threads_to_accounts() -> None:
    """Move the threads of guests to the account with the same confirmed address, where there is one by now."""
    with transaction() as session:
        for guest, user in queries.guests_with_account():
            for participant in queries.places_of_guest(guest):
                if queries.get_participant(participant.thread, user) is None:
                    participant.user, participant.guest = user, None
                else:
                    leave(participant)  # who answered an own post
            session.flush()
            session.execute(update(Message).where(Message.guest_id == guest.id).values(guest_id=None, user_id=user.id))
            session.delete(guest)
