"""Index, feeds, calendars and linked data hold nothing that the page does not show.

Every column for words holds a word of its own (`hostile.mark`), so that one is known wherever it turns up.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.agenda.models import Event, EventStatus, LinkReach, PlaceMode
from portal.community.models import Profile, Visibility
from portal.core import clock
from portal.core.extensions import Model, db
from portal.core.storage.database import transaction
from portal.search.models import Searchable
from tests.checks import hostile
from tests.fixtures import InspectedResponse, make_application
from tests.people import client_of, make_user

MARK = re.compile(r"merk[a-z]+\d+")
ATOM = "{http://www.w3.org/2005/Atom}"
ROUNDS = 4
KINDS = {"post", "event", "article", "issue", "organisation", "profile", "theme", "action", "example", "page"}
FEEDS = ("/nieuws/feed.atom", "/vraag-en-aanbod/feed.atom", "/vraag-en-aanbod/feed.atom?status=alle")
LEADING = re.compile(r"merk(?:organisationname|organisation|\w*synonyms|theme|exampletype)[a-z]*\d+")
"""Other words that lead to something (`SearchDocument.extra`): names of what it is tied to, and synonyms."""


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return a portal with some of everything, marked: events of every mode and fate among them."""
    app = make_application(tmp_path_factory.mktemp("marked"))
    with app.app_context():
        hostile.build(["x"] * ROUNDS)
        with transaction() as session:
            for user in session.scalars(select(User)).all():
                user.confirmed_at = clock.now()
                session.add(Profile(user_id=user.id, is_listed=True))
            session.flush()
            for row in hostile._everything(session):
                hostile.mark(row)
            for profile in session.scalars(select(Profile)).all():
                for part, reach in zip(PARTS, REACHES, strict=True):
                    setattr(profile, f"{part}_for", reach)
                profile.contact_for = Visibility.MEMBERS
            _vary(list(session.scalars(select(Event).order_by(Event.id))))
        yield app
        db.session.remove()


PARTS = ("photo", "function", "expertise", "offers", "seeks")
REACHES = (Visibility.NOBODY, Visibility.MEMBERS, Visibility.NOBODY, Visibility.MEMBERS, Visibility.EVERYONE)


def _vary(events: list[Event]) -> None:
    """Give events every mode, reach of their link, fate and time."""
    day = clock.today()
    for number, event in enumerate(events):
        event.place_mode = tuple(PlaceMode)[number % 3]
        event.meeting_url = f"https://merkeventmeetingurl{event.id}.example"
        event.meeting_url_for = tuple(LinkReach)[number // 2 % 2]
        event.status = tuple(EventStatus)[number % 4]
        event.moved_from = day if number in (4, 5) else None
        event.date_text = None
        event.registration_deadline = day + timedelta(days=1)
        event.first_day = event.last_day = day + timedelta(days=9 if number % 2 == 0 else -9)


def public_rows() -> list[Any]:
    classes = [mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, Searchable)]
    return [row for cls in classes for row in db.session.scalars(select(cls)).unique()]


def marks_on(page: InspectedResponse) -> set[str]:
    """Return the marks that one reads on a page, hears of a picture or follows as a link."""
    links = page.attributes("main a", "href") + page.attributes("main img", "alt")
    texts = [node.text(separator=" ") for node in page.tree.css("main")]
    return set(MARK.findall(" ".join([*texts, *links])))


def test_the_index_holds_nothing_that_the_page_does_not_show(marked: Flask) -> None:
    """A visitor finds by no word that he or she cannot read; a member by no word that a member cannot read."""
    reader, visitor = client_of(marked, make_user("Lezer")), client_of(marked, None)
    seen = set()
    for row in public_rows():
        document = row.search_document()
        if document is None:
            continue
        page = (reader if document.for_members else visitor).get(document.path)
        assert page.status_code == 200, document.path
        words = set(MARK.findall(f"{document.title} {document.text}"))
        extra = {word for word in MARK.findall(document.extra) if not LEADING.fullmatch(word)}
        assert words | extra <= marks_on(page), document.path
        seen.add(row.search_type if row.search_type != "member" else "profile")
    assert seen == KINDS


def test_linked_data_hold_nothing_that_the_page_does_not_show(marked: Flask) -> None:
    visitor, hidden = client_of(marked, None), {}
    for row in public_rows():
        document = row.search_document()
        if document is None or document.for_members:
            continue
        page = visitor.get(document.path)
        data = " ".join(node.text() for node in page.tree.css("script[type='application/ld+json']"))
        hidden[document.path] = set(MARK.findall(data)) - marks_on(page)
    assert {path: words for path, words in hidden.items() if words} == {}


@pytest.mark.parametrize("feed", FEEDS)
def test_an_entry_of_a_feed_holds_nothing_that_the_page_does_not_show(marked: Flask, feed: str) -> None:
    visitor = client_of(marked, None)
    entries = ElementTree.fromstring(visitor.get(feed).data).findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        (address,) = [link.get("href") or "" for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        page = visitor.get(urlsplit(address).path)
        held = set(MARK.findall(ElementTree.tostring(entry, encoding="unicode")))
        assert held
        assert held <= marks_on(page), address


def test_a_calendar_holds_nothing_that_the_page_does_not_show(marked: Flask) -> None:
    visitor = client_of(marked, None)
    for event in db.session.scalars(select(Event)).all():
        page, calendar = visitor.get(event.path), visitor.get(f"{event.path}.ics")
        held = set(MARK.findall(calendar.get_data(as_text=True).replace("\r\n ", "")))
        assert held, event.path
        assert held <= marks_on(page), event.path
