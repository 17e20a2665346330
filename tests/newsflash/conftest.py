"""A small newsroom: people, organisations, speerpunten, and a way to publish."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.actionplan.models import ActionAgenda, Theme
from portal.community import services as community
from portal.community.models import Organisation
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.newsflash import services
from portal.newsflash.models import Article, Issue
from portal.newsflash.services import ArticleDraft
from portal.publishing import services as publishing
from portal.publishing.models import State
from tests.fixtures import InspectedResponse

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)
THEMES = ("techniek", "zorg", "ict")
BODY = "Om tien over negen klonk er een tik.\n\n### Daarna\n\nNiets meer, de hele dag niet."


@dataclass
class Reader:
    """A visitor who reads what comes."""

    client: FlaskClient

    def get(self, address: str, **headers: str) -> InspectedResponse:
        """Fetch an address; headers as `HX_Request="true"`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return cast("InspectedResponse", self.client.get(address, headers=given))

    def swap(self, address: str, **headers: str) -> InspectedResponse:
        """Fetch an address as htmx does."""
        return self.get(address, HX_Request="true", **headers)


@pytest.fixture
def reader(client: FlaskClient) -> Reader:
    """Return a visitor."""
    return Reader(client)


@dataclass
class Newsroom:
    """Publishes with defaults that a test overrules where they matter."""

    author: User
    organisation: Organisation

    def article(self, title: str = "De zetbank", **given: Any) -> Article:
        """Submit an article at a moment, and approve it."""
        draft = ArticleDraft(
            title=title,
            lead=given.get("lead", f"Waarom {title.lower()} stilstond."),
            body=given.get("body", BODY),
            themes=services.get_themes(given.get("themes", ())),
            organisation=given.get("organisation", self.organisation),
        )
        with clock.at(given.get("at", NOON)), transaction():
            article = services.submit_article(self.author, draft)
            if not article.is_public:
                publishing.move(article, State.OPEN, None)
            return article

    def issue(self, number: int, *articles: Article, **given: Any) -> Issue:
        """Publish a nieuwsflits."""
        day = given.get("day", FIRST_DAY + timedelta(weeks=3 * number))
        title, intro = given.get("title", f"Kop van {number}"), given.get("intro", f"In {number} leest u meer.")
        return services.publish_issue(number, day, title, intro, articles)


@pytest.fixture
def newsroom(app: Flask) -> Newsroom:
    """Return a newsroom with three speerpunten, an author and an organisation."""
    with transaction() as session:
        agenda = ActionAgenda(
            slug="haaglanden", title="Agenda", region="Haaglanden", year=2014, summary="", version="2.0"
        )
        session.add(agenda)
        session.add_all(
            Theme(agenda=agenda, slug=slug, number=number, title=slug.title(), short_title=slug.title())
            for number, slug in enumerate(THEMES, 1)
        )
    author = accounts.add_user("Wouter van Schie", "wouter@example.org")
    return Newsroom(author, organisation("techniekhuis", "Techniekhuis Delfland"))


def organisation(slug: str, name: str) -> Organisation:
    """Add an organisation."""
    return community.add_organisation(slug, name, "mbo", "Delft", None, None)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather the SQL statements of a block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
