"""Facets: each narrows, and the number beside an option is what one gets by choosing it."""

from typing import cast

import pytest
from flask.testing import FlaskClient

from portal.core import clock
from portal.search.embedded.store import IndexStore
from tests.fixtures import InspectedResponse
from tests.search import content


@pytest.fixture
def network(store: IndexStore) -> None:
    """Fill the index with a dozen documents of several kinds, themes, years and organisations."""
    technique, care = content.theme("techniek", 1), content.theme("zorg", 2)
    school, works = content.organisation("vlietschool"), content.organisation("werf")
    last_year = clock.now().replace(year=clock.today().year - 1, day=1)
    content.post("Stage lassen", themes=[technique], by=works)
    content.post("Stage draaien", themes=[technique], by=works, published=last_year)
    content.post("Stage op de afdeling", themes=[care], by=school)
    content.post("Stage dubbel", themes=[care, technique], by=school)
    content.post("Rondleiding")
    content.article("Nieuws over de stage")
    content.article("Oud nieuws over de stage", published=last_year)
    content.index_all()


def find(client: FlaskClient, **arguments: str | list[str]) -> InspectedResponse:
    return cast("InspectedResponse", client.get("/zoeken", query_string=arguments))


def total(response: InspectedResponse) -> int:
    return int(response.only(".results-count").split()[0])


def options(response: InspectedResponse) -> list[tuple[str, str, int]]:
    """Return (name, value, count) of every option on the page."""
    boxes = response.tree.css(".filter-form .choice")
    found = []
    for box in boxes:
        field, count = box.css_first("input"), box.css_first(".choice-count")
        assert field is not None
        assert count is not None
        found.append((field.attributes["name"] or "", field.attributes["value"] or "", int(count.text())))
    return found


@pytest.mark.usefixtures("network")
def test_each_count_is_what_one_gets(client: FlaskClient) -> None:
    offered = options(find(client, q="stage"))

    assert {name for name, _value, _count in offered} == {"type", "speerpunt", "jaar", "organisatie"}
    for name, value, count in offered:
        assert total(find(client, q="stage", **{name: value})) == count, (name, value)


@pytest.mark.usefixtures("network")
def test_counts_hold_under_another_choice(client: FlaskClient) -> None:
    chosen = find(client, q="stage", speerpunt="techniek")
    assert total(chosen) == 3

    for name, value, count in options(chosen):
        if name != "speerpunt":
            assert total(find(client, q="stage", speerpunt="techniek", **{name: value})) == count, (name, value)


@pytest.mark.usefixtures("network")
def test_options_of_one_facet_widen_and_facets_narrow(client: FlaskClient) -> None:
    assert total(find(client, q="stage", speerpunt=["techniek", "zorg"])) == 4
    assert total(find(client, q="stage", speerpunt=["techniek", "zorg"], organisatie="vlietschool")) == 2


@pytest.mark.usefixtures("network")
def test_a_chosen_option_can_be_taken_away(client: FlaskClient) -> None:
    response = find(client, q="stage", type="post", speerpunt="zorg")

    (away,) = [url for url in response.attributes(".chip", "href") if "type" not in url]
    assert total(cast("InspectedResponse", client.get(away))) == 2
    assert response.attributes(".choice input[checked]", "value") == ["post", "zorg"]


@pytest.mark.usefixtures("network")
def test_unknown_options_are_left_out_and_named(client: FlaskClient) -> None:
    response = find(client, q="stage", type="spook", speerpunt="<b>", jaar="eeuwig", organisatie="niemand")

    assert total(response) == 6
    assert all(value in response.only(".ignored") for value in ("spook", "<b>", "eeuwig", "niemand"))
    assert not response.attributes(".chip", "href")


@pytest.mark.usefixtures("network")
def test_facets_alone_show_the_newest_first(client: FlaskClient) -> None:
    response = find(client, type="article")

    assert response.texts(".search-result .card-title") == ["Nieuws over de stage", "Oud nieuws over de stage"]


@pytest.mark.usefixtures("network")
def test_an_option_that_finds_nothing_any_more_stays_to_be_unchosen(client: FlaskClient) -> None:
    response = find(client, q="rondleiding", speerpunt="zorg")

    assert ("speerpunt", "zorg", 0) in options(response)
    assert response.only(".empty-state-title") == "Niets gevonden"
    assert "/zoeken?q=rondleiding" in response.attributes(".empty-state a", "href")
