"""Writing to an organisation or a member without a post, and passing a post on to somebody."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from portal.accounts.models import User
from portal.answers import forwards
from portal.answers.conduct_models import Forward
from portal.answers.models import Message, PendingAnswer, Thread
from portal.board.models import Post
from portal.community.models import Organisation, Profile, Seat, Visibility
from portal.core.clock import today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.answers.conftest import WORDS, answer, link_in, mails, only_thread, write
from tests.answers.test_guests import WHO
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user

FRIEND = "vriendin@bedrijf.example"
WRITTEN = {"subject": "Open dag in maart", "body": WORDS}


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def bakery(network: dict[str, Any], owner: User) -> Organisation:
    """Return an organisation where the owner has a seat."""
    organisation: Organisation = network["bakkerij"]
    with transaction() as session:
        session.add(Seat(user=owner, organisation=organisation, role="hr", since=today()))
    return organisation


@pytest.fixture
def listed(owner: User) -> Profile:
    """Return a profile of the owner that members see and may write to."""
    with transaction() as session:
        profile = Profile(user_id=owner.id, is_listed=True, offers="Gastlessen")
        session.add(profile)
    return profile


def test_an_organisation_is_written_to_from_its_page(
    bakery: Organisation, hers: SignedInClient, theirs: SignedInClient
) -> None:
    (link,) = [path for path in theirs.get(bakery.path).attributes("a", "href") if path.endswith("/bericht")]
    sent = theirs.post_form(link, WRITTEN)
    assert sent.status_code == 303

    path = only_thread().path
    assert [mail.address for mail in mails("answer.message")]
    assert hers.get(path).only("h1") == "Gesprek over “Open dag in maart”"
    write(hers, path, "Welkom.")
    assert "Welkom." in theirs.get(path).texts(".message .prose")
    assert "Bakkerij" in theirs.get("/antwoorden/").only(".card-title a") or theirs.get("/antwoorden/").texts(
        ".card-title a"
    )


def test_a_guest_writes_to_an_organisation_after_confirming(
    app: Flask, bakery: Organisation, client: InspectingClient, hers: SignedInClient
) -> None:
    guest = client_of(app, None)
    guest.post_form(f"{bakery.path}/bericht", {**WRITTEN, **WHO})
    assert count(Thread) == 0
    guest.post_form(link_in(mails("answer.confirm")[0], "/antwoorden/bevestigen/"))

    assert only_thread().subject == "Open dag in maart"
    assert "Gijs Gast" in hers.get(only_thread().path).only(".sheet-head")
    assert WHO["email"] not in hers.get(only_thread().path).get_data(as_text=True)


def test_a_member_is_written_to_only_where_that_is_allowed(
    owner: User, listed: Profile, client: InspectingClient, hers: SignedInClient, theirs: SignedInClient
) -> None:
    contact = f"/leden/{owner.id}/bericht"
    assert contact in theirs.get(owner.path).attributes("a", "href")
    assert theirs.post_form(contact, WRITTEN).status_code == 303
    assert only_thread().subject in hers.get("/antwoorden/").only(".contributions")
    assert client.get(contact).status_code == client.get("/leden/999/bericht").status_code == 401, "members only"
    assert hers.get(contact).status_code == 404, "not to oneself"

    with transaction():
        listed.contact_for = Visibility.NOBODY
    assert theirs.get(contact).status_code == 404
    assert contact not in theirs.get(owner.path).attributes("a", "href")


def test_who_allows_everybody_and_shows_nothing_is_not_found(
    owner: User, listed: Profile, client: InspectingClient
) -> None:
    """Nobody learns a name that the page of that member does not show."""
    with transaction():
        listed.contact_for = Visibility.EVERYONE
    assert client.get(f"/leden/{owner.id}/bericht").status_code == 401

    with transaction():
        listed.offers_for = Visibility.EVERYONE
    assert client.get(f"/leden/{owner.id}/bericht").status_code == 200


def test_a_post_is_passed_on_once_with_the_name_of_who_did(
    post: Post, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, post, kind="knows", named="Vera Vriend", named_email=FRIEND)

    (mail,) = mails("answer.forward")
    assert mail.address == FRIEND
    assert "Lotte van der Lid" in mail.text
    assert "Vera Vriend" in mail.text
    assert link_in(mail, "/vraag-en-aanbod/").startswith(post.path)
    thread = hers.get(only_thread().path)
    assert "Vera Vriend" in thread.only(".message-facts")
    assert FRIEND not in thread.get_data(as_text=True)
    assert forwards.address_hash(FRIEND) == db.session.scalars(select(Forward.address_hash)).one()

    answer(client_of(hers.application, make_user("Nog Iemand")), post, kind="knows", named="V", named_email=FRIEND)
    assert len(mails("answer.forward")) == 1


def test_who_refuses_gets_no_forwarded_post_any_more(
    post: Post, place: Any, client: InspectingClient, theirs: SignedInClient
) -> None:
    answer(theirs, post, kind="knows", named="Vera Vriend", named_email=FRIEND)
    link = link_in(mails("answer.forward")[0], "/antwoorden/niet-doorsturen/")
    assert client.get(link).texts("main button") == ["Ik wil zulke mails niet"]
    answer(theirs, place(), kind="knows", named="Vera Vriend", named_email=FRIEND)
    assert len(mails("answer.forward")) == 2, "a scanner that opens the link refuses nothing"

    client_of(theirs.application, None).post_form(link)
    assert client.get(link).only("h1") == "U krijgt zulke mails niet meer"
    answer(theirs, place(), kind="knows", named="Vera Vriend", named_email=FRIEND.upper())
    assert len(mails("answer.forward")) == 2
    assert client.get(link[:-2] + "xx").status_code == 404


def test_a_guest_passes_a_post_on_only_after_confirming(app: Flask, post: Post) -> None:
    guest = client_of(app, None)
    answer(guest, post, kind="knows", named="Vera Vriend", named_email=FRIEND, **WHO)
    assert not mails("answer.forward")

    guest.post_form(link_in(mails("answer.confirm")[0], "/antwoorden/bevestigen/"))
    assert "Gijs Gast (Het Lyceum)" in mails("answer.forward")[0].text
    with transaction() as session:
        session.execute(delete(PendingAnswer))
    assert db.session.scalars(select(Message)).one().named == "Vera Vriend"


def test_whom_one_knows_needs_a_name_and_an_address(post: Post, theirs: SignedInClient) -> None:
    refused = answer(theirs, post, kind="knows")

    assert refused.status_code == 422
    assert len(refused.texts(".error-summary li")) == 2
    assert count(Thread) == 0


def test_five_people_a_day_hear_of_posts_through_one_person(post: Post, place: Any, theirs: SignedInClient) -> None:
    statuses = [
        answer(theirs, place(), kind="knows", named="Vera", named_email=f"v{number}@x.example").status_code
        for number in range(6)
    ]
    assert statuses == [303] * 5 + [422]
