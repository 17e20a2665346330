"""What goes wrong between people: blocking, reporting, many links, limits, and who left."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import passwords
from portal.accounts.models import User
from portal.answers import conduct
from portal.answers.models import Message, Thread
from portal.board.models import Post
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.personal_data import Contributions
from portal.core.web import limits
from portal.publishing import desk
from portal.publishing.models import State
from tests.accounts.test_erasing import delete
from tests.answers.conftest import WORDS, answer, answer_path, mails, only_thread, press, write
from tests.answers.test_guests import WHO, confirmed
from tests.board.conftest import Place
from tests.fixtures import InspectingClient
from tests.people import PASSWORD, SignedInClient, client_of, make_user

REFUSED = "De ander ontvangt geen berichten van u"
LINK = "Kijk op https://voorbeeld.example/aanbieding"


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def block(client: SignedInClient, path: str, act: str = "blokkeer") -> None:
    assert client.post_form(path, {"do": act}, form='form[action$="/blokkeren"]').status_code == 303


def decide(editor: SignedInClient, kind: str, decision: str, reason: str = "Zo is het.") -> str:
    """Decide the only waiting case of a kind; return its page from before."""
    (case,) = [row for row in desk.cases() if row.kind == kind]
    path = f"/redactie/{kind}/{case.id}"
    before = editor.get(path).get_data(as_text=True)
    assert editor.post_form(path, {"decision": decision, "reason": reason}).status_code == 303
    assert editor.get(path).status_code == 200
    return before


def test_nothing_of_a_blocked_person_gets_through(
    owner: User, place: Place, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, place())
    path = only_thread().path
    block(hers, path)

    refused = write(theirs, path, "Hallo?")
    assert refused.status_code == 422
    assert REFUSED in refused.only(".error-summary")
    assert "Hallo?" in refused.only("textarea[name=body]")
    assert REFUSED in answer(theirs, place()).only(".error-summary")
    assert (count(Thread), count(Message)) == (1, 1)

    block(hers, path, "deblokkeer")
    assert write(theirs, path, "Hallo?").status_code == 303


def test_a_blocked_guest_is_known_by_the_address(app: Flask, post: Post, hers: SignedInClient) -> None:
    guest, path = confirmed(app, post)
    block(hers, only_thread().path)

    assert REFUSED in write(guest, path).only(".error-summary")


def test_the_editors_read_a_reported_conversation_until_they_decided(
    app: Flask, post: Post, editor: User, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, post, body="Wat een onzin.")
    path = only_thread().path
    theirs_before = client_of(app, editor)
    assert theirs_before.get(path).status_code == 404
    hers.post_form(f"{path}/melden", {"text": "Onbeleefd."})

    page = decide(client_of(app, editor), "gesprek", "approve")
    assert "Wat een onzin." in page
    assert "Onbeleefd." in page

    (case,) = [desk.find_case("gesprek", 1)]
    assert case is not None
    assert "Wat een onzin." not in client_of(app, editor).get(f"/redactie/gesprek/{case.id}").get_data(as_text=True)
    assert "De redactie sloot dit gesprek." in theirs.get(path).only(".sheet-main")
    assert not theirs.get(path).tree.css(".sheet-main form.form, .thread-states button")


def test_a_guest_reports_too(app: Flask, post: Post, editor: User) -> None:
    guest, path = confirmed(app, post)
    guest.post_form(f"{path}/melden", {"text": "Ik krijg vreemde vragen."})

    assert "Ik krijg vreemde vragen." in decide(client_of(app, editor), "gesprek", "refuse")
    assert only_thread().locked_at is None


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold from the third message with a link."""
    monkeypatch.setattr(conduct, "MOST_WITH_LINKS", 2)


def test_many_links_wait_for_the_editors_and_the_sender_hears_it(
    app: Flask, few: None, place: Place, editor: User, hers: SignedInClient, theirs: SignedInClient
) -> None:
    for _number in range(3):
        answer(theirs, place(), body=LINK)
    held = db.session.scalars(select(Thread).order_by(Thread.id.desc())).first()
    assert held is not None
    path = held.path

    assert "De redactie kijkt eerst" in theirs.get(path).get_data(as_text=True)
    assert len(mails("answer.message")) == 2
    assert hers.get(path).status_code == 404
    assert path not in hers.get("/antwoorden/").attributes(".card-title a", "href")

    decide(client_of(app, editor), "vastgehouden", "approve")
    assert len(mails("answer.message")) == 3
    assert path in hers.get("/antwoorden/").attributes("#threads-due ~ ol a, .contributions a", "href")
    assert LINK in hers.get(path).only(".message .prose")


def test_a_refused_message_reaches_nobody_and_its_sender_hears_why(
    app: Flask, few: None, place: Place, editor: User, hers: SignedInClient, theirs: SignedInClient
) -> None:
    for _number in range(2):
        answer(theirs, place(), body=LINK)
    path = db.session.scalars(select(Thread)).all()[0].path
    write(theirs, path, LINK)
    assert len(hers.get(path).tree.css(".message")) == 1

    decide(client_of(app, editor), "vastgehouden", "refuse", "Dit is reclame.")
    assert len(hers.get(path).tree.css(".message")) == 1
    assert "De redactie verstuurde dit niet." in theirs.get(path).only(".messages")
    assert "Dit is reclame." in mails("desk.decision")[-1].text


def test_after_an_hour_links_go_out_again(few: None, owner: User, place: Place, theirs: SignedInClient) -> None:
    for _number in range(2):
        answer(theirs, place(), body=LINK)
    with time_machine.travel(now() + timedelta(hours=1, minutes=1), tick=False):
        answer(theirs, place(), body=LINK)
    assert len(mails("answer.message")) == 3


def test_links_that_work_are_never_counted_wrong_ones_are(
    app: Flask, post: Post, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A school behind one address does not lock its guests out."""
    guest, path = confirmed(app, post)
    monkeypatch.setattr("portal.answers.places.WRONG_LINKS_PER_HOUR", 2)

    for _number in range(4):
        assert guest.post_form(f"{path}", {"body": WORDS, "do": "verstuur"}).status_code == 303
    assert [client.get("/antwoorden/gast/x").status_code for _number in range(3)] == [404, 404, 429]
    assert guest.get(path).status_code == 200


def test_that_it_does_not_work_out_opens_the_post_again_whoever_says_so(
    app: Flask, post: Post, hers: SignedInClient
) -> None:
    guest, path = confirmed(app, post)
    write(hers, only_thread().path)
    assert db.session.get(Post, post.id, populate_existing=True).state == State.IN_CONVERSATION  # type: ignore[union-attr]

    press(guest, path, "niet-gelukt", reason="distance")

    assert db.session.get(Post, post.id, populate_existing=True).state == State.OPEN  # type: ignore[union-attr]
    assert "Het is te ver weg" in hers.get(only_thread().path).only(".messages")
    assert "Het is te ver weg" in mails("answer.message")[-1].text


def test_not_now_needs_a_reason(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    answer(theirs, post)
    path = only_thread().path
    assert "Nu niet" in hers.get(path).texts(".thread-states button")

    refused = press(hers, path, "niet-gelukt", reason="")
    assert refused.status_code == 422
    assert only_thread().state == "new"
    press(hers, path, "niet-gelukt", reason="full")
    assert "Er is geen plaats meer" in theirs.get(path).only(".messages")


def test_of_two_people_who_close_at_once_one_does(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    answer(theirs, post)
    path = only_thread().path
    write(hers, path)
    page = theirs.get(path)  # opened before the other closed
    hidden = {name: page.attributes(f".sheet-side [name={name}]", "value")[0] for name in ("csrf_token", "once")}
    press(hers, path, "gelukt")

    theirs.post(path, data={**hidden, "do": "niet-gelukt", "reason": "other"})

    assert only_thread().state == "done"
    assert "Iemand anders heeft dit intussen gewijzigd" in theirs.get(path).get_data(as_text=True)


def test_a_double_click_closes_once(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    answer(theirs, post)
    path = only_thread().path
    page = hers.get(path)
    hidden = {name: page.attributes(f".sheet-side [name={name}]", "value")[0] for name in ("csrf_token", "once")}
    for _time in range(2):
        assert hers.post(path, data={**hidden, "do": "afgesproken"}).status_code == 303

    assert count(Message) == 2


def test_who_left_in_mid_conversation_is_an_old_member(
    app: Flask, post: Post, hers: SignedInClient, theirs: SignedInClient
) -> None:
    zoe = make_user("Zoë Zeldzaam", password_hash=passwords.hashed(PASSWORD))
    client = client_of(app, zoe)
    answer(client, post)
    path = only_thread().path
    write(hers, path)

    delete(client, Contributions.ANONYMISE)

    page = hers.get(path)
    assert page.texts(".message-head b")[0] == "Oud-lid"
    assert "Met Oud-lid" in page.only(".sheet-head")
    assert "Zoë" not in page.get_data(as_text=True)
    assert hers.get("/antwoorden/").texts(".card-title a") == ["Oud-lid"]
    assert db.session.get(Post, post.id, populate_existing=True).state == State.OPEN  # type: ignore[union-attr]


def test_a_name_of_5000_characters_is_said_and_not_stored(app: Flask, post: Post) -> None:
    refused = answer(client_of(app, None), post, **{**WHO, "name": "a" * 5000})

    assert refused.status_code == 422
    assert "4880 tekens te lang" in refused.only("#name-error")
    assert not mails("answer.confirm")


def test_the_limit_of_a_day_says_so(app: Flask, post: Post, asker: User, theirs: SignedInClient) -> None:
    for _number in range(50):
        limits.count("answer", asker.id, 50, 86_400)
    refused = theirs.post_form(answer_path(post), {"body": WORDS})

    assert "U deed dit vandaag al 50 keer" in refused.only(".error-summary")
    assert WORDS in refused.only("textarea[name=body]")
    assert count(Thread) == 0
