"""Whatever people write stays text on every page, feed, calendar and list (CHECKS 45, 46, 48, 50, 94, 95, 96, 116)."""

import re
from typing import cast
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from icalendar import Calendar
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select

from portal.core.extensions import Model, db
from portal.core.text import clean
from portal.core.web.atom import legal
from portal.search.indexing import indexer
from tests.checks import eyes, hostile, walk
from tests.checks.payloads import MARK, STORED
from tests.fixtures import InspectedResponse, InspectingClient, make_application

HTMX = {"HX-Request": "true"}
ATOM = "{http://www.w3.org/2005/Atom}"
PROPERTIES = {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "NAME", "URL", "SOURCE", "REFRESH-INTERVAL", "TZID",
              "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE",
              "LAST-MODIFIED", "CREATED", "SUMMARY", "STATUS", "DESCRIPTION", "CATEGORIES", "CLASS", "LOCATION",
              "CONTACT", "TRANSP", "X-WR-CALNAME", "X-WR-TIMEZONE", "X-PUBLISHED-TTL"}  # fmt: skip
KIND = re.compile(r"^[A-Z][\w& ]*: ")
"""What stands before the title of an entry: "Vraag: "."""

PERSONAL = re.compile(r"\bu\d+@example\.org")
"""The addresses that `hostile.build` gives its users."""
Pages = dict[str, InspectedResponse]
NOT_SHOWN = {"Absence", "Alert", "AlertGuest", "Attachment", "AuditEntry", "Block", "BouncedAddress", "BrokerCase",
             "BrokerDuty", "Claim", "DeferredAction", "FormDraft", "Forward", "ForwardRefusal", "Guest", "HeldMail",
             "Identity", "InboundMail", "Invitation", "JobRun", "LimitCount", "MailMessage", "MailPreference",
             "MatchDismissal", "MatchInvitation", "MatchRefusal", "MatchTerms", "Message", "Notice", "OnceKey",
             "OneTimeToken", "Outcome", "Pace", "Participant", "Passkey", "PendingAlert", "PendingAnswer",
             "PostAttachment", "Profile", "RecoveryCode", "Reminder", "Report", "SavedItem", "SearchChange",
             "SearchMiss", "SiteSetting", "StateChange", "StoredFile", "SynonymGroup", "Thread", "ThreadReport",
             "TotpSecret", "WebSession"}  # fmt: skip
"""Tables of the writing side: `tests/<feature>/test_writing*.py` fill them with the same texts."""


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return a portal in which every text is hostile."""
    application = make_application(tmp_path_factory.mktemp("hostile"))
    with application.app_context():
        hostile.build()
        indexer.rebuild()
    return application


@pytest.fixture(scope="module")
def pages(poisoned: Flask) -> Pages:
    """Return every address that a visitor of that portal can reach, with its answer."""
    return walk.crawl(cast(InspectingClient, poisoned.test_client()))


def test_every_kind_of_content_is_there(poisoned: Flask) -> None:
    with poisoned.app_context():
        empty = [
            mapper.class_.__name__
            for mapper in Model.registry.mappers
            if not db.session.scalar(select(func.count()).select_from(mapper.class_))
        ]

    assert set(empty) <= NOT_SHOWN


def test_every_route_was_seen(poisoned: Flask, pages: Pages) -> None:
    adapter = poisoned.url_map.bind("localhost")
    assert {address: page.status_code for address, page in pages.items() if page.status_code != 200} == {}
    seen = {adapter.match(urlsplit(address).path.removeprefix("/en") or "/")[0] for address in pages}

    assert seen == {rule.endpoint for rule in walk.public_rules(poisoned)}
    assert len(pages) > len(STORED) * 12


def test_nothing_comes_alive_on_any_page(pages: Pages, known: set[eyes.Pair]) -> None:
    html = {address: page.get_data(as_text=True) for address, page in pages.items() if page.mimetype == "text/html"}
    found = {address: faults for address, source in html.items() if (faults := eyes.faults(source, known))}

    assert found == {}
    assert not [address for address, source in html.items() if "&amp;lt;" in source], "escaped twice"


def test_nothing_comes_alive_in_a_fragment(poisoned: Flask, pages: Pages, known: set[eyes.Pair]) -> None:
    client = poisoned.test_client()
    shown = [address for address, page in pages.items() if page.mimetype == "text/html"]
    lists = [address for address in shown if address.endswith("/") or "?" in address]
    html = {address: client.get(address, headers=HTMX).get_data(as_text=True) for address in lists}
    found = {address: faults for address, source in html.items() if (faults := eyes.faults(source, known))}

    assert found == {}


def test_a_find_shows_its_words_as_text(poisoned: Flask, known: set[eyes.Pair]) -> None:
    client = cast(InspectingClient, poisoned.test_client())
    for words in ("script", "onerror alert", "javascript", "iframe evil.example", "getElementById", MARK):
        page = client.get("/zoeken", query_string={"q": words})
        assert page.tree.css("mark"), words
        assert eyes.faults(page.get_data(as_text=True), known, reflected=True) == []


@pytest.mark.parametrize(
    "address", ["/nieuws/feed.atom", "/vraag-en-aanbod/feed.atom?status=alle", "/zoeken/feed.atom?q=script"]
)
def test_feeds_carry_it_as_text(poisoned: Flask, address: str) -> None:
    source = poisoned.test_client().get(address).get_data(as_text=True)
    entries = ElementTree.fromstring(source).findall(f"{ATOM}entry")

    assert len(entries) >= len(STORED) - 1
    assert not LexborHTMLParser(source).css("script, img, svg, iframe, form, style, base, meta, [onload]")
    for entry in entries:
        assert _squeezed(KIND.sub("", _of(entry, "title"))) in map(_squeezed, STORED)
        assert eyes.faults(f"<div class=prose>{_of(entry, 'content')}</div>", eyes.vocabulary(["<div class=x>"])) == []


def _squeezed(text: str) -> str:
    return "".join(clean(legal(text)).split())


def _of(entry: ElementTree.Element, name: str) -> str:
    element = entry.find(ATOM + name)
    assert element is not None
    return element.text or ""


def test_a_calendar_gets_no_line_of_a_text(poisoned: Flask, pages: Pages) -> None:
    calendars = {address: page.get_data() for address, page in pages.items() if page.mimetype == "text/calendar"}
    assert len(calendars) > len(STORED)
    for address, source in calendars.items():
        assert max(map(len, source.split(b"\r\n"))) <= 75, address
        lines = source.decode().replace("\r\n ", "").split("\r\n")
        assert {line.partition(":")[0].partition(";")[0] for line in lines if line} <= PROPERTIES, address
        assert not [line for line in lines if len(line.splitlines()) > 1], address
        names = {component.name for component in Calendar.from_ical(source).walk()}
        assert names == {"VCALENDAR", "VTIMEZONE", "DAYLIGHT", "STANDARD", "VEVENT"}, address


def test_no_address_of_a_person_is_shown(pages: Pages) -> None:
    shown = [address for address, page in pages.items() if PERSONAL.search(page.get_data(as_text=True))]

    assert shown == []


def test_other_formats_hold_addresses_of_ours_only(poisoned: Flask, pages: Pages) -> None:
    for address in ("/sitemap.xml", "/opensearch.xml"):
        source = pages[address].get_data(as_text=True)
        ElementTree.fromstring(source)
        assert MARK not in source
    for address in ("/robots.txt", "/.well-known/security.txt", "/healthz", "/readyz"):
        assert MARK not in pages[address].get_data(as_text=True)


def test_a_name_that_is_looked_for_stays_text_in_an_error(poisoned: Flask, known: set[eyes.Pair]) -> None:
    client = cast(InspectingClient, poisoned.test_client())
    for text in STORED:
        for path in ("/organisaties/", "/voorbeelden/", "/actieagenda/", "/nieuwsflits/", "/"):
            page = client.get(path + quote(text, safe=""), follow_redirects=True)
            assert page.status_code in (400, 404), (path, text)
            assert eyes.faults(page.get_data(as_text=True), known) == []
