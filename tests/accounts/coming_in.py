"""What the tests of accounts share: people with a password, the mail that a form leads to, the link in it."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.accounts import deferred_actions, passwords
from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.fixtures import InspectedResponse
from tests.people import PASSWORD, SignedInClient, client_of, make_user

SIGN_IN = "/account/inloggen"
SETTINGS = "/account/instellingen"
FRESH = "paarse giraffe op dinsdag"
KEPT = passwords.hashed(PASSWORD)
LINK = re.compile(r"https?://[^\s]*?(/account/[a-z-]+/[A-Za-z0-9_-]{43})")


def known(email: str = "lotte@example.org", name: str = "Lotte van der Lid", **columns: Any) -> User:
    """Add somebody who can sign in with PASSWORD."""
    return make_user(name, email=email, **{"password_hash": KEPT, **columns})


def enter(client: SignedInClient, email: str, password: str = PASSWORD, path: str = SIGN_IN) -> InspectedResponse:
    """Fill in the sign-in form."""
    return client.post_form(path, {"email": email, "password": password})


def signed_in(app: Flask, user: User, password: str = PASSWORD) -> SignedInClient:
    """Return a browser in which somebody signed in by the form."""
    client = client_of(app, None)
    assert enter(client, user.email, password).status_code == 303
    return client


def is_in(client: SignedInClient) -> bool:
    """Whether somebody is signed in on this browser."""
    return client.get(SETTINGS).status_code == 200


def mails() -> list[MailMessage]:
    """Return the mails in the outbox once the errands are done, oldest first."""
    deferred_actions.run_pending()
    return list(db.session.scalars(select(MailMessage).order_by(MailMessage.id)))


def link_of(mail: MailMessage) -> str:
    """Return the path of the secret link in a mail."""
    found = LINK.findall(mail.text)
    assert len(found) == 1, mail.text
    return str(found[0])


def ask_link(app: Flask, path: str, email: str) -> str:
    """Ask for a link by mail and return its path."""
    assert client_of(app, None).post_form(path, {"email": email}).status_code == 303
    return link_of(mails()[-1])


def change(user: User, **columns: Any) -> None:
    """Change a person behind the scenes."""
    with transaction():
        for column, value in columns.items():
            setattr(user, column, value)
