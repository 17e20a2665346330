"""A post with an owner, somebody who answers it, and how they do that through the forms."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.answers import services
from portal.answers.models import Participant, Thread
from portal.answers.services import AnswerDraft
from portal.board.models import Post
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.board.conftest import Place, network, place
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, make_user

__all__ = ["network", "place"]
WORDS = "Wij komen graag met acht leerlingen."
Answer = Callable[..., InspectedResponse]


@pytest.fixture
def owner(network: dict[str, Any]) -> User:
    """Return the author of the posts of `place`, with a confirmed address."""
    author: User = network["author"]
    with transaction():
        author.confirmed_at = now()
    return author


@pytest.fixture
def post(owner: User, place: Place) -> Post:
    """Return an open offer of the owner in person."""
    return place()


@pytest.fixture
def asker(app: Flask) -> User:
    """Return a member who answers."""
    return make_user("Lotte van der Lid")


@pytest.fixture
def hers(app: Flask, owner: User) -> SignedInClient:
    """Return the client of the owner."""
    return client_of(app, owner)


@pytest.fixture
def theirs(app: Flask, asker: User) -> SignedInClient:
    """Return the client of who answers."""
    return client_of(app, asker)


def answer_path(post: Post) -> str:
    """Return the address at which a post is answered."""
    return f"/vraag-en-aanbod/{post.id}/antwoorden"


def answer(client: SignedInClient, post: Post, **fields: Any) -> InspectedResponse:
    """Answer a post with the form."""
    return client.post_form(answer_path(post), {"body": WORDS, **fields})


def write(client: SignedInClient, path: str, body: str = "Kom gerust langs.", **fields: Any) -> InspectedResponse:
    """Write in a thread."""
    return client.post_form(path, {"body": body, "do": "verstuur", **fields}, form=".sheet-main form.form")


def press(client: SignedInClient, path: str, act: str, note: str = "", reason: str = "capacity") -> InspectedResponse:
    """Press one of the buttons under "What comes of it"."""
    fields = {"do": act, "note": note, "reason": reason if act == "niet-gelukt" else ""}
    return client.post_form(path, fields, form=".sheet-side form.form")


def only_thread() -> Thread:
    """Return the only thread there is."""
    db.session.expire_all()
    return db.session.scalars(select(Thread)).one()


def mails(kind: str) -> list[MailMessage]:
    """Return the mails of a kind, oldest first."""
    return list(db.session.scalars(select(MailMessage).where(MailMessage.kind == kind).order_by(MailMessage.id)))


def link_in(mail: MailMessage, part: str) -> str:
    """Return the path of the link in a mail that contains `part`."""
    found = re.search(rf"https?://[^/\s]+({part}\S+)", mail.text)
    assert found, mail.text
    return found[1]


class ReplyPlace(NamedTuple):
    """A participant of a thread, who answers mails."""

    participant: Participant
    address: str
    """The reply address in the mails to this participant."""

    @property
    def code(self) -> str:
        """Return the code in that address."""
        return self.address.partition("+")[2].partition("@")[0]


@pytest.fixture
def takes_mail(app: Flask) -> Iterator[None]:
    """Let the portal take mail for portal.example."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, inbound_domain="portal.example")
    yield
    app.config["SETTINGS"] = settings


@pytest.fixture
def reply_place(takes_mail: None, post: Post) -> ReplyPlace:
    """Return the place of lotte@school.example, who answered the post, after the owner wrote back."""
    asker = make_user("Lotte van der Lid", email="lotte@school.example")
    thread = services.start_thread(post, asker, AnswerDraft(WORDS))
    owner, mine = thread.participants
    services.send_message(owner, AnswerDraft("Kom gerust langs."))
    (mail,) = [row for row in mails("answer.message") if row.address == asker.email]
    return ReplyPlace(mine, mail.headers["Reply-To"])
