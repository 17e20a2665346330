"""What came of a conversation: asked once, told by either side, counted once, shown to both and to others."""

from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.answers import outcomes
from portal.answers.models import Thread
from portal.answers.outcome_models import Outcome
from portal.board.models import Post
from portal.community.models import Organisation, Seat
from portal.core.clock import now, today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.answers.conftest import answer, link_in, mails, only_thread, press, write
from tests.answers.test_guests import confirmed
from tests.board.conftest import Place
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of


def done(post: Post, hers: SignedInClient, theirs: SignedInClient) -> str:
    """Answer, agree and close; return the path of the thread."""
    answer(theirs, post)
    path = only_thread().path
    write(hers, path)
    press(hers, path, "gelukt")
    return path


def tell(client: SignedInClient, path: str, worked: str = "ja", **fields: Any) -> None:
    sent = client.post_form(f"{path}/resultaat", {"worked": worked, **fields})
    assert sent.status_code == 303, sent.texts(".error-summary li")


def test_who_closes_is_asked_at_once_and_the_other_in_the_list(
    post: Post, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, post)
    path = only_thread().path
    write(hers, path)

    assert press(hers, path, "gelukt").headers["Location"].endswith(f"{path}/resultaat")
    assert hers.get(f"{path}/resultaat").attributes("[name=worked][checked]", "value") == ["ja"]
    asked = "#threads-unasked"
    assert theirs.get("/antwoorden/").tree.css(asked)
    tell(theirs, path, pupils="12")
    assert not theirs.get("/antwoorden/").tree.css(asked)


def test_it_counts_once_and_both_see_what_differs(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    path = done(post, hers, theirs)
    tell(hers, path, pupils="12", lessons="3")
    assert "12 leerlingen" in theirs.get(f"{path}/resultaat").only("[aria-labelledby=theirs]")
    tell(theirs, path, pupils="10")

    (result,) = outcomes.results_of_post(post)
    assert (result.pupils, result.lessons) == (10, 3)
    for client in (hers, theirs):
        shown = client.get(path).only(".sheet-side")
        assert "U en de ander noemden andere aantallen" in shown
        assert "12 leerlingen" in shown
        assert "10 leerlingen" in shown

    tell(theirs, path, pupils="12")
    assert "andere aantallen" not in hers.get(path).only(".sheet-side")
    assert len(db.session.scalars(select(Outcome)).all()) == 2


def test_it_did_not_work_when_one_side_says_so(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    path = done(post, hers, theirs)
    tell(hers, path)
    tell(theirs, path, "nee")

    assert outcomes.results_of_post(post) == []


def test_the_mail_asks_once_and_a_click_alone_stores_nothing(
    app: Flask, post: Post, client: InspectingClient, hers: SignedInClient, theirs: SignedInClient
) -> None:
    path = done(post, hers, theirs)
    tell(hers, path)
    with time_machine.travel(now() + timedelta(days=4), tick=False):
        outcomes.ask_for_outcomes(now())
        outcomes.ask_for_outcomes(now() + timedelta(days=30))
    (mail,) = mails("answer.outcome")  # only to who did not tell yet

    link = link_in(mail, "/antwoorden/resultaat/")
    assert link.endswith("?gelukt=ja")
    assert client.get(link).attributes("[name=worked][checked]", "value") == ["ja"]
    assert len(db.session.scalars(select(Outcome)).all()) == 1
    thanked = client_of(app, None).post_form(link, {"lessons": "2"})
    assert thanked.only("h1") == "Bedankt dat u het vertelt"
    assert outcomes.results_of_post(post)[0].lessons == 2


def test_what_was_agreed_is_asked_after_three_weeks_and_then_closed(
    app: Flask, post: Post, hers: SignedInClient
) -> None:
    guest, path = confirmed(app, post)
    press(guest, path, "afgesproken")
    with time_machine.travel(now() + timedelta(days=20), tick=False):
        outcomes.ask_for_outcomes(now())
    assert not mails("answer.outcome")
    with time_machine.travel(now() + timedelta(days=22), tick=False):
        outcomes.ask_for_outcomes(now())
    asked = {mail.address: mail for mail in mails("answer.outcome")}
    assert len(asked) == 2

    link = link_in(asked["gijs@lyceum.example"], "/antwoorden/resultaat/").replace("=ja", "=nee")
    client_of(app, None).post_form(link)
    assert only_thread().state == "failed"


def test_who_does_not_want_to_say_is_not_asked_again(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    path = done(post, hers, theirs)
    theirs.post_form(f"{path}/resultaat", {"do": "overslaan", "worked": ""})

    assert not theirs.get("/antwoorden/").tree.css("#threads-unasked")
    with time_machine.travel(now() + timedelta(days=4), tick=False):
        outcomes.ask_for_outcomes(now())
    assert {mail.user_id for mail in mails("answer.outcome")} == {post.author_id}


def test_the_post_and_both_organisations_show_it_only_when_they_may(
    network: dict[str, Any],
    owner: User,
    asker: User,
    place: Place,
    client: InspectingClient,
    hers: SignedInClient,
    theirs: SignedInClient,
) -> None:
    bakery: Organisation = network["bakkerij"]
    with transaction() as session:
        school = Organisation(slug="het-lyceum", name="Het Lyceum", kind="vo")
        session.add_all([school, Seat(user=owner, organisation=bakery, role="hr", since=today()),
                         Seat(user=asker, organisation=school, role="decaan", since=today())])  # fmt: skip
    post = place("bakkerij")
    path = done(post, hers, theirs)
    assert db.session.scalars(select(Thread)).one().asker_organisation == school
    tell(hers, path, pupils="8", story="Ze bakten zelf.")

    shown = client.get(post.path).only(".panel-outcome")
    assert "8 leerlingen" in shown
    assert "Het Lyceum" not in shown
    assert "Ze bakten zelf." not in shown
    assert not client.get(school.path).tree.css(".panel-outcomes")

    tell(hers, path, pupils="8", story="Ze bakten zelf.", may_tell="y")
    assert "Ze bakten zelf." in client.get(post.path).only(".panel-outcome")
    for organisation in (bakery, school):
        assert "Het Lyceum" in client.get(organisation.path).only(".panel-outcomes")


def test_a_link_that_is_not_ours_tells_nothing(app: Flask, post: Post, client: InspectingClient) -> None:
    _guest, path = confirmed(app, post)

    for token in ("x", path.rpartition("/")[2]):  # the link to the thread is not the link to the outcome
        assert client.get(f"/antwoorden/resultaat/{token}").status_code == 404
