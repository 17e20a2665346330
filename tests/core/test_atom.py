"""Atom feeds: what readers need from them, asked of two independent parsers."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

import atoma
import feedparser
import pytest
from flask import Flask, Response

from portal.core import locale
from portal.core.web.atom import Entry, feed, tag

MOMENT = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "{http://www.w3.org/2005/Atom}"


def entry(number: int = 1, **changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": f"/nieuws/{number}",
        "title": "Vierentwintig derdejaars & één kapotte zetbank",
        "path": f"/nieuws/{number}-zetbank",
        "published": MOMENT,
        "updated": MOMENT + timedelta(hours=number),
        "author": "Wouter van Schie",
        "summary": "Toen viel de zetbank uit.",
        "html": "<p>Om <em>tien</em> over negen.</p>",
    }
    return Entry(**(fields | changes))


def make(app: Flask, *entries: Entry, path: str = "/nieuws/feed.atom", address: str = "/", **given: Any) -> Response:
    language = "en" if address == "/en/" else "nl"
    environ = {"SCRIPT_NAME": "/en"} if language == "en" else {}
    with locale.use_language(language), app.test_request_context(environ_overrides=environ):
        return feed("Nieuws", path, entries, **given)


def read(response: Response) -> tuple[Any, Any]:
    """Return what feedparser and atoma make of an answer, after both found it sound."""
    body = response.get_data()
    loose = feedparser.parse(body, response_headers={"content-type": response.headers["Content-Type"]})
    assert not loose.bozo, loose.get("bozo_exception")
    return loose, atoma.parse_atom_bytes(body)


def test_two_parsers_agree_on_every_part(app: Flask) -> None:
    loose, strict = read(make(app, entry(1), entry(2)))
    for number, (one, other) in enumerate(zip(loose.entries, strict.entries, strict=True), 1):
        assert one.title == other.title.value == "Vierentwintig derdejaars & één kapotte zetbank"
        assert one.id == other.id_ == f"tag:127.0.0.1,2026:/nieuws/{number}"
        assert one.link == other.links[0].href == f"http://127.0.0.1:5000/nieuws/{number}-zetbank"
        assert one.published == "2026-03-12T14:30:00Z"
        assert other.updated == MOMENT + timedelta(hours=number)
        assert one.author == other.authors[0].name == "Wouter van Schie"
        assert one.content[0].value == other.content.value == "<p>Om <em>tien</em> over negen.</p>"
        assert one.summary == other.summary.value == "Toen viel de zetbank uit."


def test_the_head_names_itself_its_page_and_its_last_change(app: Flask) -> None:
    path = "/nieuws/feed.atom?speerpunt=zorg&jaar=2026"
    response = make(app, entry(1), entry(2), path=path)
    loose, strict = read(response)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    links = {link.rel: link.href for link in loose.feed.links}
    assert links == {
        "self": f"http://127.0.0.1:5000{path}",
        "alternate": "http://127.0.0.1:5000/nieuws/?speerpunt=zorg&jaar=2026",
    }
    assert strict.updated == MOMENT + timedelta(hours=2)
    assert loose.feed.id == f"tag:127.0.0.1,2026:{path}"
    assert loose.feed.author


def test_each_obligatory_element_stands_once(app: Flask) -> None:
    root = ET.fromstring(make(app, entry()).get_data())
    for element in (root, root.find(f"{ATOM}entry")):
        assert element is not None
        for name in ("id", "title", "updated", "author"):
            assert len(element.findall(f"{ATOM}{name}")) == 1


def test_a_feed_without_entries_is_valid_and_does_not_change_by_itself(app: Flask) -> None:
    loose, strict = read(make(app))
    assert loose.entries == strict.entries == []
    assert strict.updated is not None
    assert make(app).get_data() == make(app).get_data()


def test_the_page_and_the_last_change_can_be_given(app: Flask) -> None:
    loose, strict = read(make(app, entry(), path="/zoeken/feed.atom?q=mbo", page="/zoeken?q=mbo", updated=MOMENT))
    assert {link.rel: link.href for link in loose.feed.links}["alternate"] == "http://127.0.0.1:5000/zoeken?q=mbo"
    assert strict.updated == MOMENT


def test_times_are_utc_whatever_zone_they_came_in(app: Flask) -> None:
    summer = datetime(2026, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=2)))
    loose, _strict = read(make(app, entry(published=summer, updated=summer)))
    assert loose.entries[0].updated == "2026-07-01T07:00:00Z"


def test_a_naive_time_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="naive"):
        make(app, entry(published=MOMENT.replace(tzinfo=None)))


BAD = ("\x00", "\x08", "\x1b", "\ud800", "\ufffe", "\uffff")
ODD = ("]]>", "<!--", "&bogus;", "\U0001f6b2")


@pytest.mark.parametrize("text", BAD + ODD)
def test_no_character_breaks_the_feed(app: Flask, text: str) -> None:
    odd = entry(title=f"Een{text}twee", summary=f"a{text}b", author=f"A{text}B", html=f"<p>{text}</p>")
    loose, strict = read(make(app, odd))
    assert strict.entries[0].title.value == f"Een{'' if text in BAD else text}twee"
    assert len(loose.entries) == 1


def test_markup_in_plain_fields_stays_text(app: Flask) -> None:
    attack = "<script>alert(1)</script>"
    root = ET.fromstring(make(app, entry(title=attack, summary=attack, author=attack)).get_data())
    assert {element.tag.removeprefix(ATOM) for element in root.iter()}.isdisjoint({"script"})
    (title, *_rest) = root.iterfind(f"{ATOM}entry/{ATOM}title")
    assert title.text == attack
    assert title.get("type", "text") == "text"


def test_the_english_feed_says_so_and_its_entries_stay_dutch(app: Flask) -> None:
    response = make(app, entry(), address="/en/")
    root = ET.fromstring(response.get_data())
    element = root.find(f"{ATOM}entry")
    assert element is not None
    assert (root.get(XML_LANG), element.get(XML_LANG)) == ("en", "nl")
    loose, _strict = read(response)
    assert loose.entries[0].link == "http://127.0.0.1:5000/en/nieuws/1-zetbank"
    assert loose.entries[0].id == "tag:127.0.0.1,2026:/nieuws/1"


def test_a_tag_is_an_address(app: Flask) -> None:
    with app.app_context():
        assert tag("/organisaties/orchideeën") == "tag:127.0.0.1,2026:/organisaties/orchidee%C3%ABn"
        assert tag("/zoeken?q=a b") == "tag:127.0.0.1,2026:/zoeken?q=a%20b"
