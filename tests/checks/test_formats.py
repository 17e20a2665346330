"""What programs read: every feed and calendar of the demo in two parsers each, 304 for who has it, a sitemap and an
opensearch description that hold, and nothing unpublished in any of them (CHECKS 40, 94, 95, 97)."""

from datetime import datetime
from typing import cast
from xml.etree import ElementTree

import atoma
import feedparser
import pytest
import vobject
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from portal.core.extensions import Model
from portal.core.storage.database import transaction
from portal.publishing.models import Publishable, State
from portal.search.indexing import indexer
from tests.checks import hostile, walk
from tests.fixtures import InspectingClient, make_application

ATOM = "{http://www.w3.org/2005/Atom}"
SECRET = "geheimwoord"
FEEDS = (
    "/vraag-en-aanbod/feed.atom",
    "/vraag-en-aanbod/feed.atom?soort=vraag&speerpunt=techniek",
    "/vraag-en-aanbod/feed.atom?q=school",
    "/nieuws/feed.atom",
    "/nieuws/feed.atom?speerpunt=techniek",
    "/en/nieuws/feed.atom",
    "/zoeken/feed.atom?q=school",
    "/en/zoeken/feed.atom?q=school&type=event",
)
CALENDARS = (
    "/agenda.ics",
    "/agenda.ics?speerpunt=techniek",
    "/agenda.ics?q=kenniscafe",
    "/en/agenda.ics?gemeente=delft",
)


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_is_read_alike_by_two_parsers(whole_site: Flask, visitor: InspectingClient, address: str) -> None:
    source = visitor.get(address).get_data()
    loose, strict = feedparser.parse(source, sanitize_html=False), atoma.parse_atom_bytes(source)
    root = ElementTree.fromstring(source)

    assert not loose.bozo
    assert [entry.id for entry in loose.entries] == [entry.id_ for entry in strict.entries]
    assert len({entry.id_ for entry in strict.entries}) == len(strict.entries) > 0
    for element in (root, *root.findall(f"{ATOM}entry")):
        assert [len(element.findall(ATOM + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        moment = datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "")
        assert moment.tzinfo
    (own,) = [link.href for link in strict.links if link.rel == "self"]
    assert own == whole_site.config["BASE_URL"] + address


@pytest.mark.parametrize("address", [address for address in FEEDS + CALENDARS if "q=" not in address])
def test_who_has_it_gets_304(visitor: InspectingClient, address: str) -> None:
    for _at_the_turn_of_a_minute_once_more in range(2):
        tag = visitor.get(address).headers["ETag"]
        answer = visitor.get(address, headers={"If-None-Match": tag})
        if answer.status_code == 304:
            break
    assert answer.status_code == 304
    assert answer.get_data() == b""


@pytest.mark.parametrize("address", CALENDARS)
def test_a_calendar_is_read_alike_by_two_parsers(visitor: InspectingClient, address: str) -> None:
    source = visitor.get(address).get_data()
    one, other = Calendar.from_ical(source), vobject.readOne(source.decode())
    uids = [str(event["UID"]) for event in one.walk("VEVENT")]

    assert source.count(b"\n") == source.count(b"\r\n") == source.count(b"\r")
    assert max(map(len, source.split(b"\r\n"))) <= 75
    assert uids == [event.uid.value for event in other.contents.get("vevent", [])]
    assert len(set(uids)) == len(uids) > 0
    for event in one.walk("VEVENT"):
        assert {"DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY"} <= event.keys()
        start = event.decoded("DTSTART")
        assert not isinstance(start, datetime) or start.tzinfo


def test_every_event_of_the_demo_is_a_calendar(visitor: InspectingClient) -> None:
    paths = [path for path in _sitemap(visitor) if path.startswith("/agenda/") and path[8:9].isdigit()]
    answers = [visitor.get(f"{path}.ics") for path in paths]
    calendars = [Calendar.from_ical(answer.get_data()) for answer in answers if answer.status_code == 200]

    assert {answer.status_code for answer in answers} <= {200, 404}
    assert len(calendars) > 40
    assert {len(calendar.walk("VEVENT")) for calendar in calendars} == {1}


def test_the_sitemap_holds_only_what_search_engines_may_see(visitor: InspectingClient) -> None:
    paths = _sitemap(visitor)
    lines = visitor.get("/robots.txt").get_data(as_text=True).splitlines()
    refused = tuple(line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: "))
    for path in paths[:: max(1, len(paths) // 60)]:
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert "noindex" not in str(page.headers) + "".join(page.attributes("meta[name=robots]", "content")), path
        assert page.attributes("link[rel=canonical]", "href")[0].endswith(path)
        assert not path.startswith(refused)


def _sitemap(visitor: InspectingClient) -> list[str]:
    base = visitor.application.config["BASE_URL"]
    tree = ElementTree.fromstring(visitor.get("/sitemap.xml").get_data())
    return [(node.text or "").removeprefix(base) for node in tree.iter() if node.tag.endswith("}loc")]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_browsers_learn_to_search_here(whole_site: Flask, visitor: InspectingClient, prefix: str) -> None:
    root = ElementTree.fromstring(visitor.get(f"{prefix}/opensearch.xml").get_data())
    address = next(node for node in root if node.tag.endswith("}Url")).attrib["template"]

    assert address == f"{whole_site.config['BASE_URL']}{prefix}/zoeken?q={{searchTerms}}"
    assert visitor.get(f"{prefix}/zoeken?q=stage").status_code == 200


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW])
def test_what_is_not_published_is_nowhere(tmp_path_factory: pytest.TempPathFactory, state: State) -> None:
    site = make_application(tmp_path_factory.mktemp("drafts"))
    with site.app_context():
        hostile.build(("zichtbaar", SECRET))
        with transaction() as session:
            classes = [mapper.class_ for mapper in Model.registry.mappers]
            for row in (row for cls in classes for row in session.scalars(select(cls))):
                if isinstance(row, Publishable):
                    row.state = state if row.id % 2 else row.state  # type: ignore[attr-defined]  # each has an id
                elif getattr(row, "id", 0) % 2:
                    hostile.write(row, "zichtbaar")
        indexer.rebuild()
    client = cast(InspectingClient, site.test_client())
    pages = walk.crawl(client)

    assert len(pages) > 40
    assert [address for address, page in pages.items() if SECRET in page.get_data(as_text=True)] == []
    assert client.get("/zoeken", query_string={"q": SECRET}).tree.css("mark") == []
    for rule in ("/vraag-en-aanbod/1-p0", "/agenda/1-e0", "/agenda/1-e0.ics", "/nieuws/1-a0", "/nieuwsflits/1"):
        assert client.get(rule).status_code == 404, rule
