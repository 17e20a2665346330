"""Posts that fit each other, and the people behind them."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.board.models import Kind, Post
from portal.community import profiles
from portal.community.models import Visibility
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.board.conftest import DRAFT, START, Place, network, place, publish
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, make_user

__all__ = ["network", "place"]
ASKED = "Wie vertelt onze derdeklassers over lassen?"
WORDS = "Een lasser uit een metaalbedrijf laat laskappen zien en vertelt over hitte en lasnaden."


@pytest.fixture
def owner(network: dict[str, Any]) -> User:
    """Return the author of the posts of `place`, with a confirmed address."""
    author: User = network["author"]
    with transaction():
        author.confirmed_at = now()
    return author


@pytest.fixture
def welder(app: Flask) -> User:
    """Return the member who places the request."""
    return make_user("Wim de Las")


@pytest.fixture
def offer(owner: User, place: Place) -> Post:
    """Return an open offer of a lesson about welding, in Delft, for vmbo."""
    return place(title="Gastles lastechniek met een koffer vol lasnaden", body=WORDS, levels=("vmbo",),
                 municipality="delft", category="gastles")  # fmt: skip


@pytest.fixture
def request_(network: dict[str, Any], welder: User) -> Post:
    """Return an open request for that lesson, in Rijswijk, of another member."""
    return ask(welder)


def ask(user: User, **changes: Any) -> Post:
    """Place a request that fits the offer."""
    asked = replace(DRAFT, kind=Kind.REQUEST, title=ASKED, body=WORDS, levels=("vmbo",), municipality="rijswijk")
    return publish(replace(asked, **changes), user, None, START)


@pytest.fixture
def hers(app: Flask, owner: User) -> SignedInClient:
    """Return the client of the owner of the offer."""
    return client_of(app, owner)


def fits(page: InspectedResponse) -> list[str]:
    """Return the titles that a page of a post shows as fitting."""
    return page.texts(".match .card-title")


def press(client: SignedInClient, post: Post, act: str) -> InspectedResponse:
    """Press the first button of a kind ("uitnodigen" or "weg") under what fits a post."""
    return client.press(post.path, f"/vraag-en-aanbod/{post.id}/past/{act}")


def invitations() -> list[MailMessage]:
    """Return the mailed invitations, oldest first."""
    kind = MailMessage.kind == "match.invited"
    return list(db.session.scalars(select(MailMessage).where(kind).order_by(MailMessage.id)))


def write_profile(user: User, reach: Visibility, **texts: str) -> None:
    """Fill in a profile, readable for some."""
    filled: dict[str, str | None] = {part: texts.get(part) for part in profiles.TEXTS}
    shown = dict.fromkeys(profiles.PARTS, reach)
    profiles.update_profile(user, None, user.name, is_listed=True, texts=filled, shown_to=shown)
