"""Registering: the mailed link makes the account, and nobody learns who has one."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import deferred_actions, passwords
from portal.accounts.models import OneTimeToken, User
from portal.core.clock import now
from portal.core.extensions import db
from portal.mail.models import MailMessage
from tests.accounts.coming_in import FRESH, enter, is_in, known, link_of, mails
from tests.fixtures import InspectedResponse
from tests.people import client_of

PATH = "/account/registreren"


def register(app: Flask, email: str, password: str = FRESH, **extra: str) -> InspectedResponse:
    data = {"name": "Nieuwe Naam", "email": email, "password": password, **extra}
    return client_of(app, None).post_form(PATH, data)


def people() -> int:
    return db.session.scalar(select(func.count(User.id))) or 0


def test_looking_at_the_mailed_link_does_nothing_and_the_button_makes_the_account(app: Flask) -> None:
    """Scanners follow links: GET and HEAD change nothing (CHECK 31), POST confirms and signs in, once."""
    assert register(app, "Nieuw@Example.org").status_code == 303
    (mail,) = mails()
    link = link_of(mail)
    client = client_of(app, None)

    assert (client.get(link).status_code, client.head(link).status_code, people()) == (200, 200, 0)
    assert client.post_form(link).status_code == 303
    assert is_in(client)
    user = db.session.scalars(select(User)).one()
    assert (user.name, user.email, user.role) == ("Nieuwe Naam", "nieuw@example.org", "member")
    assert client_of(app, None).get(link).status_code == 404
    assert enter(client_of(app, None), "nieuw@example.org", FRESH).status_code == 303


def test_who_is_known_is_told_by_mail_alone(app: Flask) -> None:
    """CHECK 8: the same answer, the same single row; the difference is in the mail."""
    known("lotte@example.org")
    answers = [register(app, email) for email in ("lotte@example.org", "nieuw@example.org")]

    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/account/onderweg/registratie")}
    assert db.session.scalar(select(func.count(MailMessage.id))) == 0
    to_known, to_new = mails()
    assert (to_known.address, to_new.address) == ("lotte@example.org", "nieuw@example.org")
    assert "/account/bevestigen/" not in to_known.text
    assert people() == 1


def test_what_somebody_else_typed_earlier_is_not_confirmed_by_a_later_link(app: Flask) -> None:
    """An account that a stranger prepared for this address never gets the stranger's password."""
    register(app, "nieuw@example.org", "stiekeme gast met plan")
    register(app, "nieuw@example.org", FRESH)
    strangers, mine = (link_of(mail) for mail in mails())
    client_of(app, None).post_form(mine)

    assert enter(client_of(app, None), "nieuw@example.org", "stiekeme gast met plan").status_code == 422
    assert enter(client_of(app, None), "nieuw@example.org", FRESH).status_code == 303
    assert client_of(app, None).get(strangers).status_code == 404


def test_role_and_the_like_cannot_be_sent_along(app: Flask) -> None:
    """Mass assignment (CHECK 41)."""
    register(app, "nieuw@example.org", role="administrator", id="1", confirmed_at="2020-01-01", is_admin="1")
    client_of(app, None).post_form(link_of(mails()[0]))

    assert db.session.scalars(select(User)).one().role == "member"


def test_the_link_works_for_a_day(app: Flask) -> None:
    register(app, "nieuw@example.org")
    link = link_of(mails()[0])

    with time_machine.travel(now() + timedelta(hours=23)):
        assert client_of(app, None).get(link).status_code == 200
    with time_machine.travel(now() + timedelta(hours=25)):
        assert client_of(app, None).get(link).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 121),
        ("email", "a@b@c"), ("email", "a@x.nl\r\nBcc: b@x.nl"), ("email", "a@x.nl,b@x.nl"),
        ("email", "x" * 250 + "@x.nl"),
        ("password", ""), ("password", "Nieuwe Naam 1"), ("password", "wachtwoord"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_beside_the_field(app: Flask, field: str, value: str) -> None:
    data = {"name": "Nieuwe Naam", "email": "nieuw@example.org", "password": FRESH, field: value}
    answer = client_of(app, None).post_form(PATH, data)

    assert answer.status_code == 422
    assert answer.texts(f"#{field}-error")
    assert f"#{field}" in answer.attributes(".error-summary a", "href")
    assert mails() == []


def test_passwords_and_links_are_kept_as_hashes_alone(app: Flask) -> None:
    """CHECKS 12, 15, 26: neither the password nor the secret of a link stands in the tables."""
    register(app, "nieuw@example.org")
    deferred_actions.run_pending()
    token = link_of(mails()[0]).rpartition("/")[2]
    row = db.session.scalars(select(OneTimeToken)).one()

    assert len(token) == 43
    assert row.token_hash != token
    assert row.password_hash is not None
    assert passwords.fits(row.password_hash, FRESH)
    assert FRESH not in row.password_hash


def test_somebodys_mailbox_is_not_flooded(app: Flask) -> None:
    codes = [register(app, "nieuw@example.org").status_code for _ in range(6)]

    assert codes == [303] * 5 + [429]
    assert register(app, "ander@example.org").status_code == 303
