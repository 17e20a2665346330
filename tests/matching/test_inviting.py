"""An owner invites and dismisses; who was invited refuses with the link in the mail."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.board import services as board
from portal.board.models import Kind, Post
from portal.community.models import Visibility
from portal.core import personal_data
from portal.core.extensions import db
from portal.core.personal_data import Contributions
from portal.core.storage.database import transaction
from portal.matching import queries
from portal.matching.models import MatchDismissal, MatchInvitation
from tests.board.conftest import Place
from tests.fixtures import InspectingClient
from tests.mail.parity import faults
from tests.matching.conftest import ASKED, WORDS, ask, fits, invitations, press, write_profile
from tests.people import SignedInClient, client_of, make_user


def link_to_refuse() -> str:
    found = re.search(r"https?://[^/\s]+(/uitnodigingen/weigeren/\S+)", invitations()[-1].text)
    assert found
    return found[1]


def test_an_owner_invites_with_one_click(hers: SignedInClient, offer: Post, request_: Post, welder: User) -> None:
    answer = press(hers, offer, "uitnodigen")

    assert answer.headers["Location"].endswith(f"{offer.path}#panel-matching")
    (mail,) = invitations()
    assert mail.address == welder.email
    assert faults(mail) == []
    assert offer.title in mail.subject
    assert "Amina Oulad denkt dat uw bericht" in mail.text
    assert "Waarom dit past: Biedt gastles voor vmbo in Delft, rond " in mail.text
    assert "u zoekt dat, op 3 km" in mail.text
    page = hers.get(offer.path)
    assert page.texts(".match-invited") == ["Uitgenodigd"]
    assert "onderweg" in page.get_data(as_text=True)


def test_inviting_twice_mails_once(hers: SignedInClient, offer: Post, request_: Post) -> None:
    token = hers.get(offer.path).attributes(".match input[name=csrf_token]", "value")[0]
    for _click in range(2):
        fields = {"csrf_token": token, "soort": "post", "nummer": str(request_.id)}
        assert hers.post(f"/vraag-en-aanbod/{offer.id}/past/uitnodigen", data=fields).status_code == 303

    assert len(invitations()) == 1


def test_a_member_is_invited_by_expertise(app: Flask, welder: User, request_: Post) -> None:
    olga = make_user("Olga Kan Het")
    write_profile(olga, Visibility.MEMBERS, offers="Les over lassen, lasnaden en metaal.")

    press(client_of(app, welder), request_, "uitnodigen")

    (mail,) = invitations()
    assert mail.address == olga.email
    assert "wat in uw profiel staat" in mail.text
    assert olga.email not in client_of(app, welder).get(request_.path).get_data(as_text=True)


@pytest.mark.parametrize("who", ["other", "editor", "visitor"])
def test_nobody_else_invites_or_dismisses(app: Flask, offer: Post, request_: Post, editor: User, who: str) -> None:
    people = {"other": make_user("Iemand"), "editor": editor, "visitor": None}
    client = client_of(app, people[who])
    token = client.get(f"/melden/bericht/{offer.id}").attributes("input[name=csrf_token]", "value")[0]
    for act in ("uitnodigen", "weg"):
        fields = {"csrf_token": token, "soort": "post", "nummer": str(request_.id)}
        answer = client.post(f"/vraag-en-aanbod/{offer.id}/past/{act}", data=fields)
        assert answer.status_code in (401, 403)

    assert invitations() == []
    assert db.session.query(MatchDismissal).count() == 0
    assert "past/uitnodigen" not in client.get(offer.path).get_data(as_text=True)


@pytest.mark.parametrize("number", ["999999", "", "x", "１", "99999999999999999999"])  # noqa: RUF001
def test_only_what_is_shown_can_be_invited(hers: SignedInClient, offer: Post, request_: Post, number: str) -> None:
    token = hers.get(offer.path).attributes(".match input[name=csrf_token]", "value")[0]
    fields = {"csrf_token": token, "soort": "lid", "nummer": number}
    assert hers.post(f"/vraag-en-aanbod/{offer.id}/past/uitnodigen", data=fields).status_code == 303

    assert invitations() == []


def test_a_closed_post_invites_nobody(hers: SignedInClient, offer: Post, request_: Post, owner: User) -> None:
    token = hers.get(offer.path).attributes(".match input[name=csrf_token]", "value")[0]
    board.fulfil_post(offer, owner, None)
    fields = {"csrf_token": token, "soort": "post", "nummer": str(request_.id)}

    assert hers.post(f"/vraag-en-aanbod/{offer.id}/past/uitnodigen", data=fields).status_code == 403
    assert invitations() == []


def test_an_owner_invites_ten_times_a_day(app: Flask, hers: SignedInClient, offer: Post, network: Any) -> None:
    answers = []
    for number in range(11):
        post = ask(make_user(f"Vrager {number}"), title=f"{ASKED} {number}")
        token = hers.get(offer.path).attributes("input[name=csrf_token]", "value")[0]
        fields = {"csrf_token": token, "soort": "post", "nummer": str(post.id)}
        answers.append(hers.post(f"/vraag-en-aanbod/{offer.id}/past/uitnodigen", data=fields).status_code)
        board.withdraw_post(post, post.author, None)

    assert answers == [303] * 10 + [429]


def test_a_person_gets_three_invitations_a_week(
    hers: SignedInClient, offer: Post, place: Place, request_: Post
) -> None:
    posts = [offer, *(place(title=offer.title, body=WORDS, levels=("vmbo",)) for _number in range(3))]
    for post in posts:
        actions = hers.get(post.path).attributes(".match form", "action")
        if any(action.endswith("uitnodigen") for action in actions):
            press(hers, post, "uitnodigen")

    assert len(invitations()) == 3


@pytest.mark.parametrize("everybody", [False, True])
def test_the_link_in_the_mail_refuses_for_ever(
    app: Flask, client: SignedInClient, hers: SignedInClient, offer: Post, request_: Post, place: Place, everybody: bool
) -> None:
    press(hers, offer, "uitnodigen")
    link = link_to_refuse()
    visitor = client_of(app, None)
    page = visitor.get(link)
    assert page.texts("main button") == ["Niet meer van Amina Oulad", "Van niemand meer"]
    before = hers.get(place(title=offer.title, body=WORDS, levels=("vmbo",)).path)
    assert any(action.endswith("uitnodigen") for action in before.attributes(".match form", "action"))

    done = visitor.post_form(link, {"do": "iedereen" if everybody else "afzender"})
    assert done.status_code == 200
    assert done.only("h1") == "U krijgt geen uitnodigingen meer"

    other = place(title=offer.title, body=WORDS, levels=("vmbo",))
    page = hers.get(other.path)
    assert fits(page) == [ASKED]
    assert not any(action.endswith("uitnodigen") for action in page.attributes(".match form", "action"))
    third = make_user("Derde")
    third_post = ask_offer(third)
    actions = client_of(app, third).get(third_post.path).attributes(".match form", "action")
    assert any(action.endswith("uitnodigen") for action in actions) is not everybody


def ask_offer(user: User) -> Post:
    return ask(user, kind=Kind.OFFER, title="Les over lasnaden")


def test_a_link_that_is_not_ours_is_gone(client: InspectingClient) -> None:
    assert client.get("/uitnodigingen/weigeren/onzin").status_code == 404


def test_what_is_dismissed_is_gone_for_everybody(
    client: InspectingClient, hers: SignedInClient, offer: Post, request_: Post
) -> None:
    assert fits(client.get(offer.path)) == [ASKED]

    press(hers, offer, "weg")

    assert fits(client.get(offer.path)) == []
    assert fits(hers.get(offer.path)) == []
    assert fits(client.get(request_.path)) == [offer.title]


def test_a_dismissed_member_is_gone_for_visitors_too(
    app: Flask, client: InspectingClient, welder: User, request_: Post
) -> None:
    write_profile(make_user("Olga Kan Het"), Visibility.EVERYONE, offers="Les over lassen, lasnaden en metaal.")
    assert fits(client.get(request_.path)) == ["Olga Kan Het"]

    press(client_of(app, welder), request_, "weg")

    assert fits(client.get(request_.path)) == []


def test_dismissing_teaches_this_owner_only(
    app: Flask, hers: SignedInClient, offer: Post, owner: User, place: Place, welder: User
) -> None:
    other = place(title=offer.title, body=WORDS, levels=("vmbo",), municipality="delft")
    theirs = ask_offer(make_user("Derde"))
    ask(welder)
    before = {post.id: queries.list_matches(post, None).rows[0].score for post in (other, theirs)}

    press(hers, offer, "weg")

    with app.test_request_context():
        after = {post.id: queries.list_matches(post, None).rows[0].score for post in (other, theirs)}
    assert after[other.id] <= before[other.id]
    assert after[theirs.id] == before[theirs.id]


def test_an_erased_person_leaves_no_invitation(hers: SignedInClient, offer: Post, request_: Post, welder: User) -> None:
    press(hers, offer, "uitnodigen")
    person = personal_data.Person(welder.id, welder.name, welder.email)
    assert len(personal_data.export(person)["match_invitation"]) == 1

    with transaction():
        personal_data.erase(person, Contributions.ANONYMISE)

    assert db.session.query(MatchInvitation).count() == 0
