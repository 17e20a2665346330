"""A search as a feed: the newest that it finds, for anybody's reader."""

import shutil
from datetime import timedelta
from typing import Any, cast

import atoma
import feedparser
from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.search.engines.embedded.store import IndexStore
from portal.search.engines.factory import EXTENSION
from tests.fixtures import InspectedResponse
from tests.people import client_of, make_user
from tests.search import content


def read(client: FlaskClient, path: str = "/zoeken/feed.atom", /, **arguments: str | list[str]) -> Any:
    response = client.get(path, query_string=arguments)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    loose = feedparser.parse(response.get_data())
    assert not loose.bozo
    atoma.parse_atom_bytes(response.get_data())
    return loose


def titles(client: FlaskClient, **arguments: str | list[str]) -> list[str]:
    return [entry.title for entry in read(client, **arguments).entries]


def test_the_newest_comes_first_whatever_answers_best(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage lassen", published=clock.now() - timedelta(days=9))
    content.article("Nieuws", "Over een stage.", published=clock.now() - timedelta(days=2))
    content.post("Rondleiding")
    content.index_all()

    assert titles(client, q="stage") == ["Artikel: Nieuws", "Aanbod: Stage lassen"]


def test_entries_lead_to_their_page_and_keep_their_name(client: FlaskClient, store: IndexStore) -> None:
    made = content.post("Stage & <lassen>", by=content.organisation("werf", "De Werf"))
    content.index_all()
    (entry,) = read(client, q="stage").entries

    assert entry.title == "Aanbod: Stage & <lassen>"
    assert entry.id == f"tag:127.0.0.1,2026:/vraag-en-aanbod/{made.id}"
    assert entry.link == f"http://127.0.0.1:5000{made.path}"
    assert entry.author == "De Werf"


def test_it_has_the_words_and_choices_of_its_page(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage", themes=[content.theme("techniek")])
    content.post("Stage zorg")
    content.index_all()
    page = cast("InspectedResponse", client.get("/zoeken?q=stage&speerpunt=techniek"))
    (address,) = page.attributes("head link[type='application/atom+xml']", "href")

    assert address in page.attributes(".feed-links a", "href")
    feed = feedparser.parse(client.get(address).get_data())
    assert feed.feed.title == "stage, Techniek"
    assert [entry.title for entry in feed.entries] == ["Aanbod: Stage"]
    links = {link["rel"]: link["href"] for link in feed.feed.links}
    assert links["self"] == f"http://127.0.0.1:5000{address}"
    assert links["alternate"] == "http://127.0.0.1:5000/zoeken?q=stage&speerpunt=techniek"


def test_only_what_has_all_words_is_in_it(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage lassen")
    content.post("Stage draaien")
    content.index_all()

    assert titles(client, q="stage lassen") == ["Aanbod: Stage lassen"]
    assert titles(client, q="stage -lassen") == ["Aanbod: Stage draaien"]
    assert titles(client, q="lassen type:nieuws") == []


def test_words_that_ask_for_nothing_find_nothing(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage")
    content.index_all()

    for words in ("-lassen", "?!", "de", '"'):
        assert titles(client, q=words) == [], words
    assert titles(client) == ["Aanbod: Stage"], "without words: all that is new"


def test_what_is_for_members_is_in_nobodys_feed(app: Flask, client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage")
    content.index_all()
    somebody = client_of(app, make_user("Lid"))

    assert [entry.title for entry in read(somebody, q="stage").entries] == titles(client, q="stage")


def test_who_has_it_gets_304(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage")
    content.index_all()
    first = client.get("/zoeken/feed.atom?q=stage")
    again = client.get("/zoeken/feed.atom?q=stage", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.get_data()) == (304, b"")
    assert first.headers["X-Robots-Tag"] == "noindex"
    content.post("Stage twee")
    content.index_all()
    changed = client.get("/zoeken/feed.atom?q=stage", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_without_an_index_readers_are_told_to_come_back(app: Flask, client: FlaskClient, store: IndexStore) -> None:
    shutil.rmtree(store.root)
    app.extensions.pop(EXTENSION)
    response = client.get("/zoeken/feed.atom?q=stage")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


def test_english_has_a_feed_of_its_own(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage")
    content.index_all()
    feed = read(client, "/en/zoeken/feed.atom", q="stage")

    assert [entry.title for entry in feed.entries] == ["Offer: Stage"]
    assert feed.entries[0].link.startswith("http://127.0.0.1:5000/en/")
