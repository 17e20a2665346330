"""People who follow lists, and the job that mails them at a moment."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.alerts import sending
from portal.alerts.models import Alert
from portal.core import clock
from portal.core.extensions import db
from portal.mail.models import MailMessage
from tests.board.conftest import network, place
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient, client_of, make_user

__all__ = ["network", "place"]
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""The day on which people begin to follow."""
NIGHT = timedelta(hours=12)
BOARD, AGENDA, SEARCH = "/volgen/vraag-en-aanbod", "/volgen/agenda", "/volgen/zoeken"
Run = Callable[[datetime], list[MailMessage]]


def morning(days: int = 1) -> datetime:
    """Return a quarter past seven in the morning, some days after TUESDAY."""
    return datetime(2026, 11, 24, 6, 15, tzinfo=UTC) + timedelta(days=days)


@pytest.fixture(autouse=True)
def on_tuesday() -> Iterator[None]:
    """Let it be TUESDAY, unless a test says otherwise."""
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def follower(app: Flask) -> User:
    """Return a member who follows lists."""
    return make_user("Femke Volger")


@pytest.fixture
def hers(app: Flask, follower: User) -> SignedInClient:
    """Return the client of that member."""
    return client_of(app, follower)


@pytest.fixture
def run(app: Flask) -> Run:
    """Return a function that runs the job at a moment; returns the mails that it queued."""

    def run_at(moment: datetime) -> list[MailMessage]:
        before = {mail.id for mail in alert_mails()}
        with clock.at(moment):
            sending.send_due(moment)
        return [mail for mail in alert_mails() if mail.id not in before]

    return run_at


def alert_mails() -> list[MailMessage]:
    """Return the mails about what is new, oldest first."""
    db.session.rollback()
    wanted = select(MailMessage).where(MailMessage.kind == "alert.new").order_by(MailMessage.id)
    return list(db.session.scalars(wanted))


def follow(client: SignedInClient, address: str, frequency: str = "daily", **fields: str) -> InspectedResponse:
    """Follow a list with the form."""
    return client.post_form(address, {"frequency": frequency, **fields})


def only_alert() -> Alert:
    """Return the only alert."""
    db.session.expire_all()
    return db.session.scalars(select(Alert)).one()
