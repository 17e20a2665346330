"""The demo has conversations in every state, with what came of them, and mails nobody about them."""

from collections import Counter

from sqlalchemy import func, select

from portal.answers import outcomes
from portal.answers.models import Guest, Message, MessageKind, Side, Thread, ThreadState
from portal.answers.outcome_models import Outcome
from portal.board.models import Post
from portal.core import clock
from portal.core.extensions import db
from portal.mail.models import MailMessage
from portal.publishing.models import State
from tests.fixtures import InspectingClient


def test_there_are_conversations_in_every_state(demo_client: InspectingClient) -> None:
    threads = db.session.scalars(select(Thread)).all()

    states = Counter(thread.state for thread in threads)
    assert len(threads) >= 120
    assert all(states[state] >= 10 for state in ThreadState), states
    assert sum(thread.post_id is None for thread in threads) >= 5
    assert {thread.turn for thread in threads if thread.is_open} >= set(Side)
    assert db.session.scalar(select(func.count()).select_from(Guest))
    assert db.session.scalar(select(func.count()).where(Message.kind == MessageKind.KNOWS))


def test_nothing_in_them_is_in_the_future_or_out_of_order(demo_client: InspectingClient) -> None:
    for thread in db.session.scalars(select(Thread)):
        moments = [message.created_at for message in thread.messages]
        assert moments == sorted(moments)
        assert moments[-1] <= clock.now()


def test_no_two_messages_say_the_same(demo_client: InspectingClient) -> None:
    words = [body for body in db.session.scalars(select(Message.body)) if body]

    assert len(set(words)) == len(words)
    openings = Counter(" ".join(body.split()[:4]) for body in words)
    assert openings.most_common(1)[0][1] <= 2, openings.most_common(3)


def test_fulfilled_posts_show_what_came_of_them(demo_client: InspectingClient) -> None:
    fulfilled = db.session.scalars(select(Post).where(Post.state == State.FULFILLED)).all()

    assert sum(bool(outcomes.results_of_post(post)) for post in fulfilled) >= 10
    both = select(Outcome.thread_id).group_by(Outcome.thread_id).having(func.count() == len(Side))
    pairs = [outcomes.outcomes_of(db.session.get_one(Thread, row)) for row in db.session.scalars(both)]
    assert any(outcomes.differences(*pair.values()) for pair in pairs)


def test_nobody_got_a_mail_about_them(demo_client: InspectingClient) -> None:
    assert not db.session.scalars(select(MailMessage).where(MailMessage.kind.like("answer.%"))).all()
