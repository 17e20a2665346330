"""What a visitor notices of the search page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.publishing.models import State
from portal.search.engines.embedded.store import IndexStore
from portal.search.page import visibility
from portal.search.query.execution import Found
from tests.fixtures import InspectedResponse
from tests.search import content

TITLES = ".search-results .card-title"


def find(client: FlaskClient, words: str = "", **more: str | list[str]) -> InspectedResponse:
    return cast("InspectedResponse", client.get("/zoeken", query_string={"q": words, **more}))


def titles(client: FlaskClient, words: str = "", **more: str | list[str]) -> list[str]:
    response = find(client, words, **more)
    assert response.status_code == 200
    return response.texts(TITLES)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("kenniscafe", "Kenniscafé over de haven"),
        ("Kenniscafé", "Kenniscafe in de bibliotheek"),
        ("gastles", "Drie gastlessen over recht"),
        ("gastlessen", "Een gastles in de kas"),
        ("mboschool", "Stage op een mbo-school"),
        ("mbo-school", "Rondleiding mbo school"),
        ("foto", "Foto’s van de open dag"),
        ("stagepl", "Stageplaats in de keuken"),
        ("R.O.C.", "Open dag van het ROC"),
        ("één haven", "Kenniscafé over de haven"),
    ],
)
def test_forms_of_a_word_find_each_other(client: FlaskClient, store: IndexStore, typed: str, title: str) -> None:
    content.post(title)
    content.post("Iets heel anders")
    content.index_all()

    assert titles(client, typed) == [title]


def test_a_phrase_of_three_words_stands_in_that_order(client: FlaskClient, store: IndexStore) -> None:
    content.post("Een", "Wij geloven in leven lang ontwikkelen op het werk.")
    content.post("Twee", "Ontwikkelen duurt lang, het leven ook.")
    content.index_all()

    assert titles(client, '"leven lang ontwikkelen"') == ["Een"]
    assert set(titles(client, "leven lang ontwikkelen")) == {"Een", "Twee"}


def test_a_phrase_may_hold_stop_words(client: FlaskClient, store: IndexStore) -> None:
    content.post("Een", "Geslaagd in het vak zijn.")
    content.post("Twee", "Geslaagd, vak gekozen.")
    content.index_all()

    assert titles(client, '"geslaagd in het vak"') == ["Een"]


def test_the_title_goes_before_the_text_and_the_exact_word_before_its_stem(
    client: FlaskClient, store: IndexStore
) -> None:
    content.post("Lassen bij de werf", "Kom kijken.")
    content.post("Kom kijken", "Wij leren u lassen op de werf.")
    content.post("Kom ook kijken", "Een las houdt wat hij houdt.")
    content.index_all()

    assert titles(client, "lassen") == ["Lassen bij de werf", "Kom kijken", "Kom ook kijken"]


def test_open_goes_before_closed_and_new_before_old(client: FlaskClient, store: IndexStore) -> None:
    content.post("Rondleiding kas", state=State.FULFILLED)
    content.post("Rondleiding kas nu")
    content.index_all()

    assert titles(client, "rondleiding kas") == ["Rondleiding kas nu", "Rondleiding kas"]

    content.article("Terugblik haven", published=clock.now() - timedelta(days=3000))
    content.article("Terugblik haven")
    content.index_all()
    dates = find(client, "terugblik").texts(".search-result .card-by")
    assert str(clock.today().year) in dates[0]
    assert str(clock.today().year) not in dates[1]


def test_words_are_marked_in_title_and_snippet(client: FlaskClient, store: IndexStore) -> None:
    content.post("Gastlessen <b>over</b> recht", "Voor een gastles & meer <script>alert(1)</script> bellen.")
    content.index_all()
    response = find(client, "gastles")

    assert response.texts(".search-result mark") == ["Gastlessen", "gastles"]
    assert not response.tree.css(".search-result b, .search-result script")


def test_what_was_typed_is_shown_as_text(client: FlaskClient, store: IndexStore) -> None:
    response = find(client, '"><img src=x onerror=alert(1)>')

    assert not response.tree.css("main img")
    assert response.attributes("#search-words", "value") == ['"><img src=x onerror=alert(1)>']


def test_what_has_all_words_stands_above_what_has_some(client: FlaskClient, store: IndexStore) -> None:
    for title in ("Draaien op de kermis", "Lassen en draaien", "Lassen op de werf", "Iets anders"):
        content.post(title)
    content.index_all()
    response = find(client, "draaien lassen")

    assert response.texts(TITLES)[0] == "Lassen en draaien"
    assert "een deel van uw woorden" in response.only("#search-partial")
    partial = response.texts("ol[aria-labelledby=search-partial] .card-title")
    assert set(partial) == {"Draaien op de kermis", "Lassen op de werf"}
    assert not response.tree.css(".notice")


def test_when_nothing_has_all_words_what_has_most_comes(client: FlaskClient, store: IndexStore) -> None:
    content.post("Lassen op de werf")
    content.post("Draaien op de kermis")
    content.index_all()
    response = find(client, "lassen draaien")

    assert set(response.texts(TITLES)) == {"Lassen op de werf", "Draaien op de kermis"}
    assert "Geen pagina bevat al uw woorden" in response.only(".notice")
    assert not response.tree.css("#search-partial")


def test_more_than_were_counted_says_so(
    client: FlaskClient, store: IndexStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    content.post("Plek")
    content.index_all()
    whole = visibility.find

    def stop_counting(*arguments: Any, **named: Any) -> Found:
        found = whole(*arguments, **named)
        return replace(found, results=replace(found.results, total=10_000, complete=10_000, at_least=True))

    monkeypatch.setattr(visibility, "find", stop_counting)
    response = find(client, "plek")

    assert response.only(".results-count") == "Meer dan 10.000 resultaten"
    assert "Pagina 100" in response.texts(".pager a"), "further than that nobody reads"


def test_who_finds_little_sees_what_else_is_about_it(client: FlaskClient, store: IndexStore) -> None:
    content.post("Lassen", "Een middag bij de hoogoven van de werf, met smid en aambeeld.")
    content.post("Kijken bij de smid", "Hij staat aan zijn aambeeld.")
    for number in range(20):
        content.post(f"Iets anders {number}", f"Onderwerp{number}")
    content.index_all()
    response = find(client, "lassen")

    assert response.texts(TITLES) == ["Lassen"]
    assert response.only(".results-count") == "1 resultaat"
    assert response.texts(".search-also .card-title") == ["Kijken bij de smid"]
    assert not find(client, "lassen -smid").tree.css(".search-also"), "what is not wanted does not come back"


def test_words_that_stand_nowhere_are_named(client: FlaskClient, store: IndexStore) -> None:
    content.post("Lassen op de werf")
    content.index_all()

    response = find(client, "lassen qwxyzt <b>vbnmkj</b>")
    assert response.texts(TITLES) == ["Lassen op de werf"]
    assert "“qwxyzt”, “vbnmkj”" in response.only(".search-unknown")

    response = find(client, "qwxyzt")
    assert response.texts(TITLES) == []
    assert response.only(".empty-state-title") == "Niets gevonden"


def test_nobody_finds_what_is_not_public(client: FlaskClient, store: IndexStore) -> None:
    hidden = [content.post(f"Geheim plan {state}", state=state) for state in (State.DRAFT, State.REVIEW)]
    shown = content.post("Geheim plan open")
    content.index_all()
    assert titles(client, "geheim") == ["Geheim plan open"]

    with transaction():
        shown.state = State.DRAFT
    assert titles(client, "geheim") == [], "the database is asked, not only the index"

    with transaction():
        hidden[0].state = State.OPEN
    content.index_all()
    assert titles(client, "geheim") == ["Geheim plan draft"]


def test_what_is_deleted_is_gone(client: FlaskClient, store: IndexStore) -> None:
    post = content.post("Tijdelijk plan")
    content.index_all()
    with transaction():
        db.session.delete(post)
    content.index_all()

    assert titles(client, "tijdelijk") == []
    assert len(store.snapshot()) == 0


def test_the_answer_is_not_kept(client: FlaskClient, store: IndexStore) -> None:
    assert titles(client, "later") == []
    content.post("Later erbij")
    content.index_all()

    assert titles(client, "later") == ["Later erbij"]


def test_pages_are_numbered(client: FlaskClient, store: IndexStore) -> None:
    for number in range(25):
        content.post(f"Plek {number}")
    content.index_all()
    first, second = titles(client, "plek"), titles(client, "plek", pagina="2")

    assert (len(first), len(second)) == (20, 5)
    assert not set(first) & set(second)
    beyond = find(client, "plek", pagina="3")
    assert beyond.status_code == 404
    assert "/zoeken?q=plek&pagina=2" in beyond.attributes("main a", "href")


@pytest.mark.parametrize("page", ["0", "-1", "2147483648", "9" * 40, "1e9", "\uff11", "1_0", "", "abc"])
def test_a_page_number_that_is_none_is_not_found(client: FlaskClient, store: IndexStore, page: str) -> None:
    assert client.get("/zoeken", query_string={"q": "plek", "pagina": page}).status_code == 404


def test_result_pages_stay_out_of_search_engines(client: FlaskClient, store: IndexStore) -> None:
    assert find(client, "plek").headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/zoeken").headers


def test_without_words_the_page_says_what_there_is(client: FlaskClient, store: IndexStore) -> None:
    content.post("Plek", themes=[content.theme("techniek")])
    content.index_all()
    response = find(client)

    assert "/zoeken?type=post" in response.attributes(".search-ways a", "href")
    assert "/zoeken?speerpunt=techniek" in response.attributes(".search-ways a", "href")
    assert titles(client, type="post") == ["Plek"]


def test_a_fragment_brings_facets_finds_and_a_status_line(client: FlaskClient, store: IndexStore) -> None:
    content.post("Plek")
    content.index_all()
    response = cast("InspectedResponse", client.get("/zoeken?q=plek", headers={"HX-Request": "true"}))

    assert response.tree.css_first("#results") is not None
    assert response.only("[data-hx-swap-oob]") == "1 resultaat"
    assert "<html" not in response.get_data(as_text=True)


def test_english_pages_find_the_same(client: FlaskClient, store: IndexStore) -> None:
    content.post("Plek")
    content.index_all()
    response = cast("InspectedResponse", client.get("/en/zoeken?q=plek"))

    assert response.attributes(f"{TITLES} a", "href")[0].startswith("/en/vraag-en-aanbod/")
    assert response.only(".results-count") == "1 result"


def test_browsers_learn_to_search_here(client: FlaskClient, store: IndexStore) -> None:
    response = client.get("/opensearch.xml")

    assert response.mimetype == "application/opensearchdescription+xml"
    description = response.get_data(as_text=True)
    assert "/zoeken?q={searchTerms}" in description
    assert "/zoeken/feed.atom?q={searchTerms}" in description
    assert "/zoeken/suggesties?vorm=json&amp;q={searchTerms}" in description
