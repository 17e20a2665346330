"""The pages where one writes in the agenda are valid HTML, in both languages (CHECKS 81, 90)."""

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.agenda.models import Event
from portal.core.extensions import db
from tests.agenda.conftest import AddEvent
from tests.agenda.test_writing_proposals import propose
from tests.people import client_of
from tests.tools import NuChecker


def test_every_form_of_an_event_is_valid_html(
    network: Flask, member: User, add: AddEvent, nu_errors: NuChecker
) -> None:
    lotte = client_of(network, member)
    propose(lotte)
    proposed = db.session.scalars(select(Event)).one()
    event = add(fields={"author_id": member.id})
    pages = {"preview": propose(lotte, do="voorbeeld"), "errors": propose(lotte, first_day="2026-10-25", start="02:30",
             end="02:45", organisers=["Niemand"])}  # fmt: skip
    lotte.post_form("/agenda/nieuw", {"do": "bewaar", "title": "Half"})
    paths = ["/agenda/nieuw", event.path, proposed.path, f"/agenda/{proposed.id}/intrekken"]
    paths += [f"/agenda/{event.id}/{page}" for page in ("bewerken", "verzetten", "afgelasten")]
    pages |= {f"{prefix}{path}": lotte.get(f"{prefix}{path}") for path in paths for prefix in ("", "/en")}

    assert {name: page.status_code for name, page in pages.items() if page.status_code not in (200, 422)} == {}
    assert nu_errors({name: page.get_data(as_text=True) for name, page in pages.items()}) == []
