"""Organisations with the people who look after them."""

from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import select

from portal.accounts.models import User
from portal.community.models import Organisation, Seat
from portal.core.clock import today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.fixtures import InspectedResponse
from tests.people import SignedInClient


def make_organisation(name: str = "Museon", slug: str = "museon", **columns: Any) -> Organisation:
    """Add an organisation."""
    with transaction() as session:
        organisation = Organisation(slug=slug, name=name, kind="museum", **columns)
        session.add(organisation)
    return organisation


def seat(user: User, organisation: Organisation, *, since: date | None = None, **columns: Any) -> Seat:
    """Give somebody a seat."""
    with transaction() as session:
        begun = since or today() - timedelta(days=50)
        row = Seat(user=user, organisation=organisation, **{"role": "docent", "since": begun, **columns})
        session.add(row)
    return row


def owner(user: User, organisation: Organisation, **columns: Any) -> Seat:
    """Give somebody a seat with ownership."""
    return seat(user, organisation, is_owner=True, **columns)


def mails(kind: str) -> list[MailMessage]:
    """Return the mails of a kind that were queued, oldest first."""
    return list(db.session.scalars(select(MailMessage).where(MailMessage.kind == kind).order_by(MailMessage.id)))


def post(client: SignedInClient, path: str, data: dict[str, Any], **kw: Any) -> InspectedResponse:
    """Send a form as it is given, with no help of the page."""
    return cast(InspectedResponse, client.post(path, data=data, **kw))


def link_in(mail: MailMessage, start: str) -> str:
    """Return the path in a mail that begins so."""
    word = next(word for word in mail.text.split() if start in word)
    return word[word.index(start) :]
