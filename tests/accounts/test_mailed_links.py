"""Forgotten passwords and links that sign in: once, for a while, and under our own address only."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import passwords, services, tokens
from portal.accounts.models import OneTimeToken, Purpose, User
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.accounts.coming_in import FRESH, ask_link, change, enter, is_in, known, link_of, mails, signed_in
from tests.people import client_of

FORGOT = "/account/wachtwoord-vergeten"
MAGIC = "/account/inloglink"
BOTH = pytest.mark.parametrize("path", [FORGOT, MAGIC])


@BOTH
def test_the_answer_tells_not_who_is_known(app: Flask, path: str) -> None:
    """CHECK 7: one answer, one row, no mail and no token before it."""
    known("lotte@example.org")
    known("uit@example.org", disabled_at=now())
    answers = []
    for email in ("lotte@example.org", "niemand@example.org", "uit@example.org"):
        answer = client_of(app, None).post_form(path, {"email": email})
        answers.append((answer.status_code, answer.location, answer.get_data()))

    assert answers[0][0] == 303
    assert answers.count(answers[0]) == 3
    assert db.session.scalar(select(func.count(OneTimeToken.id))) == 0
    assert db.session.scalar(select(func.count(MailMessage.id))) == 0
    assert [mail.address for mail in mails()] == ["lotte@example.org", "uit@example.org"]
    assert "geblokkeerd" in mails()[1].subject


def test_a_new_password_by_link_ends_every_session_and_every_other_link(app: Flask) -> None:
    """CHECK 15: the link works once, and what was mailed or signed in before is void."""
    user = known("lotte@example.org")
    elsewhere = signed_in(app, user)
    other = ask_link(app, MAGIC, user.email)
    link = ask_link(app, FORGOT, user.email)
    client = client_of(app, None)

    assert (client.get(link).status_code, client.head(link).status_code) == (200, 200)
    assert is_in(elsewhere)
    assert client.post_form(link, {"new_password": FRESH}).status_code == 303
    assert is_in(client)
    assert not is_in(elsewhere)
    for gone in (link, other):
        assert client_of(app, None).get(gone).status_code == 404
    assert enter(client_of(app, None), user.email).status_code == 422
    assert enter(client_of(app, None), user.email, FRESH).status_code == 303
    assert "wachtwoord" in mails()[-1].text


def test_a_weak_new_password_uses_the_link_not_up(app: Flask) -> None:
    user = known("lotte@example.org")
    link = ask_link(app, FORGOT, user.email)

    assert client_of(app, None).post_form(link, {"new_password": "lottevanderlid"}).status_code == 422
    assert client_of(app, None).post_form(link, {"new_password": FRESH}).status_code == 303


def test_a_link_signs_in_once_by_its_button_and_leads_on(app: Flask) -> None:
    """Mail scanners look at links (GET, HEAD): nothing happens; `next` goes along in the mail."""
    known("lotte@example.org")
    asked = client_of(app, None).post_form(f"{MAGIC}?next=/agenda/", {"email": "lotte@example.org"})
    link = link_of(mails()[-1])
    client = client_of(app, None)

    assert asked.status_code == 303
    assert (client.get(link).status_code, client.head(link).status_code, is_in(client)) == (200, 200, False)
    assert client.post_form(link).location == "/agenda/"
    assert is_in(client)
    assert client_of(app, None).get(link).status_code == 404


@pytest.mark.parametrize(("path", "minutes"), [(FORGOT, 60), (MAGIC, 30)])
def test_links_are_good_for_an_hour_at_most(app: Flask, path: str, minutes: int) -> None:
    """CHECK 15."""
    link = ask_link(app, path, known("lotte@example.org").email)

    with time_machine.travel(now() + timedelta(minutes=minutes - 1)):
        assert client_of(app, None).get(link).status_code == 200
    with time_machine.travel(now() + timedelta(minutes=minutes, seconds=1)):
        assert client_of(app, None).get(link).status_code == 404


@BOTH
def test_a_link_dies_with_a_password_change_and_with_the_account(app: Flask, path: str) -> None:
    """CHECKS 15, 18."""
    user = known("lotte@example.org")
    link = ask_link(app, path, user.email)
    services.set_password(user, FRESH)
    assert client_of(app, None).get(link).status_code == 404

    link = ask_link(app, path, user.email)
    client = client_of(app, None)
    client.get(link)
    change(user, disabled_at=now())
    answer = client.post_form(link, {"new_password": FRESH}) if client.get(link).status_code == 200 else None
    assert answer is None or answer.status_code == 404
    assert not is_in(client)


@pytest.mark.parametrize("prefix", [FORGOT, MAGIC, "/account/bevestigen", "/account/adres"])
@pytest.mark.parametrize("token", ["x", "a" * 43, "é" * 43, "a" * 5000, "%27%20or%201=1", "..%2f..%2fadmin"])
def test_what_is_no_link_of_ours_is_a_readable_404(app: Flask, prefix: str, token: str) -> None:
    """CHECKS 15, 29: also by POST, also beyond ASCII."""
    client = client_of(app, None)

    assert client.get(f"{prefix}/{token}").status_code == 404
    assert client.get(f"{prefix}/{token}").only("h1")
    assert client.post(f"{prefix}/{token}").status_code in (400, 404)


def test_a_link_for_one_thing_does_nothing_else(app: Flask) -> None:
    """A secret is good for its own purpose."""
    user = known("lotte@example.org")
    token = ask_link(app, MAGIC, user.email).rpartition("/")[2]

    for prefix in (FORGOT, "/account/bevestigen", "/account/adres"):
        assert client_of(app, None).get(f"{prefix}/{token}").status_code == 404


def test_of_two_at_once_one_gets_the_link(app: Flask) -> None:
    """CHECK 15: the row is used up by one conditional UPDATE, even for who found it before."""
    user = known("lotte@example.org")
    with transaction():
        token = tokens.make(Purpose.RESET, user)
    with transaction():
        found = tokens.find(Purpose.RESET, token)
        assert found is not None
        assert [tokens.take(found), tokens.take(found)] == [True, False]


@pytest.mark.parametrize(
    "lie",
    [{"X-Forwarded-Host": "evil.example"}, {"Forwarded": "host=evil.example"}, {"X-Original-Host": "evil.example"}],
)
def test_links_keep_our_own_address(app: Flask, lie: dict[str, str]) -> None:
    """CHECK 16."""
    known("lotte@example.org")
    client_of(app, None).post_form(FORGOT, {"email": "lotte@example.org"}, headers=lie)
    (mail,) = mails()

    assert f"{app.config['BASE_URL']}/account/wachtwoord-vergeten/" in mail.text
    assert "evil.example" not in mail.text + mail.html


def test_a_strange_host_is_refused(app: Flask) -> None:
    """CHECKS 16, 62."""
    known("lotte@example.org")

    assert client_of(app, None).get(FORGOT, headers={"Host": "evil.example"}).status_code == 400


def test_secrets_of_links_are_kept_hashed_and_long(app: Flask) -> None:
    """CHECK 15: 256 bits, and only their hash in the table."""
    user = known("lotte@example.org")
    with transaction():
        made = {tokens.make(Purpose.RESET, user) for _ in range(20)}
    kept = set(db.session.scalars(select(OneTimeToken.token_hash)))

    assert len(made) == len(kept) == 20
    assert not made & kept
    assert {len(token) for token in made} == {43}


def test_who_has_no_password_gets_one_by_link(app: Flask) -> None:
    user = known("lotte@example.org", password_hash=None)
    link = ask_link(app, FORGOT, user.email)
    client_of(app, None).post_form(link, {"new_password": FRESH})
    db.session.expire_all()

    assert passwords.fits(db.session.get_one(User, user.id).password_hash, FRESH)
