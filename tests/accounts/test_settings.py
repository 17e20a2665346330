"""One's own account: password, address, sessions, language."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User, WebSession
from portal.accounts.sessions import hashed
from portal.core.extensions import db
from tests.accounts.coming_in import FRESH, SETTINGS, ask_link, enter, is_in, known, link_of, mails, signed_in
from tests.people import PASSWORD, SignedInClient, client_of

CHANGE = "/account/wachtwoord"
ADDRESS = "/account/instellingen/adres"
OTHERS = "/account/sessies/beeindigen"


def test_a_new_password_asks_the_old_one_and_ends_the_other_sessions(app: Flask) -> None:
    """CHECK 14: and this browser gets a new cookie."""
    user = known("lotte@example.org")
    here, elsewhere = signed_in(app, user), signed_in(app, user)
    before = cookie(here)

    assert here.post_form(CHANGE, {"password": "een ander wachtwoord 9", "new_password": FRESH}).status_code == 422
    assert is_in(elsewhere)
    assert here.post_form(CHANGE, {"password": PASSWORD, "new_password": FRESH}).status_code == 303
    assert is_in(here)
    assert not is_in(elsewhere)
    assert cookie(here) != before
    assert enter(client_of(app, None), user.email).status_code == 422
    assert enter(client_of(app, None), user.email, FRESH).status_code == 303
    assert mails()[-1].address == user.email


def test_a_weak_new_password_is_refused(app: Flask) -> None:
    """CHECK 10."""
    here = signed_in(app, known("lotte@example.org"))

    for weak in ("wachtwoord", "lotte@example.org", "Lotte van der Lid"):
        assert here.post_form(CHANGE, {"password": PASSWORD, "new_password": weak}).status_code == 422


def test_ones_own_password_cannot_be_guessed_at_leisure(app: Flask) -> None:
    here = signed_in(app, known("lotte@example.org"))
    wrong = {"password": "een ander wachtwoord 9", "new_password": FRESH}

    assert [here.post_form(CHANGE, wrong).status_code for _ in range(11)] == [422] * 10 + [429]


def test_another_address_needs_the_password_and_its_own_confirmation(app: Flask) -> None:
    """CHECK 17: the old address is told when it is asked and when it happens; other sessions and links end."""
    user = known("lotte@example.org")
    here, elsewhere = signed_in(app, user), signed_in(app, user)
    reset = ask_link(app, "/account/wachtwoord-vergeten", user.email)

    assert here.post_form(ADDRESS, {"email": "nieuw@example.org", "password": "fout fout fout"}).status_code == 422
    assert here.post_form(ADDRESS, {"email": "Nieuw@example.org", "password": PASSWORD}).status_code == 303
    _reset, notice, question = mails()
    assert (notice.address, question.address) == ("lotte@example.org", "nieuw@example.org")
    link = link_of(question)
    assert (here.get(link).status_code, here.head(link).status_code, address(user)) == (200, 200, "lotte@example.org")
    assert here.post_form(link).status_code == 303
    assert address(user) == "nieuw@example.org"
    assert mails()[-1].address == "lotte@example.org"
    assert is_in(here)
    assert not is_in(elsewhere)
    for gone in (link, reset):
        assert client_of(app, None).get(gone).status_code == 404


def test_an_address_of_somebody_else_stays_theirs_and_the_answer_tells_nothing(app: Flask) -> None:
    """CHECKS 8, 17."""
    user = known("lotte@example.org")
    known("ander@example.org")
    here = signed_in(app, user)
    answers = [here.post_form(ADDRESS, {"email": email, "password": PASSWORD})
               for email in ("ander@example.org", "vrij@example.org")]  # fmt: skip

    assert {(answer.status_code, answer.location) for answer in answers} == {(303, SETTINGS)}
    to_other = next(mail for mail in mails() if mail.address == "ander@example.org")
    assert "/account/adres/" not in to_other.text
    assert address(user) == "lotte@example.org"


def test_a_password_change_voids_the_question_at_the_new_address(app: Flask) -> None:
    """CHECKS 15, 17: who notices that a stranger asked can stop it."""
    user = known("lotte@example.org")
    here = signed_in(app, user)
    here.post_form(ADDRESS, {"email": "nieuw@example.org", "password": PASSWORD})
    link = link_of(mails()[-1])
    here.post_form(CHANGE, {"password": PASSWORD, "new_password": FRESH})

    assert client_of(app, None).get(link).status_code == 404


def test_sessions_are_listed_and_ended_one_by_one(app: Flask) -> None:
    user = known("lotte@example.org")
    here, elsewhere, third = (signed_in(app, user) for _ in range(3))
    page = here.get(SETTINGS)
    buttons = [action for action in page.attributes("form", "action") if "/sessies/" in action]

    assert len(page.tree.css(".account-sessions li")) == 3
    assert len(buttons) == 3
    assert here.press(SETTINGS, f"/account/sessies/{session_of(elsewhere)}/beeindigen").status_code == 303
    assert [is_in(client) for client in (here, elsewhere, third)] == [True, False, True]
    assert here.press(SETTINGS, OTHERS).status_code == 303
    assert [is_in(client) for client in (here, elsewhere, third)] == [True, False, False]


def test_sessions_of_others_do_not_exist(app: Flask) -> None:
    """Signed out, not the owner, not there at all: nothing happens."""
    owner, other = known("lotte@example.org"), known("ander@example.org")
    theirs, mine = signed_in(app, owner), signed_in(app, other)
    path = f"/account/sessies/{session_of(theirs)}/beeindigen"

    assert mine.post(path, data=token_of(mine)).status_code == 404
    assert mine.post("/account/sessies/999999/beeindigen", data=token_of(mine)).status_code == 404
    visitor = client_of(app, None)
    assert visitor.post(path, data=token_of(visitor, "/account/inloggen")).status_code == 401
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert mine.open(path, method=method).status_code == 405
    assert is_in(theirs)


def test_the_language_is_kept(app: Flask) -> None:
    user = known("lotte@example.org")
    here = signed_in(app, user)

    assert (
        here.post_form(SETTINGS, {"language": "en", "role": "administrator", "email": "x@example.org"}).status_code
        == 303
    )
    db.session.expire_all()
    assert (user.language, user.role, user.email) == ("en", "member", "lotte@example.org")
    assert here.post_form(SETTINGS, {"language": "xx"}).status_code == 422


@pytest.mark.parametrize("path", [SETTINGS, CHANGE, ADDRESS])
def test_visitors_are_sent_to_sign_in_and_back(app: Flask, path: str) -> None:
    known("lotte@example.org")
    client = client_of(app, None)
    sent = client.get(path)

    assert sent.status_code == 303
    assert sent.location is not None
    assert enter(client, "lotte@example.org", path=sent.location).location == path


def address(user: User) -> str:
    db.session.expire_all()
    return str(db.session.scalar(select(User.email).where(User.id == user.id)))


def cookie(client: SignedInClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def session_of(client: SignedInClient) -> int:
    row = db.session.scalar(select(WebSession.id).where(WebSession.token_hash == hashed(cookie(client))))
    assert row is not None
    return row


def token_of(client: SignedInClient, path: str = SETTINGS) -> dict[str, str]:
    return {"csrf_token": client.get(path).attributes("input[name=csrf_token]", "value")[0]}
