"""Fixtures for people, and clients in which they are signed in."""

from datetime import timedelta
from typing import Any, cast

import pytest
from flask import Flask

from portal.accounts.models import Role, User, WebSession
from portal.accounts.sessions import EDITOR_FOR, hashed
from portal.actionplan.models import ActionAgenda, Signature
from portal.community.models import Organisation, Seat
from portal.core.clock import now, today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.fixtures import InspectedResponse, InspectingClient

PASSWORD = "een heel lang wachtwoord 7"
_numbers = iter(range(1, 1_000_000))


def make_user(name: str, role: Role = Role.MEMBER, email: str | None = None, **columns: Any) -> User:
    """Add a user with a confirmed address; editors and administrators get a second factor."""
    confirmed = now() - timedelta(days=400)
    user = User(
        name=name,
        email=email or f"persoon{next(_numbers)}@example.org",
        role=role,
        confirmed_at=confirmed,
        second_factor_at=confirmed if role != Role.MEMBER else None,
    )
    for column, value in columns.items():
        setattr(user, column, value)
    with transaction() as session:
        session.add(user)
    return user


class SignedInClient(InspectingClient):
    """A client with a signed-in user, which can fill in forms."""

    def post_form(self, path: str, data: dict[str, Any] | None = None, form: str = "", **kw: Any) -> InspectedResponse:
        """Fetch a page, fill in a form (by default the main one) and submit it to its action."""
        page = self.get(path)
        assert page.status_code == 200, f"{path} answers {page.status_code}"
        wanted = [form] if form else ["main form.form[method=post]", "main form[method=post]"]
        node = next((found for one in wanted if (found := page.tree.css_first(one)) is not None), None)
        assert node is not None, f"no {form} on {path}"
        action = node.attributes.get("action") or path
        return cast(InspectedResponse, self.post(action, data={**filled(node), **(data or {})}, **kw))

    def press(self, path: str, action: str) -> InspectedResponse:
        """Press the button on a page that posts to this address."""
        return self.post_form(path, form=f'form[method=post][action="{action}"]')


def filled(node: Any) -> dict[str, Any]:
    """Return the fields that a browser would send for an untouched form."""
    data: dict[str, Any] = {}
    for entry in node.css("input, textarea, select"):
        name, kind = entry.attributes.get("name"), entry.attributes.get("type", "text")
        if not name or kind in ("submit", "file", "button"):
            continue
        if kind in ("checkbox", "radio"):
            if "checked" in entry.attributes:
                data.setdefault(name, []).append(entry.attributes.get("value", "on"))
        elif entry.tag == "textarea":
            data[name] = entry.text().removeprefix("\n")
        elif entry.tag == "select":
            chosen = [option.attributes.get("value", "") for option in entry.css("option[selected]")]
            first = entry.css_first("option")
            data[name] = chosen or (
                [first.attributes.get("value", "")] if first and "multiple" not in entry.attributes else []
            )
        else:
            data[name] = entry.attributes.get("value") or ""
    return data


def client_of(app: Flask, user: User | None) -> SignedInClient:
    """Return a client in which a user is signed in, second factor included; None gives that of a visitor."""
    before, app.test_client_class = app.test_client_class, SignedInClient
    try:
        client = cast(SignedInClient, app.test_client())
    finally:
        app.test_client_class = before
    if user is not None:
        sign_in(client, user)
    return client


def sign_in(client: Any, user: User, second_factor: bool = True) -> str:
    """Give a client a session of a user; return the cookie."""
    token = f"{user.id:043d}"[:30] + f"{next(_numbers):013d}"
    with transaction() as session:
        row = WebSession(token_hash=hashed(token), user_id=user.id, expires_at=now() + EDITOR_FOR, proved_at=now())
        row.second_factor_at = now() if second_factor and user.has_second_factor else None
        session.add(row)
    db.session.refresh(user)
    client.set_cookie(client.application.config["SESSION_COOKIE_NAME"], token, domain="localhost")
    return token


@pytest.fixture
def member(app: Flask) -> User:
    """Return a member whose publications need review."""
    return make_user("Lotte van der Lid")


@pytest.fixture
def other_member(app: Flask) -> User:
    """Return another member."""
    return make_user("Anders de Ander")


@pytest.fixture
def editor(app: Flask) -> User:
    """Return an editor with a second factor."""
    return make_user("Eva Eindredacteur", Role.EDITOR)


@pytest.fixture
def administrator(app: Flask) -> User:
    """Return an administrator with a second factor."""
    return make_user("Bert Beheerder", Role.ADMINISTRATOR)


@pytest.fixture
def signatory(app: Flask) -> User:
    """Return a member with a seat at an organisation that signed the action agenda: `vakschool-haagse-bocht`."""
    user = make_user("Sigrid Ondertekenaar")
    with transaction() as session:
        agenda = ActionAgenda(
            slug="haaglanden", title="Geslaagd in het vak", region="Haaglanden", year=2014, summary="Kort."
        )
        organisation = Organisation(slug="vakschool-haagse-bocht", name="Vakschool Haagse Bocht", kind="mbo")
        session.add(Signature(agenda=agenda, organisation=organisation, whole_agenda=True))
        session.add(Seat(user=user, organisation=organisation, role="teamleider", since=today() - timedelta(days=99)))
    return user
