"""Saving posts, events and articles: with an account, on the way to signing in, and from the browser."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import User
from portal.board import services as board
from portal.board.models import Post
from portal.core import personal_data
from portal.core.extensions import db
from portal.core.personal_data import Contributions, Person
from portal.core.storage.database import transaction
from portal.saved.models import SavedItem
from tests.board.conftest import Place, network, place
from tests.people import PASSWORD, SignedInClient, client_of, make_user
from tests.search import content

__all__ = ["network", "place"]
BUTTON = "main .save-form button"


@pytest.fixture
def reader(app: Flask) -> User:
    """Return a member who saves things."""
    return make_user("Bea Bewaarder", password_hash=passwords.hashed(PASSWORD), email="bea@example.org")


@pytest.fixture
def hers(app: Flask, reader: User) -> SignedInClient:
    """Return the client of that member."""
    return client_of(app, reader)


def saved() -> list[SavedItem]:
    db.session.expire_all()
    return list(db.session.scalars(select(SavedItem)))


def press(client: SignedInClient, path: str, do: str = "bewaar") -> Any:
    """Press the button to save on a page."""
    return client.post_form(path, {"do": do}, form="main form.save-form")


def test_a_member_saves_and_removes_at_the_page(place: Place, hers: SignedInClient) -> None:
    post = place(title="Les over beton")
    assert hers.get(post.path).only(BUTTON) == "Bewaren"

    assert press(hers, post.path).headers["Location"] == post.path
    assert hers.get(post.path).only(BUTTON) == "Bewaard: weghalen"
    assert hers.get("/bewaard/").texts(".post-card .card-title") == ["Les over beton"]
    press(hers, post.path)
    assert len(saved()) == 1, "saving twice saves once"

    press(hers, post.path, "verwijder")
    assert "nog niets" in hers.get("/bewaard/").only("#saved")


def test_the_list_is_by_kind_and_says_what_is_over(
    app: Flask, reader: User, hers: SignedInClient, place: Place
) -> None:
    post = place()
    article = content.article("Nieuws uit de klas", "Tekst.")
    for path in (post.path, article.path):
        press(hers, path)
    board.fulfil_post(post, post.author, None)

    page = hers.get("/bewaard/")
    assert page.texts("#saved h2") == ["Vraag & Aanbod", "Nieuws"]
    assert "gesloten" in page.only(".saved-over")

    with transaction():
        board.withdraw_post(db.session.get_one(Post, post.id), reader, None)
    page = hers.get("/bewaard/")
    assert not page.texts(".post-card")
    assert "1 ding" in page.only("section:last-of-type p:not(.save-form)")
    hers.post_form("/bewaard/", {"do": "verwijder"}, form=".saved-gone form")
    assert not hers.get("/bewaard/").texts(".saved-gone")


def test_a_visitor_signs_in_and_finds_it_saved(app: Flask, place: Place, reader: User) -> None:
    post = place()
    visitor = client_of(app, None)
    link = visitor.get(post.path).attributes("[data-save]", "href")[0]
    assert link == f"/bewaard/bericht/{post.id}"
    asked = visitor.get(link)
    assert saved() == []

    sent = visitor.post_form(asked.headers["Location"], {"email": reader.email, "password": PASSWORD})
    assert [row.post_id for row in saved()] == [post.id]
    there = visitor.get(sent.headers["Location"])
    assert there.headers["Location"] == post.path


def test_who_is_signed_in_presses_a_button_at_that_link(place: Place, hers: SignedInClient) -> None:
    post = place()
    link = f"/bewaard/bericht/{post.id}"
    assert hers.get(link).status_code == 200
    assert saved() == [], "looking saves nothing"
    assert hers.get(f"/account/inloggen?next={link}").status_code == 303
    assert saved() == []

    hers.post_form(link, {"do": "bewaar"})
    assert len(saved()) == 1


def test_what_the_browser_held_moves_to_the_account(place: Place, hers: SignedInClient) -> None:
    posts = [place() for _number in range(3)]
    press(hers, posts[0].path)
    page = hers.get("/")
    assert page.attributes("nav.account-menu", "data-save-move") == ["/bewaard/verhuizen"]
    token = page.attributes(".account-menu [name=csrf_token]", "value")[0]
    items = [*(f"bericht/{post.id}" for post in posts), "bericht/999999", "raar/1", "bericht/x"]

    sent = hers.post("/bewaard/verhuizen", data={"item": items}, headers={"HX-Request": "true", "X-CSRFToken": token})

    assert sent.status_code == 204
    assert {row.post_id for row in saved()} == {post.id for post in posts}


def test_the_list_of_a_browser_comes_as_a_part(app: Flask, place: Place) -> None:
    posts = [place(title=f"Les {number}") for number in range(2)]
    with transaction():
        hidden = place(title="Weg")
        board.withdraw_post(hidden, hidden.author, None)
    query = [("item", f"bericht/{post.id}") for post in (*posts, hidden)]

    part = client_of(app, None).get("/bewaard/", query_string=query, headers={"HX-Request": "true"})

    assert part.texts(".card-title") == ["Les 0", "Les 1"]
    assert "Weg" not in part.get_data(as_text=True)


def test_public_pages_stay_the_same_for_all_visitors(app: Flask, place: Place) -> None:
    post = place()
    one, other = client_of(app, None), client_of(app, None)
    one.get("/account/inloggen")  # has a session now

    assert one.get(post.path).only("main") == other.get(post.path).only("main")
    assert "Set-Cookie" not in other.get(post.path).headers


@pytest.mark.parametrize("path", ["/bewaard/bericht/999", "/bewaard/raar/1"])
def test_what_is_not_there_cannot_be_saved(hers: SignedInClient, path: str) -> None:
    assert hers.get(path).status_code == 404


def test_nobody_saves_what_one_may_not_see(place: Place, hers: SignedInClient, reader: User) -> None:
    post = place()
    board.withdraw_post(post, post.author, None)

    assert hers.get(f"/bewaard/bericht/{post.id}").status_code == 404


def test_download_and_erasure_cover_it(place: Place, hers: SignedInClient, reader: User) -> None:
    post = place()
    press(hers, post.path)
    person = Person(reader.id, reader.name, reader.email)

    assert personal_data.export(person)["saved_item"][0]["post_id"] == post.id
    with transaction():
        personal_data.erase(person, Contributions.ANONYMISE)
    assert saved() == []
