"""Answering a post as a member: who may, what the owner gets, and what is refused."""

from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from portal.accounts.models import User
from portal.answers.models import Thread
from portal.board import services as board
from portal.board.models import Post
from portal.community.models import Seat
from portal.core.clock import today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from portal.publishing.models import State
from tests.answers.conftest import WORDS, answer, answer_path, link_in, mails, only_thread, press, write
from tests.board.conftest import Place
from tests.checks.payloads import STORED
from tests.fixtures import InspectedResponse, InspectingClient
from tests.people import SignedInClient, client_of, make_user


def threads() -> int:
    return db.session.scalar(select(func.count()).select_from(Thread)) or 0


def opened_form(client: SignedInClient, post: Post, body: str = WORDS) -> dict[str, str]:
    """Return the fields of a form that was opened and filled in, and not sent yet."""
    page = client.get(answer_path(post))
    hidden = {name: page.attributes(f"main [name={name}]", "value")[0] for name in ("csrf_token", "once")}
    return {**hidden, "kind": "can", "body": body}


def test_a_post_is_answered_and_its_owner_reads_and_writes_back(
    post: Post, owner: User, hers: SignedInClient, theirs: SignedInClient
) -> None:
    assert theirs.get(post.path).attributes("a.button", "href").count(answer_path(post)) == 2
    sent = answer(theirs, post, places="8", days="op dinsdag")
    thread = only_thread()
    assert sent.headers["Location"].endswith(thread.path)

    mail = mails("answer.message")[0]
    assert mail.address == owner.email
    assert WORDS in mail.text
    assert "op dinsdag" in mail.text
    page = hers.get(link_in(mail, "/antwoorden/"))
    assert WORDS in page.only(".message .prose")
    assert page.texts(".message-facts dd") == ["8", "op dinsdag"]

    write(hers, thread.path, "Dinsdag schikt.")
    assert mails("answer.message")[1].address != owner.email
    assert theirs.get(thread.path).texts(".message .prose") == [WORDS, "Dinsdag schikt."]


def test_the_menu_counts_what_waits_and_the_list_begins_with_it(
    post: Post, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, post)
    assert hers.get("/").only(".account-menu summary .filter-chosen").endswith("1")
    assert hers.get("/antwoorden/").texts(".section-head h2")[0] == "Wacht op u"
    assert theirs.get("/antwoorden/").texts(".section-head h2") == ["Wacht op de ander"]

    write(hers, only_thread().path)
    assert not hers.get("/").texts(".account-menu summary .filter-chosen")
    assert theirs.get("/antwoorden/").texts(".section-head h2") == ["Wacht op u"]


def test_the_post_follows_what_comes_of_it(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    answer(theirs, post)
    path = only_thread().path
    write(hers, path)
    assert db.session.get(Post, post.id, populate_existing=True).state == State.IN_CONVERSATION  # type: ignore[union-attr]

    press(hers, path, "niet-gelukt", "Geen begeleider.")
    assert db.session.get(Post, post.id, populate_existing=True).state == State.OPEN  # type: ignore[union-attr]
    assert "Geen begeleider." in theirs.get(path).texts(".message .prose")
    assert not theirs.get(path).tree.css(".sheet-main form.form")

    press(theirs, path, "verder")
    press(hers, path, "afgesproken")
    press(hers, path, "gelukt")
    assert only_thread().state == "done"
    assert f"/vraag-en-aanbod/{post.id}/afronden" in hers.get(path).attributes(".sheet-side a", "href")


def test_one_has_one_open_conversation_about_a_post(post: Post, theirs: SignedInClient) -> None:
    answer(theirs, post)

    again = theirs.get(answer_path(post))
    assert again.headers["Location"].endswith(only_thread().path)


def test_a_double_click_answers_once(post: Post, theirs: SignedInClient) -> None:
    data = opened_form(theirs, post)
    for _time in range(2):
        assert theirs.post(answer_path(post), data=data).status_code == 303

    assert threads() == 1
    assert len(mails("answer.message")) == 1


def test_an_answer_from_a_second_tab_goes_to_the_same_conversation(post: Post, theirs: SignedInClient) -> None:
    forms = [opened_form(theirs, post, words) for words in ("Wij komen graag.", "En kan het op dinsdag?")]
    for data in forms:
        theirs.post(answer_path(post), data=data)

    thread = theirs.get(only_thread().path)
    assert thread.texts(".message .prose") == ["Wij komen graag.", "En kan het op dinsdag?"]


def test_nobody_answers_an_own_post(post: Post, hers: SignedInClient) -> None:
    page = hers.get(answer_path(post))

    assert not page.tree.css("main form")
    assert answer_path(post) in hers.get(post.path).attributes(".tools a", "href")
    assert not hers.get(post.path).tree.css(".post-answer, .post-contact")


def test_a_post_that_closed_meanwhile_keeps_what_was_written(post: Post, owner: User, theirs: SignedInClient) -> None:
    data = opened_form(theirs, post)
    board.fulfil_post(post, owner, None)

    refused = cast(InspectedResponse, theirs.post(answer_path(post), data=data))

    assert refused.status_code == 422
    assert WORDS in refused.only("textarea[name=body]")
    assert threads() == 0


@pytest.mark.parametrize("body", ["", "a" * 5001])
def test_what_is_wrong_is_said_and_kept(post: Post, theirs: SignedInClient, body: str) -> None:
    refused = answer(theirs, post, body=body, places="0")

    assert refused.status_code == 422
    assert len(refused.texts(".error-summary li")) == 2
    assert threads() == 0


@pytest.mark.parametrize("payload", STORED)
def test_hostile_words_stay_words(post: Post, hers: SignedInClient, theirs: SignedInClient, payload: str) -> None:
    """CHECKS 45, 46, 48."""
    answer(theirs, post, body=payload.replace("\x00", ""), days=payload.replace("\x00", "")[:200])
    page = hers.get(only_thread().path)

    assert not page.tree.css("main script, main img, main [onerror], main [onload], main iframe, main style")
    assert not [a for a in page.attributes("main a", "href") if a.lower().lstrip().startswith(("javascript", "data:"))]
    with transaction() as session:  # a mail that quotes these texts cannot look like one of ours
        session.execute(delete(MailMessage))


def test_nobody_else_reads_or_writes(
    app: Flask, post: Post, editor: User, theirs: SignedInClient, client: InspectingClient
) -> None:
    """CHECKS 35-37: 404 for members and editors alike, so that nobody learns which threads exist."""
    answer(theirs, post)
    path = only_thread().path

    for who in (make_user("Nieuwsgierige Nel"), editor):
        other = client_of(app, who)
        for method, address in (
            ("GET", path),
            ("POST", path),
            ("POST", f"{path}/gelezen"),
            ("POST", f"{path}/meelezen"),
        ):
            token = other.get("/account/bijdragen").attributes("[name=csrf_token]", "value")[0]
            assert other.open(address, method=method, data={"csrf_token": token}).status_code == 404
    assert client.get(path).status_code == 303


def test_when_nobody_is_left_the_editors_get_the_answer(
    app: Flask, network: dict[str, Any], place: Place, editor: User, theirs: SignedInClient
) -> None:
    post = place("bakkerij")  # whose author has no seat there
    answer(theirs, post)

    assert [mail.address for mail in mails("answer.message")] == [editor.email]
    hers = client_of(app, editor)
    write(hers, only_thread().path, "De bakkerij is gestopt.")
    assert hers.get("/antwoorden/").texts(".card-title a")
    assert "De bakkerij is gestopt." in theirs.get(only_thread().path).texts(".message .prose")


def test_colleagues_read_along_only_when_let_in(
    app: Flask, network: dict[str, Any], owner: User, place: Place, theirs: SignedInClient
) -> None:
    colleague = make_user("Coen Collega")
    with transaction() as session:
        for person in (owner, colleague):
            session.add(Seat(user=person, organisation=network["bakkerij"], role="hr", since=today()))
    post = place("bakkerij")
    answer(theirs, post)
    path = only_thread().path
    assert client_of(app, colleague).get(path).status_code == 404

    client_of(app, owner).post_form(path, {"colleague": str(colleague.id)}, form='form[action$="/meelezen"]')
    assert client_of(app, colleague).get(path).status_code == 200

    with transaction():
        seat = db.session.scalars(select(Seat).where(Seat.user_id == colleague.id)).one()
        db.session.delete(seat)
    assert client_of(app, colleague).get(path).status_code == 404
