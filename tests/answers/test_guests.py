"""Answering without an account: by a mailed link, and a thread behind a signed link."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.answers import pending
from portal.answers.models import Guest, Participant, PendingAnswer, Thread
from portal.board import services as board
from portal.board.models import Post
from portal.core.clock import now
from portal.core.extensions import Model, db
from tests.answers.conftest import WORDS, answer, link_in, mails, only_thread, press, write
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user

WHO = {"name": "Gijs Gast", "guest_organisation": "Het Lyceum", "email": "gijs@lyceum.example"}


def count(model: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def confirmed(app: Flask, post: Post) -> tuple[SignedInClient, str]:
    """Answer as a guest and confirm; return the guest's client and the path of the thread."""
    guest = client_of(app, None)
    answer(guest, post, **WHO)
    link = link_in(mails("answer.confirm")[-1], "/antwoorden/bevestigen/")
    sent = guest.post_form(link)
    assert sent.status_code == 303
    return guest, sent.headers["Location"].removeprefix("http://localhost")


def test_an_answer_goes_out_when_the_mailed_link_is_used(
    app: Flask, post: Post, owner: User, client: InspectingClient
) -> None:
    guest = client_of(app, None)
    assert "gijs@lyceum.example" in answer(guest, post, **WHO).only("main")
    assert count(Thread) == 0
    mail = mails("answer.confirm")[0]
    assert mail.address == WHO["email"]
    link = link_in(mail, "/antwoorden/bevestigen/")

    assert WORDS in client.get(link).only(".message-quote")
    assert client.head(link).status_code == 200
    assert count(Thread) == 0, "a scanner that opens links sends nothing"

    guest.post_form(link)
    to_owner = mails("answer.message")[0]
    assert to_owner.address == owner.email
    assert "Gijs Gast (Het Lyceum)" in to_owner.text
    assert WHO["email"] not in to_owner.text + to_owner.html
    assert client.get(link).status_code == 404


def test_a_guest_reads_and_writes_behind_the_link_of_the_mail(
    app: Flask, post: Post, owner: User, hers: SignedInClient
) -> None:
    guest, path = confirmed(app, post)
    write(hers, only_thread().path, "Welkom, Gijs.")
    mail = mails("answer.guest")[0]
    assert mail.address == WHO["email"]
    assert link_in(mail, "/antwoorden/gast/") == path

    assert guest.get(path).texts(".message .prose") == [WORDS, "Welkom, Gijs."]
    write(guest, path, "Tot dinsdag!")
    press(guest, path, "afgesproken")
    assert hers.get(only_thread().path).texts(".message .prose")[-1] == "Tot dinsdag!"
    assert only_thread().state == "agreed"
    assert owner.email not in guest.get(path).get_data(as_text=True)


def test_a_link_that_is_not_ours_shows_nothing(app: Flask, post: Post, client: InspectingClient) -> None:
    _guest, path = confirmed(app, post)

    for bad in ("x", path.rpartition("/")[2][:-1] + "A", "é" * 300):
        assert client.get(f"/antwoorden/gast/{bad}").status_code == 404
        assert client.get(f"/antwoorden/bevestigen/{bad}").status_code == 404


def test_of_two_confirmations_one_counts(app: Flask, post: Post) -> None:
    answer(client_of(app, None), post, **WHO)
    token = link_in(mails("answer.confirm")[0], "/antwoorden/bevestigen/").rpartition("/")[2]

    assert pending.confirm_guest_answer(token) is not None
    assert pending.confirm_guest_answer(token) is None
    assert count(Thread) == 1


def test_after_two_days_the_link_is_gone_and_so_is_the_text(app: Flask, post: Post, client: InspectingClient) -> None:
    answer(client_of(app, None), post, **WHO)
    link = link_in(mails("answer.confirm")[0], "/antwoorden/bevestigen/")

    with time_machine.travel(now() + timedelta(hours=49), tick=False):
        assert client.get(link).status_code == 404
        pending.delete_expired_pending(now())
    assert count(PendingAnswer) == 0


def test_a_post_that_closed_meanwhile_says_so(app: Flask, post: Post, owner: User) -> None:
    guest = client_of(app, None)
    answer(guest, post, **WHO)
    board.fulfil_post(post, owner, None)

    said = guest.post_form(link_in(mails("answer.confirm")[0], "/antwoorden/bevestigen/"))
    assert said.only("h1") == "Dit bericht is gesloten"
    assert count(Thread) == 0


def test_the_threads_of_a_guest_move_to_the_account_with_that_address(
    app: Flask, post: Post, client: InspectingClient
) -> None:
    _guest, path = confirmed(app, post)
    user = make_user("Gijs Gast", email="Gijs@Lyceum.example")

    pending.move_threads_to_accounts()

    assert client_of(app, user).get(only_thread().path).texts(".message .prose") == [WORDS]
    assert client.get(path).status_code == 404
    assert count(Guest) == 0
    assert {row.user_id for row in db.session.scalars(select(Participant))} >= {user.id}
