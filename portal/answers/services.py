"""Writes of threads: answering a post, writing, agreeing and closing. Each message is mailed to the other side."""

from dataclasses import dataclass
from operator import itemgetter

from portal.accounts.models import User
from portal.answers import conduct, forwards, labels, links, policies, queries
from portal.answers.models import (
    TRANSITIONS,
    Attachment,
    Guest,
    Hold,
    Message,
    MessageKind,
    OneClick,
    Participant,
    Reason,
    Side,
    Thread,
    ThreadState,
)
from portal.board import services as board
from portal.board.models import Post
from portal.community.models import Organisation
from portal.community.policies import holders
from portal.core import clock
from portal.core.i18n import lazy_gettext
from portal.core.storage.database import transaction
from portal.core.text import clean, render_markdown
from portal.files import held
from portal.files import services as files
from portal.files.models import Reach, StoredFile
from portal.mail import kinds
from portal.mail import services as mail
from portal.mail.inbound import reply_addresses
from portal.publishing.models import State

MAIL_MESSAGE = kinds.register(
    kinds.Kind("answer.message", lazy_gettext("Answers to your posts, and replies"), path_of=itemgetter("thread_path"))
).name
MAIL_GUEST = kinds.register(kinds.Kind("answer.guest", lazy_gettext("Replies to an answer"), is_secret=True)).name
Person = User | Guest


class NotPossibleNow(Exception):
    """The post or the thread does not allow this any more."""


class Blocked(NotPossibleNow):
    """Somebody on the other side lets nothing through of this person."""


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What somebody writes in a thread."""

    body: str
    kind: MessageKind = MessageKind.TEXT
    places: int | None = None
    days: str | None = None
    files: tuple[StoredFile, ...] = ()
    """Files that the author's form holds."""
    named: str | None = None
    named_email: str | None = None
    """Whom the post is passed on to, for kind KNOWS."""
    full_text: str | None = None
    """The whole mail, for a message that came by mail."""
    dropped_files: int = 0


def start_thread(post: Post, asker: Person, draft: AnswerDraft, organisation: Organisation | None = None) -> Thread:
    """Answer a post: begin a thread with its owner, who gets a mail.

    A member who already has an open thread about the post writes in that one. `organisation` is on whose behalf a
    member answers. Raises NotPossibleNow when the post takes no answers, and Blocked.
    """
    user = asker if isinstance(asker, User) else None
    with transaction() as session:
        session.refresh(post)
        if not policies.may_answer(user, post):
            raise NotPossibleNow
        if user and (known := queries.find_open_place(post, user)) is not None:
            message = send_message(known, draft)
        else:
            thread = Thread(post=post, subject=post.title, owner_organisation=post.organisation)
            message = _begin(thread, _owners(post), asker, draft, organisation)
        if draft.kind == MessageKind.KNOWS and draft.named and draft.named_email and not message.is_held:
            sender = _signed(message.author_name, message.thread)
            forwards.forward(post, sender, draft.named, draft.named_email)
        return message.thread


def start_contact(
    to: Organisation | User, subject: str, asker: Person, draft: AnswerDraft, organisation: Organisation | None = None
) -> Thread:
    """Write to an organisation or a member: begin a thread about a subject instead of a post.

    Whoever has a seat at the organisation gets a mail, and the editors when nobody has. Raises Blocked.
    """
    with transaction():
        to_organisation = to if isinstance(to, Organisation) else None
        owners = [to] if isinstance(to, User) else holders(to) or queries.list_editors()
        thread = Thread(subject=" ".join(clean(subject).split()), owner_organisation=to_organisation)
        _begin(thread, owners, asker, draft, organisation)
        return thread


def _begin(
    thread: Thread, owners: list[User], asker: Person, draft: AnswerDraft, organisation: Organisation | None
) -> Message:
    """Add a new thread with its first message, within the running transaction. Raises Blocked."""
    if conduct.find_block(owners, asker) is not None:
        raise Blocked
    user = asker if isinstance(asker, User) else None
    with transaction() as session:
        thread.asker_organisation, thread.state = organisation, ThreadState.NEW
        thread.participants = [
            Participant(side=Side.OWNER, user=owner) for owner in owners if user is None or owner.id != user.id
        ]
        me = Participant(side=Side.ASKER, user=user, guest=None if user else asker)
        thread.participants.append(me)
        session.add(thread)
        session.flush()
        if conduct.must_be_held(me, draft.body):
            thread.held_at = clock.now()
        else:
            thread.turn, thread.turn_since = Side.OWNER, clock.now()
        return _write(thread, me, draft)


def send_message(participant: Participant, draft: AnswerDraft) -> Message:
    """Write in a thread; the other side gets a mail and has to answer.

    Raises NotPossibleNow in a closed thread, and Blocked. The result `is_held` when it waits for the editors.
    """
    thread = participant.thread
    with transaction() as session:
        session.refresh(thread)
        if not thread.is_open:
            raise NotPossibleNow
        if conduct.is_blocked(participant):
            raise Blocked
        if conduct.must_be_held(participant, draft.body):
            return _write(thread, participant, draft)
        if participant.side == Side.OWNER and thread.state == ThreadState.NEW:
            thread.state = ThreadState.TALKING
            _set_post_in_conversation(thread, participant)
        message = _write(thread, participant, draft)
        _pass_turn(thread, Side(participant.side).other)
        return message


def set_state(participant: Participant, state: ThreadState, note: str = "", reason: Reason | None = None) -> Message:
    """Say that something was agreed, that it is done, that it failed, or that people talk again.

    The other side gets a mail; `note` and, for FAILED, `reason` tell why. Raises NotPossibleNow when the state of the
    thread does not allow it, and Blocked for who may not talk any more.
    """
    thread = participant.thread
    with transaction() as session:
        session.refresh(thread)
        if state not in TRANSITIONS[ThreadState(thread.state)] or thread.locked_at or thread.held_at:
            raise NotPossibleNow
        if conduct.is_blocked(participant):
            raise Blocked
        thread.state = state
        if participant.side == Side.OWNER and not participant.is_broker and thread.first_answer_at is None:
            thread.first_answer_at = clock.now()
        message = _write(thread, participant, AnswerDraft(note, MessageKind.STATE), state, reason)
        _pass_turn(thread, Side(participant.side).other if state == ThreadState.TALKING else None)
        if state in (ThreadState.TALKING, ThreadState.AGREED):
            _set_post_in_conversation(thread, participant)
        if state == ThreadState.FAILED:
            _open_post_again(thread, participant.user)
        return message


def release_held(thread: Thread) -> None:
    """Let through what was held in a thread: the other side sees it now, gets the mails and has to answer."""
    with transaction() as session:
        thread.held_at = None
        for message in [row for row in queries.list_all_messages(thread) if row.hold == Hold.WAITING]:
            message.hold, message.created_at = Hold.RELEASED, clock.now()
            thread.last_message_at = message.created_at
            author = next((row for row in thread.participants if _wrote(row, message)), None)
            if author is not None:
                _mail_others(message, author)
                _pass_turn(thread, Side(author.side).other)
        session.flush()


def _wrote(participant: Participant, message: Message) -> bool:
    return (participant.user_id, participant.guest_id) == (message.user_id, message.guest_id)


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


def _owners(post: Post) -> list[User]:
    """Return who answers for a post: its author, else everyone with a seat there, else the editors.

    The author is left out after leaving the organisation, and when the account was disabled.
    """
    organisation = post.organisation
    people = holders(organisation) if organisation else []
    if post.author.is_active and (organisation is None or post.author in people):
        return [post.author]
    return people or queries.list_editors()


def _write(
    thread: Thread,
    author: Participant,
    draft: AnswerDraft,
    state: ThreadState | None = None,
    reason: Reason | None = None,
) -> Message:
    """Add a message to a thread and mail it to the other side, within the running transaction.

    What must wait for the editors is added and not mailed.
    """
    body = clean(draft.body).strip()
    is_held = state is None and conduct.must_be_held(author, body)
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
        reason=reason,
        named=draft.named if draft.kind == MessageKind.KNOWS else None,
        hold=Hold.WAITING if is_held else None,
        full_text=draft.full_text,
        dropped_files=draft.dropped_files,
        created_at=clock.now(),
    )
    if not is_held:
        thread.last_message_at = message.created_at
        if author.side == Side.OWNER and not author.is_broker and thread.first_answer_at is None:
            thread.first_answer_at = message.created_at
    with transaction() as session:
        session.add(message)
        session.flush()
        _attach(message, draft.files)
        author.read_message_id = message.id
        if not is_held:
            _mail_others(message, author)
    return message


def _attach(message: Message, chosen: tuple[StoredFile, ...]) -> None:
    """Give a message the files of its form; one that another form of this person took first is left out."""
    free = held.still_free([file.token for file in chosen]) if chosen else set()
    for file in chosen:
        if file.token in free:
            message.attachments.append(Attachment(file=held.claim(file)))
            files.set_reach(file, Reach.PARTIES)


def _mail_others(message: Message, author: Participant) -> None:
    if mail.is_silent():
        return
    for other in message.thread.participants:
        if other.side != author.side:
            _mail(message, author, other)


def _mail(message: Message, author: Participant, to: Participant) -> None:
    if to.user is not None and not (to.user.is_active and policies.may_take_part(to)):
        return
    unique = f"answer-{message.id}-{to.id}"
    reply_to = reply_addresses.make_address(links.LETTER, to.id)
    asks = message.thread.state == ThreadState.NEW and to.side == Side.OWNER
    context = {
        "message": message,
        "thread": message.thread,
        "author_name": _signed(author.name, message.thread) if author.side == Side.ASKER else author.name,
        "reason": labels.reasons().get(message.reason or "", ""),
        "thread_path": links.participant_path(to),
        "can_reply": reply_to is not None,
        "yes_path": links.one_click_path(to, OneClick.YES) if asks else "",
        "not_now_path": links.one_click_path(to, OneClick.NOT_NOW) if asks else "",
    }
    if to.user is not None:
        mail.send(MAIL_MESSAGE, mail.Envelope(to.user, reply_to), "answers/message", unique=unique, **context)
    elif to.guest is not None:
        mail.send(MAIL_GUEST, mail.Envelope(to.guest.email, reply_to), "answers/message", unique=unique, **context)


def _signed(name: str, thread: Thread) -> str:
    """Return the name of an asker with the organisation on whose behalf the thread is."""
    organisation = queries.organisation_of_asker(thread)
    return f"{name} ({organisation})" if organisation else name


def _pass_turn(thread: Thread, side: Side | None) -> None:
    """Make it the turn of a side; its waiting began when it first became its turn."""
    if thread.turn != side:
        thread.turn, thread.turn_since = side, clock.now() if side else None


def _set_post_in_conversation(thread: Thread, participant: Participant) -> None:
    post = thread.post
    if post is not None and post.state == State.OPEN and participant.side == Side.OWNER and participant.user:
        board.set_in_conversation(post, participant.user, talking=True)


def _open_post_again(thread: Thread, actor: User | None) -> None:
    """Open the post again when nobody talks about it any more; `actor` is None for a guest."""
    post = thread.post
    if post is None or post.state != State.IN_CONVERSATION:
        return
    if all(row.state == ThreadState.NEW for row in queries.still_open(post.id) if row.id != thread.id):
        board.set_in_conversation(post, actor, talking=False)


def leave(participant: Participant) -> None:
    """Take a person out of a thread; when nobody is left on that side, an open thread is closed as failed."""
    thread = participant.thread
    with transaction() as session:
        session.delete(participant)
        session.flush()
        session.refresh(thread, ["participants"])
        if thread.is_open and not any(row.side == participant.side for row in thread.participants):
            thread.state, thread.turn, thread.turn_since = ThreadState.FAILED, None, None
            _open_post_again(thread, None)
