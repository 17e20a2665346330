"""The feed of news, as two independent readers of Atom see it."""

from datetime import timedelta
from typing import Any

import atoma
import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from portal.core.storage.database import transaction
from tests.fixtures import InspectedResponse
from tests.newsflash.conftest import NOON, Newsroom, Reader
from tests.pasted import TEXTS


def read(answer: InspectedResponse) -> tuple[Any, Any]:
    """Return what feedparser and atoma make of an answer, after both found it sound and agreed."""
    body = answer.get_data()
    loose = feedparser.parse(body, response_headers={"content-type": answer.headers["Content-Type"]})
    assert not loose.bozo, loose.get("bozo_exception")
    strict = atoma.parse_atom_bytes(body)
    assert [entry.id for entry in loose.entries] == [entry.id_ for entry in strict.entries]
    assert [entry.title for entry in loose.entries] == [entry.title.value for entry in strict.entries]
    return loose, strict


def test_it_holds_the_full_text_of_the_newest_articles(reader: Reader, newsroom: Newsroom) -> None:
    older = newsroom.article("Ouder", at=NOON - timedelta(days=1))
    article = newsroom.article("Één & ander", lead="De aanhef.", body="Eerst.\n\n- dan **dit**\n- en dat")
    loose, strict = read(reader.get("/nieuws/feed.atom"))
    assert [entry.id for entry in loose.entries] == [
        f"tag:127.0.0.1,2026:/nieuws/{article.id}", f"tag:127.0.0.1,2026:/nieuws/{older.id}",
    ]  # fmt: skip
    first = strict.entries[0]
    assert first.title.value == "Één & ander"
    assert first.summary.value == "De aanhef."
    assert "<li>dan <strong>dit</strong></li>" in first.content.value
    assert first.published == first.updated == NOON
    assert first.authors[0].name == "Wouter van Schie"
    assert first.links[0].href == f"http://127.0.0.1:5000{article.path}"


def test_a_filtered_feed_holds_and_names_its_filter(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.article("Zorg", themes=("zorg",))
    newsroom.article("Techniek", themes=("techniek",))
    newsroom.article("Oud", themes=("zorg",), at=NOON - timedelta(days=365))
    loose, _strict = read(reader.get("/nieuws/feed.atom?jaar=2026&speerpunt=zorg&onzin=1&na=2"))
    assert [entry.title for entry in loose.entries] == ["Zorg"]
    assert loose.feed.title == "Nieuws: Zorg, 2026"
    links = {link.rel: link.href for link in loose.feed.links}
    assert links["self"] == "http://127.0.0.1:5000/nieuws/feed.atom?speerpunt=zorg&jaar=2026"
    assert links["alternate"] == "http://127.0.0.1:5000/nieuws/?speerpunt=zorg&jaar=2026"


def test_it_stops_at_thirty(reader: Reader, newsroom: Newsroom) -> None:
    for number in range(33):
        newsroom.article(f"Artikel {number}", at=NOON + timedelta(hours=number))
    loose, _strict = read(reader.get("/nieuws/feed.atom"))
    assert len(loose.entries) == len({entry.id for entry in loose.entries}) == 30


def test_an_empty_feed_is_a_feed(reader: Reader, newsroom: Newsroom) -> None:
    loose, _strict = read(reader.get("/nieuws/feed.atom?speerpunt=ict"))
    assert loose.entries == []


def test_a_reader_that_has_it_gets_304_until_something_changes(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article("Een")
    tag = reader.get("/nieuws/feed.atom").headers["ETag"]
    again = reader.get("/nieuws/feed.atom", If_None_Match=tag)
    assert (again.status_code, again.get_data()) == (304, b"")
    with transaction():
        article.title = "Een, verbeterd"
    changed = reader.get("/nieuws/feed.atom", If_None_Match=tag)
    assert changed.status_code == 200
    loose, strict = read(changed)
    assert loose.entries[0].title == "Een, verbeterd"
    assert strict.entries[0].updated > strict.entries[0].published


@pytest.mark.parametrize("text", ["]]> & <b>vet</b>", "a\u0000b\u0008c", "\ufffe en \u2028", "&amp;nbsp; &bogus;"])
def test_no_text_breaks_it(reader: Reader, newsroom: Newsroom, text: str) -> None:
    newsroom.article(text, lead=text, body=text)
    loose, _strict = read(reader.get("/nieuws/feed.atom"))
    assert len(loose.entries) == 1


def test_it_is_atom_and_nothing_else(reader: Reader, newsroom: Newsroom) -> None:
    answer = reader.get("/nieuws/feed.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_english_feed_leads_to_english_pages(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article("Een")
    loose, _strict = read(reader.get("/en/nieuws/feed.atom"))
    assert loose.feed.title == "News"
    assert loose.entries[0].link == f"http://127.0.0.1:5000/en{article.path}"


def test_what_people_paste_stands_in_page_and_feed_alike(reader: Reader, newsroom: Newsroom) -> None:
    for number, text in enumerate(TEXTS):
        article = newsroom.article(text.name, body=text.typed, at=NOON + timedelta(minutes=number))
        page = reader.get(article.path).tree.css_first(".prose")
        _loose, strict = read(reader.get("/nieuws/feed.atom"))

        assert page is not None
        assert _inner(page) == _inner(LexborHTMLParser(text.html).body), text.name
        assert strict.entries[0].title.value == text.name
        assert strict.entries[0].content.value.strip() == text.html.strip()


def _inner(node: LexborNode | None) -> str:
    return (node.inner_html or "").strip() if node else ""
