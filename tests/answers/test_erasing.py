"""Erasing somebody who answered as a member and as a guest: no name stays."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import User
from portal.answers import pending, services
from portal.answers.models import Guest, Message, Participant
from portal.answers.services import AnswerDraft
from portal.board.models import Post
from portal.core import personal_data
from portal.core.extensions import db
from portal.core.personal_data import FORMER_MEMBER, Contributions
from portal.core.storage.database import transaction
from tests.accounts.test_erasing import EMAIL, NAME, delete, traces
from tests.answers.conftest import WORDS
from tests.board.conftest import Place
from tests.people import PASSWORD, client_of, make_user


@pytest.fixture
def zoe(owner: User, place: Place) -> User:
    """Return somebody who answered one post as a member and one as a guest, and has an answer to confirm."""
    user = make_user(NAME, email=EMAIL, password_hash=passwords.hashed(PASSWORD))
    guest = Guest(name=NAME, email=EMAIL, organisation=f"Praktijk {NAME}")
    posts = [place() for _number in range(3)]
    services.start_thread(posts[0], user, AnswerDraft(WORDS))
    with transaction() as session:
        session.add(guest)
        services.start_thread(posts[1], guest, AnswerDraft(WORDS))
    pending.submit_guest_answer(posts[2], Guest(name=NAME, email=EMAIL, organisation="x"), AnswerDraft(WORDS))
    return user


def test_the_download_holds_what_one_wrote_as_a_guest_too(zoe: User) -> None:
    found = personal_data.export(personal_data.Person(zoe.id, zoe.name, zoe.email))

    assert [row["body"] for row in found["answer_message"]] == [WORDS, WORDS]
    assert len(found["answer_participant"]) == 2
    assert len(found["answer_guest"]) == len(found["answer_pending"]) == 1


@pytest.mark.parametrize("contributions", list(Contributions))
def test_no_table_says_who_it_was(app: Flask, zoe: User, contributions: Contributions) -> None:
    tables = {where.partition(".")[0] for where, _text in traces()}
    assert tables >= {"answer_guest", "answer_message", "answer_pending", "mail_message"}

    assert delete(client_of(app, zoe), contributions).status_code == 303

    assert traces() == []
    messages = db.session.scalars(select(Message)).all()
    assert [message.author_name for message in messages] == [FORMER_MEMBER] * 2
    assert {message.body for message in messages} == ({""} if contributions == Contributions.REMOVE else {WORDS})
    assert {row.side for row in db.session.scalars(select(Participant))} == {"owner"}


def test_who_answered_an_own_post_as_a_guest_leaves_a_closed_conversation(owner: User, post: Post) -> None:
    guest = Guest(name=owner.name, email=owner.email, organisation="x")
    with transaction() as session:
        session.add(guest)
        thread = services.start_thread(post, guest, AnswerDraft(WORDS))

    pending.move_threads_to_accounts()

    db.session.refresh(thread)
    assert [row.user_id for row in thread.participants] == [owner.id]
    assert thread.state == "failed"
