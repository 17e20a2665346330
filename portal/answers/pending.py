"""Answers of people without an account: kept until the mailed link is used, moved to the account they make later."""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete, func, update

from portal.accounts.models import User
from portal.accounts.sessions import hashed
from portal.answers import policies, queries, services
from portal.answers.conduct_models import Block
from portal.answers.models import Guest, Message, MessageKind, Participant, PendingAnswer
from portal.answers.outcome_models import Outcome
from portal.answers.services import AnswerDraft, NotPossibleNow
from portal.board.models import Post
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.mail import kinds
from portal.mail import services as mail

MAIL_CONFIRM = kinds.register(
    kinds.Kind("answer.confirm", lazy_gettext("Confirmation of an answer"), is_secret=True)
).name
GUEST_FORM = "answer-guest"
CONFIRM_WITHIN = timedelta(hours=48)
Target = Post | Organisation | User


def submit_guest_answer(
    to: Target, guest: Guest, draft: AnswerDraft, key: str | None = None, *, subject: str = ""
) -> None:
    """Keep what somebody without an account writes to a post, an organisation or a member until the link is used.

    `guest` is not stored yet; `key` is the idempotency key of the form; `subject` is for what is not about a post.
    Raises NotPossibleNow when the post takes no answers.
    """
    if isinstance(to, Post) and not policies.may_answer(None, to):
        raise NotPossibleNow
    token = token_urlsafe(32)
    pending = PendingAnswer(
        token_hash=hashed(token),
        post_id=to.id if isinstance(to, Post) else None,
        organisation_id=to.id if isinstance(to, Organisation) else None,
        member_id=to.id if isinstance(to, User) else None,
        subject=subject,
        name=guest.name,
        email=guest.email,
        organisation=guest.organisation,
        kind=draft.kind,
        body=draft.body,
        places=draft.places,
        days=draft.days,
        named=draft.named,
        named_email=draft.named_email,
        expires_at=clock.now() + CONFIRM_WITHIN,
    )
    title = to.title if isinstance(to, Post) else subject

    def write() -> str:
        db.session.add(pending)
        path, unique = f"/antwoorden/bevestigen/{token}", f"answer-confirm-{pending.token_hash[:40]}"
        mail.send(MAIL_CONFIRM, guest.email, "answers/confirm", unique=unique, title=title, confirm_path=path)
        return to.path

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
        draft = AnswerDraft(
            pending.body,
            MessageKind(pending.kind),
            pending.places,
            pending.days,
            named=pending.named,
            named_email=pending.named_email,
        )
        to = pending.to_organisation or pending.member
        if pending.post is not None:
            thread = services.start_thread(pending.post, guest, draft)
        elif to is not None:
            thread = services.start_contact(to, pending.subject, guest, draft)
        else:
            return None
        return next(row for row in thread.participants if row.guest is guest)


def delete_expired_pending(at: datetime) -> None:
    """Delete the answers that were not confirmed in time, and those that were, whose text is in a thread now."""
    with transaction() as session:
        session.execute(delete(PendingAnswer).where(PendingAnswer.expires_at <= at))


def move_threads_to_accounts() -> None:
    """Move the threads of guests to the account with the same confirmed address, where there is one by now."""
    with transaction() as session:
        for guest, user in queries.guests_with_account():
            for participant in queries.places_of_guest(guest):
                if queries.get_participant(participant.thread, user) is None:
                    participant.user, participant.guest = user, None
                else:
                    services.leave(participant)  # who answered an own post
            session.flush()
            for model in (Message, Outcome):
                session.execute(update(model).where(model.guest_id == guest.id).values(guest_id=None, user_id=user.id))
            _move_blocks(guest, user)
            session.delete(guest)


def _move_blocks(guest: Guest, user: User) -> None:
    """Let the blocks by and of a guest be those of the account."""
    address = guest.email.lower()
    by = update(Block).where(func.lower(Block.email) == address).values(email=None, user_id=user.id)
    of = update(Block).where(func.lower(Block.blocked_email) == address).values(blocked_email=None, blocked_id=user.id)
    for statement in (by, of):
        db.session.execute(statement)
