"""The session cookie, and forms that other sites would like to send."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Role, User, WebSession
from portal.accounts.sessions import EDITOR_IDLE, MEMBER_FOR, MEMBER_IDLE
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import content_version
from tests.accounts.coming_in import FRESH, SETTINGS, SIGN_IN, change, enter, is_in, known, signed_in
from tests.people import PASSWORD, SignedInClient, client_of

OUT = "/account/uitloggen"
FORMS = (SIGN_IN, "/account/registreren", "/account/inloglink", "/account/wachtwoord-vergeten", OUT)
HERS = (SETTINGS, "/account/wachtwoord", "/account/instellingen/adres", "/account/sessies/beeindigen")


def cookie(client: SignedInClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def with_cookie(app: Flask, value: str) -> SignedInClient:
    client = client_of(app, None)
    client.set_cookie("session", value, domain="localhost")
    return client


def test_a_cookie_planted_beforehand_is_never_signed_in(app: Flask) -> None:
    """CHECK 21: signing in gives a new cookie; the old one, and one made up, stay a visitor's."""
    known("lotte@example.org")
    for planted in (cookie_of_visitor(app), "A" * 43, "kort"):
        victim = with_cookie(app, planted)
        assert enter(victim, "lotte@example.org").status_code == 303
        assert is_in(victim)
        assert cookie(victim) != planted
        assert not is_in(with_cookie(app, planted))


def cookie_of_visitor(app: Flask) -> str:
    client = client_of(app, None)
    client.get(SIGN_IN)
    return cookie(client)


def test_after_signing_out_the_old_cookie_is_worthless(app: Flask) -> None:
    """CHECKS 22, 75: ended at the server, and the browser is told to forget."""
    client = signed_in(app, known("lotte@example.org"))
    old = cookie(client)
    answer = client.post_form(OUT)

    assert answer.status_code == 303
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert not is_in(client)
    assert not is_in(with_cookie(app, old))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
def test_nothing_but_a_post_signs_out(app: Flask, method: str) -> None:
    """CHECKS 23, 31, 32."""
    client = signed_in(app, known("lotte@example.org"))
    client.open(OUT, method=method, headers={"X-HTTP-Method-Override": "POST"})

    assert is_in(client)


def test_the_cookie_is_hard_to_steal(app: Flask) -> None:
    """CHECK 24: HttpOnly, SameSite, no Domain."""
    known("lotte@example.org")
    (header,) = enter(client_of(app, None), "lotte@example.org").headers.getlist("Set-Cookie")
    parts = {part.strip().lower() for part in header.split(";")[1:]}

    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)


def test_the_cookie_is_random_says_nothing_and_is_kept_nowhere(app: Flask) -> None:
    """CHECKS 25, 26: 256 bits, another each time; the data folder holds no value of a cookie."""
    user = known("lotte@example.org")
    values = {cookie(signed_in(app, user)) for _ in range(3)}
    folder: Path = app.config["SETTINGS"].instance
    kept = b"".join(path.read_bytes() for path in folder.glob("portal.db*"))

    assert len(values) == 3
    assert {len(value) for value in values} == {43}
    assert not any(value.encode() in kept for value in values)
    assert not any("lotte" in json.dumps(row.data) for row in db.session.scalars(select(WebSession)))


@pytest.mark.parametrize(("role", "idle"), [(Role.MEMBER, MEMBER_IDLE), (Role.EDITOR, EDITOR_IDLE)])
def test_idle_and_old_sessions_end(app: Flask, role: Role, idle: timedelta) -> None:
    """CHECK 27: unused for too long; or used all the time, and too old."""
    user = known("lotte@example.org")
    client = signed_in(app, user)
    change(user, role=role)
    begun = now()
    with time_machine.travel(begun + idle + timedelta(minutes=10)):
        assert client.get(SETTINGS).location is not None
        assert "inloggen" in str(client.get(SETTINGS).location)


def test_a_session_that_is_used_ends_too(app: Flask) -> None:
    """CHECK 27: the absolute limit."""
    client = signed_in(app, known("lotte@example.org"))
    begun = now()
    for days in range(3, MEMBER_FOR.days, 3):
        with time_machine.travel(begun + timedelta(days=days)):
            assert is_in(client), days
    with time_machine.travel(begun + MEMBER_FOR + timedelta(minutes=1)):
        assert not is_in(client)


def good_token(client: SignedInClient, path: str) -> str:
    return client.get(path).attributes("input[name=csrf_token]", "value")[0]


def refusals(app: Flask, client: SignedInClient, path: str, data: dict[str, str]) -> dict[str, int]:
    """Send a form in every way in which another site could, and return what was answered."""
    page = path if path in FORMS else SETTINGS
    token = good_token(client, page)
    strangers = good_token(client_of(app, None), SIGN_IN)
    ways: dict[str, dict[str, Any]] = {
        "none": {"data": data},
        "empty": {"data": {**data, "csrf_token": ""}},
        "wrong": {"data": {**data, "csrf_token": "x" * 60}},
        "not ascii": {"data": {**data, "csrf_token": "é" * 60}},
        "another's": {"data": {**data, "csrf_token": strangers}},
        "in the query": {"data": data, "query_string": {"csrf_token": token}},
        "htmx": {"data": data, "headers": {"HX-Request": "true"}},
        "json": {"json": {**data, "csrf_token": token}},
        "text": {"data": f"csrf_token={token}", "content_type": "text/plain"},
    }
    return {name: client.post(path, **way).status_code for name, way in ways.items()}


def test_signing_in_and_being_here_discard_no_kept_page(app: Flask) -> None:
    """The content version stays: or else every kept page would be rendered again at each sign-in."""
    user = known("lotte@example.org")
    client, before = client_of(app, None), content_version(db.engine)
    enter(client, "lotte@example.org")
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        assert is_in(client)
        db.session.refresh(user)
        assert user.last_seen_at == now()

    assert content_version(db.engine) == before


@pytest.mark.parametrize("path", FORMS)
def test_visitors_forms_refuse_what_another_site_sends(app: Flask, path: str) -> None:
    """CHECKS 28, 29, 30: also the forms for signing in."""
    known("lotte@example.org")
    client = client_of(app, None)
    answers = refusals(app, client, path, {"email": "lotte@example.org", "password": PASSWORD})

    assert set(answers.values()) <= {400, 403}, answers
    assert not is_in(client)


@pytest.mark.parametrize("path", [OUT, *HERS])
def test_members_forms_refuse_what_another_site_sends(app: Flask, path: str) -> None:
    """CHECKS 28, 29, 30."""
    user = known("lotte@example.org")
    client, elsewhere = signed_in(app, user), signed_in(app, user)
    data = {
        "email": "x@example.org",
        "password": PASSWORD,
        "new_password": FRESH,
        "language": "en",
    }
    answers = refusals(app, client, path, data)
    db.session.expire_all()

    assert set(answers.values()) <= {400, 403}, answers
    assert is_in(client)
    assert is_in(elsewhere)
    assert (user.email, user.language) == ("lotte@example.org", "nl")


@pytest.mark.parametrize("path", [*FORMS, *HERS[:3]])
def test_looking_changes_nothing(app: Flask, path: str) -> None:
    """CHECKS 31, 32: HEAD answers as GET; with the fields in the query nothing is saved; other methods are refused."""
    user = known("lotte@example.org")
    client = signed_in(app, user) if path in HERS else client_of(app, None)
    fields = {"email": "x@example.org", "name": "Naam", "password": PASSWORD, "language": "en", "new_password": FRESH}
    query = {**fields, "csrf_token": good_token(client, path)}
    codes = [client.open(path, method=method, query_string=query).status_code for method in ("GET", "HEAD")]

    assert codes == [200, 200]
    for method in ("PUT", "DELETE", "PATCH"):
        assert (
            client.open(path, method=method, headers={"X-HTTP-Method-Override": "POST"}, data=query).status_code == 405
        )
    db.session.expire_all()
    assert (user.email, user.language) == ("lotte@example.org", "nl")
    assert db.session.scalars(select(User)).all() == [user]


@pytest.mark.parametrize(
    "path", ["/", "/vraag-en-aanbod/", "/agenda/", "/over/", "/zoeken?q=a", "/account/onderweg/inloglink"]
)
def test_pages_without_a_form_give_no_cookie(client: Any, path: str) -> None:
    """CHECK 34."""
    assert client.get(path).headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("path", FORMS)
def test_two_visitors_share_neither_cookie_nor_token(app: Flask, path: str) -> None:
    """CHECKS 21, 25, 28: the page that one visitor got is never given to the next."""
    one, two = client_of(app, None), client_of(app, None)

    assert good_token(one, path) != good_token(two, path)
    assert cookie(one) != cookie(two)


@pytest.mark.parametrize("path", [*FORMS, *HERS[:3]])
def test_no_page_with_a_form_is_kept(app: Flask, path: str) -> None:
    """CHECK 75."""
    answer = signed_in(app, known("lotte@example.org")).get(path)

    assert "no-store" in answer.headers["Cache-Control"]
