"""Passkeys as the server sees them: what an honest key can do, and what a dishonest one cannot."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask

from portal.accounts import second_factor
from portal.accounts.models import User
from portal.accounts.second_factor_models import Passkey
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.accounts.second_factor.authenticator import PRESENT, Authenticator
from tests.accounts.second_factor.conftest import CODES, FACTORS, QUESTION, give_app, half_signed_in, post
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of

NEW = "/account/passkeys/nieuw"
STEP = "/account/tweede-stap/passkey"
SIGN_IN = "/account/inloggen/passkey"


def new_key(app: Flask) -> Authenticator:
    return Authenticator(app.config["BASE_URL"], urlsplit(app.config["BASE_URL"]).hostname or "")


def csrf_of(client: SignedInClient, path: str) -> str:
    return client.get(path).attributes("main input[name=csrf_token]", "value")[0]


def ask(client: SignedInClient, path: str, csrf: str) -> dict[str, Any]:
    """Fetch a question as the script does."""
    answer = client.post(f"{path}/vraag", headers={"X-CSRFToken": csrf})
    assert answer.status_code == 200, answer.status_code
    question: dict[str, Any] = answer.get_json()
    return question


def add(client: SignedInClient, key: Authenticator, name: str = "telefoon") -> InspectedResponse:
    csrf = csrf_of(client, NEW)
    made = key.create(ask(client, NEW, csrf))
    return post(client, NEW, {"csrf_token": csrf, "name": name, "credential": made})


def answer(client: SignedInClient, path: str, key: Authenticator, csrf: str, **more: str) -> InspectedResponse:
    """Ask and answer."""
    given = key.get(ask(client, path, csrf))
    return post(client, path, {"csrf_token": csrf, "credential": given} | more)


@pytest.fixture
def key(app: Flask, member: User) -> Authenticator:
    """Return a key that the member added."""
    made = new_key(app)
    assert add(client_of(app, member), made).status_code == 200
    return made


def visitors_csrf(client: SignedInClient) -> str:
    return csrf_of(client, "/account/inloggen")


def test_adding_the_first_key_shows_codes_and_the_second_step_is_asked(
    app: Flask, member: User, key: Authenticator
) -> None:
    client = half_signed_in(app, member)
    assert client.get(CODES).location.startswith(QUESTION)

    passed = answer(client, STEP, key, csrf_of(client, QUESTION), next=CODES)
    assert (passed.status_code, passed.location) == (303, CODES)
    assert client.get(CODES).status_code == 200


def test_a_key_alone_signs_in_with_both_factors(app: Flask, member: User, key: Authenticator) -> None:
    client = client_of(app, None)
    done = answer(client, SIGN_IN, key, visitors_csrf(client), next="/agenda/")

    assert (done.status_code, done.location) == (303, "/agenda/")
    assert client.get(CODES).status_code == 200


def test_a_key_that_did_not_ask_who_it_is_does_not_sign_in(app: Flask, member: User, key: Authenticator) -> None:
    """A key without finger, face or PIN is one factor: good as second step, not to come in with."""
    key.flags = PRESENT
    client = client_of(app, None)
    refused = answer(client, SIGN_IN, key, visitors_csrf(client))
    assert refused.location.startswith("/account/inloggen")

    half = half_signed_in(app, member)
    assert answer(half, STEP, key, csrf_of(half, QUESTION)).location == "/"


def tamper_origin(key: Authenticator) -> None:
    key.origin = "https://evil.example"


def tamper_site(key: Authenticator) -> None:
    key.site = "evil.example"


def tamper_key(key: Authenticator) -> None:
    key.key = Authenticator("", "").key


def tamper_handle(key: Authenticator) -> None:
    key.handle = "AAAA"


@pytest.mark.parametrize("tamper", [tamper_origin, tamper_site, tamper_key, tamper_handle])
def test_an_answer_for_another_site_key_or_person_is_refused(
    app: Flask, member: User, key: Authenticator, tamper: Callable[[Authenticator], None]
) -> None:
    tamper(key)
    client = half_signed_in(app, member)
    refused = answer(client, STEP, key, csrf_of(client, QUESTION))

    assert refused.location.startswith(QUESTION)
    assert client.get(CODES).location.startswith(QUESTION)


def test_a_copied_key_whose_count_goes_back_is_refused(app: Flask, member: User, key: Authenticator) -> None:
    key.count = 7
    client = half_signed_in(app, member)
    assert answer(client, STEP, key, csrf_of(client, QUESTION)).location == "/"
    key.count = 3
    other = half_signed_in(app, member)
    assert answer(other, STEP, key, csrf_of(other, QUESTION)).location.startswith(QUESTION)


def test_a_question_is_good_once_for_its_own_purpose_and_not_for_long(
    app: Flask, member: User, key: Authenticator
) -> None:
    """A recorded answer is worth nothing: not again, not elsewhere, not in another browser, not later."""
    client = half_signed_in(app, member)
    csrf = csrf_of(client, QUESTION)
    given = key.get(ask(client, STEP, csrf))
    other = half_signed_in(app, member)
    data = {"csrf_token": csrf_of(other, QUESTION), "credential": given}
    assert other.post(STEP, data=data).location.startswith(QUESTION)
    for_another = key.get(ask(other, SIGN_IN, data["csrf_token"]))
    assert other.post(STEP, data=data | {"credential": for_another}).location.startswith(QUESTION)
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        assert client.post(STEP, data={"csrf_token": csrf, "credential": given}).location.startswith(QUESTION)
    key.count = -1  # many keys never count: their counter cannot tell that an answer came before
    given = key.get(ask(client, STEP, csrf))
    assert client.post(STEP, data={"csrf_token": csrf, "credential": given}).location == "/"
    again = {"csrf_token": csrf_of(client, QUESTION), "credential": given}
    assert client.post(STEP, data=again).location.startswith(QUESTION)


def test_another_persons_key_is_no_second_step(app: Flask, other_member: User, key: Authenticator) -> None:
    give_app(other_member)
    client = half_signed_in(app, other_member)
    assert answer(client, STEP, key, csrf_of(client, QUESTION)).location.startswith(QUESTION)


def test_a_disabled_persons_key_does_not_sign_in(app: Flask, member: User, key: Authenticator) -> None:
    """CHECKS 18."""
    with transaction():
        member.disabled_at = now()
    client = client_of(app, None)
    assert answer(client, SIGN_IN, key, visitors_csrf(client)).location.startswith("/account/inloggen")
    assert "geblokkeerd" in client.get("/account/inloggen").get_data(as_text=True)


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "null", "x" * 30_000, '{"id": 1}', '{"id":"é","rawId":"é"}'])
def test_rubbish_is_refused_with_a_page(app: Flask, member: User, key: Authenticator, rubbish: str) -> None:
    """CHECKS 51, 53: never a 5xx, whichever form it comes with."""
    visitor, half, owner = client_of(app, None), half_signed_in(app, member), client_of(app, member)
    for client, path, page in ((visitor, SIGN_IN, "/account/inloggen"), (half, STEP, QUESTION), (owner, NEW, NEW)):
        csrf = csrf_of(client, page)
        ask(client, path, csrf)
        data = {"csrf_token": csrf, "credential": rubbish, "name": "x"}
        assert client.post(path, data=data).status_code in (303, 422), path


def test_only_the_owner_takes_a_key_off(app: Flask, member: User, other_member: User, key: Authenticator) -> None:
    """CHECKS 35, 36: signed out, not the owner, does not exist."""
    kept = db.session.scalars(db.select(Passkey)).one()
    path = f"/account/passkeys/{kept.id}/verwijderen"
    stranger, visitor = client_of(app, other_member), client_of(app, None)

    csrf = csrf_of(stranger, NEW)
    assert stranger.post(path, data={"csrf_token": csrf}).status_code == 404
    assert visitor.post(path, data={"csrf_token": visitors_csrf(visitor)}).status_code == 401
    owner = client_of(app, member)
    csrf = csrf_of(owner, NEW)
    assert owner.post("/account/passkeys/999/verwijderen", data={"csrf_token": csrf}).status_code == 404
    assert db.session.scalars(db.select(Passkey)).all()
    assert owner.press(FACTORS, path).status_code == 303
    assert not second_factor.has_factor(member)


def test_every_post_asks_for_the_token(app: Flask, member: User, key: Authenticator) -> None:
    """CHECKS 28: also the questions and the way in."""
    client = client_of(app, member)
    paths = [path for base in (NEW, STEP, SIGN_IN) for path in (base, f"{base}/vraag")]
    assert {client.post(path).status_code for path in paths} == {400}


def test_a_name_is_text(app: Flask, member: User) -> None:
    """CHECKS 45."""
    client = client_of(app, member)
    add(client, new_key(app), '<img src=x onerror="alert(1)">')
    assert not client.get(FACTORS).tree.css("main img")
