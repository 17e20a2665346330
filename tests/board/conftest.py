"""A small network, and a way to place posts in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal.accounts.models import User
from portal.actionplan.models import ActionAgenda, Signature, Theme
from portal.board import services
from portal.board.models import Category, Kind, Post
from portal.board.services import PostDraft
from portal.community.models import Municipality, Organisation, Seat
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.fixtures import InspectedResponse, InspectingClient
from tests.people import make_user

Place = Callable[..., Post]
BOARD = "/vraag-en-aanbod/"
START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
DRAFT = PostDraft(kind=Kind.OFFER, category="gastles", title="Een les over lassen", body="Twee uur in de werkplaats.")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather every statement sent to the database, the start of a transaction left out."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def network(app: Flask) -> dict[str, Any]:
    """Write what posts refer to; returns organisations by slug, and the author under "author"."""
    with transaction() as session:
        agenda = ActionAgenda(slug="haaglanden", title="Agenda", region="Haaglanden", year=2014, summary="Samen.")
        rows: list[Any] = [
            Category(slug="gastles", label="Gastles", explanation="Een les.", synonyms=["gastcollege"]),
            Category(slug="stageplaats", label="Stageplaats", explanation="Een plek.", synonyms=["stageplek"]),
            Theme(agenda=agenda, slug="techniek", number=1, title="Techniek", short_title="Techniek"),
            Theme(agenda=agenda, slug="zorg", number=2, title="Zorg", short_title="Zorg"),
            Theme(agenda=agenda, slug="ict", number=9, is_focus=False, title="ICT", short_title="ICT"),
            Municipality(slug="delft", name="Delft"),
            Municipality(slug="rijswijk", name="Rijswijk"),
        ]
        bakery = Organisation(
            slug="bakkerij", name="Bakkerij De Korst", kind="werkgever", website="https://b.example.org"
        )
        school = Organisation(slug="school", name="School aan de Vliet", kind="vo")
        author = User(name="Amina Oulad", email="amina@example.org")
        session.add_all([agenda, *rows, bakery, school, author])
    return {"bakkerij": bakery, "school": school, "author": author}


@pytest.fixture
def signatory(network: dict[str, Any]) -> User:
    """Return a member with a seat at an organisation that signed the agenda of this network."""
    user = make_user("Sigrid Ondertekenaar")
    with transaction() as session:
        agenda = session.scalars(select(ActionAgenda)).one()
        organisation = Organisation(slug="vakschool-haagse-bocht", name="Vakschool Haagse Bocht", kind="mbo")
        session.add(Signature(agenda=agenda, organisation=organisation, whole_agenda=True))
        session.add(Seat(user=user, organisation=organisation, role="teamleider", since=START.date()))
    return user


@pytest.fixture
def place(network: dict[str, Any]) -> Place:
    """Return a function that places a post, an hour after the one before; arguments as of PostDraft."""
    number = count()

    def place_one(organisation: str | None = None, at: datetime | None = None, **changes: Any) -> Post:
        moment = at or START + timedelta(hours=next(number))
        return publish(replace(DRAFT, **changes), network["author"], network.get(organisation or ""), moment)

    return place_one


def publish(draft: PostDraft, author: User, organisation: Organisation | None, moment: datetime) -> Post:
    """Hand in a post at a moment; one that must be judged is approved at once."""
    with clock.at(moment), transaction():
        post = services.submit_post(author, draft, organisation)
        if not post.is_visible:
            services.approve_post(post, None)
        return post


def expire(post: Post) -> None:
    """Close a post as the clock does on its last day."""
    with transaction():
        post.expires_at = START
    services.expire_due_posts(START)


@pytest.fixture
def titles(client: InspectingClient) -> Callable[[str], list[str]]:
    """Return a function that lists the titles which an address of the board shows."""

    def of(query: str = "") -> list[str]:
        response: InspectedResponse = client.get(BOARD + query, follow_redirects=True)
        assert response.status_code == 200
        return response.texts("#items .card-title")

    return of


CLEAR = {
    "kind": "aanbod",
    "category": "gastles",
    "title": "Gastles lassen voor het vmbo",
    "body": "Twee uur *lassen* in de werkplaats.",
}
"""What one must fill in to place a post."""
