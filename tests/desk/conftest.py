"""Something to judge: articles that members handed in, and what the portal mailed about them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.core.text import render_markdown
from portal.mail.models import MailMessage
from portal.newsflash.models import Article
from portal.publishing import services as publishing
from portal.publishing.models import State, StateChange
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of

HandIn = Callable[..., Article]


@pytest.fixture
def hand_in(member: User) -> HandIn:
    """Return a function that puts an article of the member on the desk, a number of days ago."""

    def add(title: str = "De tik van tien over negen", days: float = 0, body: str = "Er klonk een tik.") -> Article:
        moment = now() - timedelta(days=days)
        with transaction() as session:
            article = Article(title=title, slug="verhaal", lead="Kort.", body=body, author=member, state=State.DRAFT)
            article.body_html = render_markdown(body)
            session.add(article)
            session.flush()
            publishing.move(article, State.REVIEW, member)
            session.flush()
            (step,) = session.scalars(select(StateChange).where(StateChange.subject_id == article.id))
            step.at = moment
        return article

    return add


@pytest.fixture
def publish(hand_in: HandIn, editor: User) -> Callable[..., Article]:
    """Return a function that makes an article of the member public."""

    def add(title: str = "Al gepubliceerd") -> Article:
        article = hand_in(title)
        with transaction():
            publishing.move(article, State.OPEN, editor)
        return article

    return add


@pytest.fixture
def desk_client(app: Flask, editor: User) -> SignedInClient:
    """Return the browser of an editor."""
    return client_of(app, editor)


def mails(kind: str = "desk.decision") -> list[MailMessage]:
    """Return the mails of a kind, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(MailMessage).where(MailMessage.kind == kind).order_by(MailMessage.id)))


def at(text: str) -> datetime:
    """Return a moment written as ISO 8601."""
    return datetime.fromisoformat(text)


def typed(page: InspectedResponse, name: str) -> str:
    """Return what stands in a text field of a page."""
    (field,) = page.tree.css(f"textarea#{name}")
    return (field.text() or "").strip()
