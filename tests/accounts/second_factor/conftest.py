"""People with a second factor of which the test knows the secret."""

from typing import cast

import pyotp
import pytest
from flask import Flask

from portal.accounts import second_factor
from portal.accounts.models import Role, User
from portal.core.clock import now
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, make_user, sign_in

QUESTION = "/account/tweede-stap"
FACTORS = "/account/tweede-stap/beheer"
APP = "/account/tweede-stap/app"
CODES = "/account/tweede-stap/herstelcodes"


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code that an app shows now, or some half minutes later."""
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // 30 + steps)


def give_app(user: User, steps: int = -1) -> str:
    """Set up an app for somebody with the code of a half minute ago; returns its secret."""
    secret = second_factor.new_secret()
    assert second_factor.set_up_app(user, secret, code_of(secret, steps))
    return secret


def post(client: SignedInClient, path: str, data: dict[str, str]) -> InspectedResponse:
    """Send a form."""
    return cast(InspectedResponse, client.post(path, data=data))


def half_signed_in(app: Flask, user: User) -> SignedInClient:
    """Return a browser in which the password was given and the second factor is owed."""
    client = client_of(app, None)
    sign_in(client, user, second_factor=False)
    return client


@pytest.fixture
def new_editor(app: Flask) -> User:
    """Return an editor who never set up a second factor."""
    return make_user("Nel Nieuweling", Role.EDITOR, second_factor_at=None)
