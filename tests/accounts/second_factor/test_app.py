"""The second step with an authenticator app, and who must have one."""

import re
from datetime import timedelta

import time_machine
from flask import Flask

from portal.accounts import second_factor
from portal.accounts.models import AuditEntry, User
from portal.accounts.second_factor_models import RecoveryCode, TotpSecret
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.accounts.second_factor.conftest import (
    APP,
    CODES,
    FACTORS,
    QUESTION,
    code_of,
    give_app,
    half_signed_in,
    post,
)
from tests.people import client_of, sign_in

MEMBERS_PAGE = "/account/tweede-stap/herstelcodes"


def secret_on(page: str) -> str:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def test_an_editor_without_second_factor_is_led_to_setting_it_up_and_then_on(app: Flask, new_editor: User) -> None:
    """X1: required for editors; what the session may do grows only when the factor is there."""
    client = half_signed_in(app, new_editor)

    led = client.get(MEMBERS_PAGE)
    assert led.status_code == 303
    assert led.location.startswith(f"{QUESTION}?")
    assert client.get(led.location).location.startswith(FACTORS)

    page = client.get(f"{APP}?next=/agenda/")
    secret = secret_on(page.get_data(as_text=True))
    assert page.attributes("img.qr", "src")[0].startswith("data:image/svg+xml")
    shown = client.post_form(f"{APP}?next=/agenda/", {"code": "000000"})
    assert shown.status_code == 422
    form_secret = shown.attributes("input[name=secret]", "value")[0]
    csrf = shown.attributes("main input[name=csrf_token]", "value")[0]
    kept = secret_on(shown.get_data(as_text=True))
    done = post(client, APP, {"csrf_token": csrf, "secret": form_secret, "code": code_of(kept), "next": "/agenda/"})
    assert len(done.texts(".recovery-codes code")) == 10
    assert "/agenda/" in done.attributes("main a.button", "href")
    assert secret != ""
    assert client.get(CODES).status_code == 200


def test_setting_up_gives_the_session_a_new_cookie(app: Flask, new_editor: User) -> None:
    """CHECKS 21: a cookie from before the second factor is worth nothing after it."""
    client = half_signed_in(app, new_editor)
    before = client.get_cookie("session", domain="localhost")
    page = client.get(APP)

    client.post_form(APP, {"code": "1"})  # the form still asks
    assert client.get_cookie("session", domain="localhost") == before
    data = {name: page.attributes(f"main input[name={name}]", "value")[0] for name in ("csrf_token", "secret")}
    client.post(APP, data=data | {"code": code_of(secret_on(page.get_data(as_text=True)))})

    after = client.get_cookie("session", domain="localhost")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    old = client_of(app, None)
    old.set_cookie("session", before.value, domain="localhost")
    assert old.get(FACTORS).location.startswith("/account/inloggen")


def test_the_right_code_opens_what_the_guard_keeps_shut(app: Flask, member: User) -> None:
    secret = give_app(member)
    client = half_signed_in(app, member)

    assert client.get(MEMBERS_PAGE).location.startswith(QUESTION)
    assert client.post_form(QUESTION, {"code": "123456"}).status_code == 422
    answer = client.post_form(f"{QUESTION}?next={MEMBERS_PAGE}", {"code": f" {code_of(secret)} "})

    assert (answer.status_code, answer.location) == (303, MEMBERS_PAGE)
    assert client.get(MEMBERS_PAGE).status_code == 200


def test_a_code_works_once(app: Flask, member: User) -> None:
    """A code that somebody saw being typed is worth nothing: the last counter is kept."""
    secret = give_app(member)
    code = code_of(secret)

    assert second_factor.accept(member, code)
    assert not second_factor.accept(member, code)
    assert not second_factor.accept(member, code_of(secret, -1))
    with time_machine.travel(now() + timedelta(seconds=31), tick=False):
        assert second_factor.accept(member, code_of(secret))


def test_an_outdated_or_early_code_and_rubbish_are_refused(app: Flask, member: User) -> None:
    """CHECKS 2 of the traps, 29: digits of other scripts compare as bytes, and are no digits here."""
    secret = give_app(member, steps=-1)

    refused = [code_of(secret, -3), code_of(secret, 3), "", "12345", "1234567", "\uff11" * 6, "é", "\u0660" * 6]
    assert [code for code in refused if second_factor.accept(member, code)] == []


def test_guessing_is_stopped_and_the_right_code_waits_too(app: Flask, member: User) -> None:
    """CHECKS 1, 4 for the second step: 429 with Retry-After, also for the right code, and over again later."""
    secret = give_app(member)
    client = half_signed_in(app, member)
    for _ in range(10):
        assert client.post_form(QUESTION, {"code": "000000"}).status_code == 422

    blocked = client.post_form(QUESTION, {"code": code_of(secret)})
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) > 0
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert client.post_form(QUESTION, {"code": code_of(secret)}).status_code == 303


def test_who_owes_the_factor_cannot_set_up_another_or_take_it_off(app: Flask, member: User) -> None:
    """A stolen password alone must not replace the second factor."""
    give_app(member)
    client = half_signed_in(app, member)
    csrf = client.get(QUESTION).attributes("main input[name=csrf_token]", "value")[0]

    for path in (APP, "/account/passkeys/nieuw", FACTORS):
        assert client.get(path).location.startswith(QUESTION), path
    for path in (APP, "/account/passkeys/nieuw", "/account/passkeys/nieuw/vraag"):
        assert client.post(path, data={"csrf_token": csrf}).location.startswith(QUESTION), path
    for path in ("/account/tweede-stap/app/verwijderen", CODES):
        assert client.post(path, data={"csrf_token": csrf}).status_code == 403, path
    assert second_factor.has_app(member)


def test_an_old_session_proves_itself_before_it_changes_a_factor(app: Flask, member: User) -> None:
    """ASVS 7.5: who finds an open computer cannot lock its owner out."""
    client = client_of(app, member)
    with time_machine.travel(now() + timedelta(minutes=20), tick=False):
        assert client.get(APP).location.startswith("/account/bewijs")
    give_app(member)
    sign_in(client, member)
    with time_machine.travel(now() + timedelta(minutes=20), tick=False):
        assert client.get(APP).location.startswith(QUESTION)


def test_a_secret_of_somebodys_own_choice_is_not_taken(app: Flask, member: User) -> None:
    """Mass assignment: the secret comes back signed for this session, or a new one is asked for."""
    own = second_factor.new_secret()
    client = client_of(app, member)

    answer = client.post_form(APP, {"secret": own, "code": code_of(own)})
    assert answer.status_code == 422
    assert db.session.scalar(db.select(TotpSecret)) is None


def test_looking_changes_nothing(app: Flask, member: User) -> None:
    """CHECKS 31: HEAD and GET on every page of the second step leave no factor and no codes."""
    client = client_of(app, member)
    for path in (QUESTION, FACTORS, APP, CODES, "/account/passkeys/nieuw", "/account/bewijs"):
        assert client.head(path).status_code == client.get(path).status_code
    assert not second_factor.has_factor(member)
    assert db.session.scalar(db.select(RecoveryCode)) is None


def test_an_editor_keeps_one_factor_and_a_member_may_take_it_off(app: Flask, member: User, new_editor: User) -> None:
    give_app(new_editor)
    give_app(member)
    for user in (new_editor, member):
        client = client_of(app, user)
        client.press(FACTORS, "/account/tweede-stap/app/verwijderen")
    db.session.refresh(member)
    assert second_factor.has_app(new_editor)
    assert not second_factor.has_app(member)
    assert member.second_factor_at is None


def test_a_change_is_told_by_mail_and_noted(app: Flask, member: User) -> None:
    secret = give_app(member)

    mail = db.session.scalars(db.select(MailMessage)).one()
    assert mail.address == member.email
    assert "authenticator-app" in mail.text
    assert secret not in mail.text + mail.html
    assert db.session.scalars(db.select(AuditEntry.action)).all() == ["user.app_added"]


def test_the_page_can_be_used_in_english(app: Flask, member: User) -> None:
    with transaction():
        give_app(member)
    client = half_signed_in(app, member)
    assert client.get(f"/en{QUESTION}").only("h1") == "The second step"
