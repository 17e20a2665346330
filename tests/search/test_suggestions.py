"""What the search box proposes while somebody types: as options for its script, as a page, and as OpenSearch's JSON."""

import shutil
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.storage.database import transaction
from portal.publishing.models import State
from portal.search.engines.embedded.store import IndexStore
from portal.search.engines.factory import EXTENSION
from tests.fixtures import InspectedResponse
from tests.people import client_of, make_user
from tests.search import content

HTMX = {"HX-Request": "true"}


def options(client: FlaskClient, words: str, path: str = "/zoeken/suggesties") -> InspectedResponse:
    response = cast("InspectedResponse", client.get(path, query_string={"q": words}, headers=HTMX))
    assert response.status_code == 200
    return response


def completions(client: FlaskClient, words: str) -> list[str]:
    return options(client, words).texts("[role=option]:not(.suggestion-find)")


def titles(client: FlaskClient, words: str) -> list[str]:
    return options(client, words).texts(".suggestion-title")


def as_json(client: FlaskClient, words: str, **headers: str) -> Any:
    response = client.get("/zoeken/suggesties", query_string={"q": words, "vorm": "json"}, headers=headers)
    assert response.mimetype == "application/x-suggestions+json"
    return response.get_json(force=True)


@pytest.fixture
def board(store: IndexStore) -> None:
    """Fill the index with a few posts."""
    for title in ("Gastlessen over <b>recht</b>", "Gastheer gezocht voor de open dag", "Kenniscafé over de haven"):
        content.post(title)
    content.index_all()


@pytest.mark.usefixtures("board")
def test_finds_come_with_their_words_marked_their_kind_and_their_address(client: FlaskClient) -> None:
    response = options(client, "gast")

    assert response.texts(".suggestion-title") == ["Gastlessen over <b>recht</b>", "Gastheer gezocht voor de open dag"]
    assert response.texts(".suggestion-title mark") == ["Gastlessen", "Gastheer"]
    assert response.texts(".suggestion .kicker") == ["Aanbod", "Aanbod"]
    assert all(url.startswith("/vraag-en-aanbod/") for url in response.attributes(".suggestion-find", "href"))
    assert client.get(response.attributes(".suggestion-find", "href")[0]).status_code == 200


@pytest.mark.usefixtures("board")
def test_the_last_word_is_finished_in_words_that_find_something_together(client: FlaskClient) -> None:
    assert set(completions(client, "gast")) == {"gastlessen", "gastheer"}
    assert completions(client, "recht gast") == ["recht gastlessen"]
    response = options(client, "recht gast")
    assert response.attributes("[role=option]", "href")[0] == "/zoeken?q=recht+gastlessen"
    assert response.texts("[role=option] b")[0] == "lessen", "what is new stands out"


@pytest.mark.usefixtures("board")
def test_a_word_is_proposed_as_titles_spell_it_and_in_one_form(client: FlaskClient, store: IndexStore) -> None:
    content.post("Gastles over talen")
    content.index_all()

    assert completions(client, "kennisc") == ["kenniscafé"]
    assert sorted(completions(client, "gast"))[0] == "gastheer"
    assert len(completions(client, "gast")) == 2, "gastles and gastlessen are one word"


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("typed", ["", "g", "ga", "de", "?!", "-gast", "*", "a" * 300, "gast " * 40, "😀", "type:"])
def test_little_or_nothing_proposes_nothing(client: FlaskClient, typed: str) -> None:
    response = options(client, typed)

    assert response.texts("[role=option]") == []
    assert response.attributes("[role=listbox]", "data-said") == ["Geen suggesties."]


@pytest.mark.parametrize("typed", ["IT", "v2"])
def test_an_abbreviation_or_a_number_may_be_short(client: FlaskClient, store: IndexStore, typed: str) -> None:
    content.post("Open dag IT en v2")
    content.index_all()

    assert titles(client, typed) == ["Open dag IT en v2"]


@pytest.mark.usefixtures("board")
def test_the_list_says_once_how_many_there_are(client: FlaskClient) -> None:
    assert options(client, "kennisc").attributes("[role=listbox]", "data-said") == [
        "2 suggesties. Kies met de pijltjestoetsen."
    ]
    assert options(client, "kennisc", "/en/zoeken/suggesties").attributes("[role=listbox]", "data-said") == [
        "2 suggestions. Use the arrow keys to choose."
    ]


@pytest.mark.usefixtures("board")
def test_english_pages_get_english_addresses(client: FlaskClient) -> None:
    addresses = options(client, "gast", "/en/zoeken/suggesties").attributes("[role=option]", "href")

    assert addresses
    assert all(address.startswith("/en/") for address in addresses)


@pytest.mark.usefixtures("board")
def test_a_browser_that_asks_gets_a_page(client: FlaskClient) -> None:
    response = cast("InspectedResponse", client.get("/zoeken/suggesties?q=gast"))

    assert response.only("h1") == "Suggesties: gast"
    assert "Gastheer gezocht voor de open dag" in response.texts(".suggested a")
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.usefixtures("board")
def test_browsers_read_them_as_json(client: FlaskClient) -> None:
    typed, words, descriptions, addresses = as_json(client, "kennisc")

    assert typed == "kennisc"
    assert words == ["kenniscafé", "Kenniscafé over de haven"]
    assert descriptions == ["", "Aanbod"]
    assert addresses[0] == "http://127.0.0.1:5000/zoeken?q=kenniscaf%C3%A9"
    accepting = client.get("/zoeken/suggesties?q=kennisc", headers={"Accept": "application/x-suggestions+json"})
    assert accepting.get_json(force=True)[0] == "kennisc"
    assert "Accept" in accepting.headers["Vary"]


@pytest.mark.usefixtures("board")
def test_what_a_field_chooses_narrows_them(client: FlaskClient) -> None:
    assert titles(client, "gast type:nieuws") == []
    assert len(titles(client, "gast type:aanbod")) == 2


@pytest.mark.usefixtures("board")
def test_visitors_may_keep_them_for_a_minute_and_members_never(app: Flask, client: FlaskClient) -> None:
    assert options(client, "gast").headers["Cache-Control"] == "public, max-age=60"
    somebody = client_of(app, make_user("Lid"))
    assert options(somebody, "gast").headers["Cache-Control"] == "private, no-store"


def test_what_was_withdrawn_a_moment_ago_is_not_proposed(client: FlaskClient, store: IndexStore) -> None:
    made = content.post("Gastles")
    content.index_all()
    with transaction():
        made.state = State.DRAFT

    assert titles(client, "gast") == []


def test_without_an_index_there_are_none(app: Flask, client: FlaskClient, store: IndexStore) -> None:
    content.post("Gastles")
    content.index_all()
    shutil.rmtree(store.root)
    app.extensions.pop(EXTENSION)

    assert options(client, "gastles").texts("[role=option]") == []
    assert as_json(client, "gastles") == ["gastles", [], [], []]


@pytest.mark.usefixtures("board")
def test_the_box_stands_on_every_page_and_works_without_script(client: FlaskClient) -> None:
    for path, field in (("/agenda/", "#site-search"), ("/zoeken", "#search-words")):
        page = cast("InspectedResponse", client.get(path))
        assert page.attributes("form[data-suggest]", "action") == ["/zoeken"]
        assert page.attributes("form[data-suggest]", "data-suggest") == ["/zoeken/suggesties"]
        assert page.attributes(field, "name") == ["q"]
        assert not page.attributes(field, "role"), "the script makes it a combobox"
