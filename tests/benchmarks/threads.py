"""Conversations for measuring: 500 of one member, 50 of them about one own post, written past the services in bulk."""

from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.answers.models import Message, MessageKind, Participant, Side, Thread, ThreadState
from portal.board.models import Post
from portal.core import clock
from portal.core.storage.database import transaction

ABOUT_ONE, ALL = 50, 500
STATES = (ThreadState.NEW, ThreadState.TALKING, ThreadState.AGREED, ThreadState.DONE, ThreadState.FAILED)
"""In turn, so that a third waits for each side and the rest is closed."""


def seed_threads(session: Session, owner: User) -> str:
    """Make an open post the member's own and let people answer it and others; return the path of that post."""
    now = clock.now()
    with transaction():
        posts = session.scalars(select(Post).where(Post.state == "open").order_by(Post.id.desc()).limit(10)).all()
        for post in posts:
            post.author, post.organisation = owner, None
        askers = session.scalars(select(User.id).where(User.id != owner.id).limit(ALL)).all()
        session.flush()
        rows = [_thread(posts[0] if number < ABOUT_ONE else posts[1 + number % 9], number) for number in range(ALL)]
        ids = list(session.scalars(insert(Thread).returning(Thread.id, sort_by_parameter_order=True), rows))
        places = [
            {"thread_id": key, "side": side, "user_id": user, "read_message_id": 0}
            for number, key in enumerate(ids)
            for side, user in ((Side.OWNER, owner.id), (Side.ASKER, askers[number % len(askers)]))
        ]
        session.execute(insert(Participant), places)
        messages = [
            {"thread_id": key, "side": Side.ASKER, "author_name": "Lid", "kind": MessageKind.TEXT, "body": "Dag.",
             "body_html": "<p>Dag.</p>", "created_at": now}
            for key in ids for _number in range(3)
        ]  # fmt: skip
        session.execute(insert(Message), messages)
        return posts[0].path


def _thread(post: Post, number: int) -> dict[str, object]:
    state, since = STATES[number % len(STATES)], clock.now() - timedelta(hours=5 * number + 1)
    is_open = state in STATES[:3]
    return {
        "post_id": post.id,
        "subject": post.title,
        "state": state,
        "turn": (Side.OWNER if number % 2 else Side.ASKER) if is_open else None,
        "turn_since": since if is_open else None,
        "last_message_at": since,
        "created_at": since,
        "updated_at": since,
    }
