"""Sessions and the guard before every view."""

from flask import Flask

from portal.accounts.models import User
from portal.core.storage import idempotency
from tests.people import client_of, sign_in


def test_a_signed_in_person_is_greeted_and_the_page_is_kept_nowhere(app: Flask, member: User) -> None:
    response = client_of(app, member).get("/vraag-en-aanbod/")

    assert member.name in response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_cookie_of_another_makes_nobody_signed_in(app: Flask, member: User) -> None:
    """CHECKS 21, 26: only a token whose hash is in the table counts."""
    client = client_of(app, None)
    client.set_cookie("session", "x" * 43, domain="localhost")

    assert member.name not in client.get("/vraag-en-aanbod/").get_data(as_text=True)


def test_an_editor_without_second_factor_is_no_viewer_yet(app: Flask, editor: User) -> None:
    client = client_of(app, None)

    sign_in(client, editor, second_factor=False)
    assert "/redactie/" not in client.get("/vraag-en-aanbod/").get_data(as_text=True)


def test_signatory(signatory: User) -> None:
    assert signatory.id
    assert idempotency.new_key() != idempotency.new_key()
