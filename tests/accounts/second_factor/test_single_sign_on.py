"""Signing in with another house, against a provider that runs as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from flask import Flask

from portal.accounts.models import User, WebSession
from portal.accounts.second_factor_models import Identity
from portal.core.clock import now
from portal.core.config import ConfigurationError, SingleSignOn, from_environment
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.accounts.second_factor.conftest import QUESTION, give_app, post
from tests.accounts.second_factor.provider import CLIENT_ID, CLIENT_SECRET
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, sign_in

RETURN = "/account/sso/terug"
JOIN = "/account/sso/nieuw"
TIE = "/account/sso/koppelen"
NEWCOMER = {"sub": "n-1", "name": "Nora Nieuw", "email": "nora@example.org", "email_verified": True}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run the provider; return its address."""
    command = [sys.executable, str(Path(__file__).with_name("provider.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def house(app: Flask, issuer: str) -> Iterator[SingleSignOn]:
    """Configure that provider."""
    before = app.config["SETTINGS"]
    found = SingleSignOn(issuer, CLIENT_ID, CLIENT_SECRET, "Testhuis")
    app.config["SETTINGS"] = replace(before, single_sign_on=found)
    yield found
    app.config["SETTINGS"] = before


def start(client: SignedInClient, next_path: str = "") -> str:
    """Press the button; return the provider's address that the page leads to."""
    csrf = client.get("/account/bewijs" if client.get_cookie("session", domain="localhost") else "/account/inloggen")
    token = csrf.attributes("input[name=csrf_token]", "value")[0]
    page = post(client, "/account/sso", {"csrf_token": token, "next": next_path})
    assert page.status_code == 200
    return page.attributes("main a.button", "href")[0]


def at_provider(address: str, person: dict[str, Any]) -> str:
    """Sign in over there as somebody; return the path that leads back."""
    answer = requests.get(address, params={"as": json.dumps(person)}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come_in(app: Flask, person: dict[str, Any], next_path: str = "") -> tuple[SignedInClient, InspectedResponse]:
    """Go there and back in a fresh browser."""
    client = client_of(app, None)
    return client, client.get(at_provider(start(client, next_path), person))


def tied(user: User, house: SingleSignOn, subject: str) -> None:
    with transaction() as session:
        session.add(Identity(user_id=user.id, issuer=house.issuer, subject=subject))


def test_the_question_carries_pkce_state_and_nonce(app: Flask, house: SingleSignOn) -> None:
    asked = parse_qs(urlsplit(start(client_of(app, None))).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert all(len(asked[name][0]) >= 22 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [app.config["BASE_URL"] + RETURN]


def test_a_newcomer_with_a_checked_address_joins_and_comes_back_in(app: Flask, house: SingleSignOn) -> None:
    client, answer = come_in(app, NEWCOMER)
    assert answer.location == JOIN
    assert db.session.scalar(db.select(User)) is None
    assert client.post_form(JOIN, {"role": "administrator", "email": "x@example.org"}).status_code == 303

    user = db.session.scalars(db.select(User)).one()
    assert (user.name, user.email, user.role, user.is_active) == ("Nora Nieuw", "nora@example.org", "member", True)
    again, answer = come_in(app, NEWCOMER | {"email": "elders@example.org"}, "/agenda/")
    assert answer.location == "/agenda/"
    assert "Nora Nieuw" in again.get("/agenda/").get_data(as_text=True)


def test_an_address_that_is_known_is_tied_only_by_its_owner(app: Flask, house: SingleSignOn, member: User) -> None:
    """Whoever holds an address elsewhere does not get the account here: the owner signs in and says yes."""
    person = NEWCOMER | {"email": member.email.upper()}
    client, answer = come_in(app, person)
    assert answer.location == TIE
    assert client.get(TIE).location.startswith("/account/inloggen")
    assert db.session.scalar(db.select(Identity)) is None

    sign_in_keeping_session(client, member)
    assert client.get(TIE).status_code == 200
    assert db.session.scalar(db.select(Identity)) is None
    assert client.post_form(TIE).status_code == 303
    _other, answer = come_in(app, person)
    assert answer.location == "/"


def sign_in_keeping_session(client: SignedInClient, user: User) -> None:
    """Sign in as `sessions.begin` does: what the browser remembered goes along."""
    data = db.session.scalars(db.select(WebSession).order_by(WebSession.id.desc())).first()
    remembered = dict(data.data) if data else {}
    sign_in(client, user)
    with transaction() as session:
        row = session.scalars(db.select(WebSession).where(WebSession.user_id == user.id)).one()
        row.data = remembered


def test_somebody_else_cannot_tie_it_to_their_account(app: Flask, house: SingleSignOn, other_member: User) -> None:
    client, _answer = come_in(app, NEWCOMER)
    sign_in_keeping_session(client, other_member)

    assert client.post_form(TIE).status_code == 403
    assert db.session.scalar(db.select(Identity)) is None


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_nobody_checked_gives_nothing(
    app: Flask, house: SingleSignOn, member: User, verified: object
) -> None:
    client, answer = come_in(app, NEWCOMER | {"email": member.email, "email_verified": verified})

    assert answer.status_code == 403
    assert client.get(JOIN).location == "/"
    assert db.session.scalars(db.select(User)).all() == [member]


@pytest.mark.parametrize("fault", ["nonce", "audience", "issuer", "expired", "signature", "unsigned", "shared-secret"])
def test_a_token_that_breaks_a_promise_is_refused(app: Flask, house: SingleSignOn, member: User, fault: str) -> None:
    tied(member, house, "m-1")
    client, answer = come_in(app, {"sub": "m-1", "fault": fault})

    assert answer.status_code == 400
    assert member.name not in client.get("/agenda/").get_data(as_text=True)


def test_the_way_back_is_good_once_and_in_one_browser(app: Flask, house: SingleSignOn, member: User) -> None:
    """State: an attacker cannot let somebody else come in as the attacker, nor use a way back again."""
    tied(member, house, "m-1")
    client, stranger = client_of(app, None), client_of(app, None)
    address = start(client)
    back = at_provider(address, {"sub": "m-1"})

    assert stranger.get(back).status_code == 400
    assert client.head(back).status_code == 200
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 400
    assert client.get(at_provider(address, {"sub": "m-1"})).status_code == 400
    other = client_of(app, None)
    forged = at_provider(start(other), {"sub": "m-1"}).partition("&state=")[0]
    assert other.get(f"{forged}&state=forged").status_code == 400
    for odd in ("", "?state=%C3%A9&code=1", "?state=&code=", "?error=access_denied"):
        assert client.get(RETURN + odd).status_code == 400


def test_a_way_back_that_took_too_long_is_refused(app: Flask, house: SingleSignOn, member: User) -> None:
    tied(member, house, "m-1")
    client = client_of(app, None)
    back = at_provider(start(client), {"sub": "m-1", "exp": 9_999_999_999})
    with time_machine.travel(now().timestamp() + 700, tick=False):
        assert client.get(back).status_code == 400


def test_the_number_counts_per_issuer(app: Flask, house: SingleSignOn, member: User) -> None:
    """`sub` means nothing without who said it."""
    with transaction() as session:
        session.add(Identity(user_id=member.id, issuer="https://elders.example.org", subject="n-1"))

    _client, answer = come_in(app, NEWCOMER)
    assert answer.location == JOIN


def test_a_disabled_person_stays_out(app: Flask, house: SingleSignOn, member: User) -> None:
    """CHECKS 18: also by this door."""
    tied(member, house, "m-1")
    with transaction():
        member.disabled_at = now()
    client, answer = come_in(app, {"sub": "m-1"})
    assert answer.status_code == 403
    assert member.name not in client.get("/agenda/").get_data(as_text=True)


def test_the_second_step_is_asked_here_all_the_same(app: Flask, house: SingleSignOn, member: User) -> None:
    tied(member, house, "m-1")
    give_app(member)
    client, _answer = come_in(app, {"sub": "m-1"})
    assert client.get("/account/tweede-stap/herstelcodes").location.startswith(QUESTION)


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_next_never_leaves_the_site(app: Flask, house: SingleSignOn, member: User, path: str) -> None:
    """CHECKS 33."""
    tied(member, house, "m-1")
    _client, answer = come_in(app, {"sub": "m-1"}, path)
    assert answer.location == "/"


def test_a_name_from_elsewhere_is_text(app: Flask, house: SingleSignOn) -> None:
    """CHECKS 45, 59: neither markup nor invisible characters come in with it."""
    client, _answer = come_in(app, NEWCOMER | {"name": "<b>N\u202eora</b>\x00"})
    page = client.get(JOIN)
    assert page.attributes("input[name=name]", "value") == ["<b>Nora</b>"]
    assert not page.tree.css("main b")


def test_a_house_that_does_not_answer_gives_a_page(app: Flask, house: SingleSignOn) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], single_sign_on=replace(house, issuer="http://127.0.0.1:9"))
    client = client_of(app, None)
    token = client.get("/account/inloggen").attributes("input[name=csrf_token]", "value")[0]
    answer = post(client, "/account/sso", {"csrf_token": token})
    assert answer.status_code == 503
    assert "Testhuis" in answer.only("h1")


def test_without_a_house_there_is_no_door(app: Flask) -> None:
    client = client_of(app, None)
    page = client.get("/account/inloggen")
    assert "/account/sso" not in page.get_data(as_text=True)
    token = page.attributes("input[name=csrf_token]", "value")[0]
    assert client.post("/account/sso", data={"csrf_token": token}).status_code == 404


def test_the_button_is_there_when_a_house_is_configured(app: Flask, house: SingleSignOn) -> None:
    page = client_of(app, None).get("/account/inloggen")
    assert any("Testhuis" in text for text in page.texts('form[action="/account/sso"] button'))


@pytest.mark.parametrize(
    ("setting", "value"),
    [("ISSUER", "http://login.example.org"), ("ISSUER", "ftp://x"), ("CLIENT_ID", ""), ("CLIENT_SECRET", "")],
)
def test_a_half_configured_house_stops_the_start(tmp_path: Path, setting: str, value: str) -> None:
    settings = {"ISSUER": "https://login.example.org", "CLIENT_ID": "x", "CLIENT_SECRET": "y"} | {setting: value}
    environment = {f"PORTAL_OIDC_{name}": text for name, text in settings.items()}
    with pytest.raises(ConfigurationError, match=f"PORTAL_OIDC_{setting}"):
        from_environment({"PORTAL_INSTANCE": str(tmp_path)} | environment)
