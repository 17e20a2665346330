"""Facets: each narrows, and the number beside an option is what one gets by choosing it."""

from typing import cast

import pytest
from flask.testing import FlaskClient

from portal.core import clock
from portal.search.engines.embedded.store import IndexStore
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

    assert response.texts(".search-results .card-title") == ["Nieuws over de stage", "Oud nieuws over de stage"]


@pytest.mark.usefixtures("network")
def test_an_option_that_finds_nothing_any_more_stays_to_be_unchosen(client: FlaskClient) -> None:
    response = find(client, q="rondleiding", speerpunt="zorg")

    assert ("speerpunt", "zorg", 0) in options(response)
    assert response.only(".empty-state-title") == "Niets gevonden"
    assert "/zoeken?q=rondleiding" in response.attributes(".empty-state a", "href")


# ── fields in the words ───────────────────────────────────────────────────────────────────────────


def chips(response: InspectedResponse) -> dict[str, str]:
    """Return what each chip says (without what a screen reader hears before it) and where it leads."""
    shown = [text.rpartition(": ")[2] for text in response.texts(".chip")]
    return dict(zip(shown, response.attributes(".chip", "href"), strict=True))


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("typed", "chip", "count"),
    [
        ("stage type:nieuws", "Nieuws", 2),
        ("type:Artikelen stage", "Nieuws", 2),
        ("stage type:article", "Nieuws", 2),
        ("stage type:aanbod", "Alleen aanbod", 4),
        ("stage type:vraag", "Alleen vragen", 0),
        ('stage type:"vraag en aanbod"', "Vraag & Aanbod", 4),
        ("stage speerpunt:zorg", "Zorg", 2),
        ("stage speerpunt:2", "Zorg", 2),
        ('stage speerpunt:"Techniek"', "Techniek", 3),
        ("SPEERPUNT:tech stage", "Techniek", 3),
    ],
)
def test_a_field_in_the_words_chooses_an_option(client: FlaskClient, typed: str, chip: str, count: int) -> None:
    response = find(client, q=typed)

    assert list(chips(response)) == [chip]
    assert (total(response) if count else len(response.tree.css(".search-result"))) == count
    assert response.attributes("#search-words", "value") == ["stage"], "the words are free of what the chip says"
    away = cast("InspectedResponse", client.get(chips(response)[chip]))
    assert total(away) == 6
    assert not chips(away)


@pytest.mark.usefixtures("network")
def test_fields_and_facets_widen_each_other(client: FlaskClient) -> None:
    response = find(client, q="stage speerpunt:techniek", speerpunt="zorg")

    assert set(chips(response)) == {"Techniek", "Zorg"}
    assert total(response) == 4
    assert response.attributes(".choice input[checked]", "value") == ["techniek", "zorg"]


@pytest.mark.usefixtures("network")
def test_a_field_alone_lists_what_it_chooses(client: FlaskClient) -> None:
    response = find(client, q="type:nieuws")

    assert response.texts(".search-results .card-title") == ["Nieuws over de stage", "Oud nieuws over de stage"]


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("typed", "named", "possible"),
    [
        ("stage type:spook", "Soort pagina “spook”", "aanbod, vraag, agenda"),
        ("stage speerpunt:9", "Speerpunt “9”", "techniek, zorg"),
        ("stage type:", "", "aanbod, vraag, agenda"),
    ],
)
def test_an_unknown_value_is_named_with_what_is_possible(
    client: FlaskClient, typed: str, named: str, possible: str
) -> None:
    response = find(client, q=typed)

    assert total(response) == 6, "the rest is looked for"
    assert named in "".join(response.texts(".ignored"))
    assert possible in response.only(".search-possible")
    assert response.attributes("#search-words", "value") == [typed], "to be mended"
    assert not chips(response)


@pytest.mark.usefixtures("network")
def test_a_word_with_a_minus_is_a_chip_that_can_be_taken_away(client: FlaskClient) -> None:
    response = find(client, q='stage -lassen -"op de afdeling"')

    assert "Stage lassen" not in response.texts(".search-results .card-title")
    assert total(response) == 4
    assert set(chips(response)) == {"zonder “lassen”", "zonder “op de afdeling”"}
    assert total(cast("InspectedResponse", client.get(chips(response)["zonder “lassen”"]))) == 5


@pytest.mark.usefixtures("network")
def test_only_what_is_not_wanted_asks_for_more(client: FlaskClient) -> None:
    response = find(client, q="-stage")
    assert response.only(".empty-state-title") == "Wat zoekt u?"
    assert "Voeg een woord toe" in response.only(".empty-state")

    response = find(client, q="-stage", type="post")
    assert response.texts(".search-results .card-title") == ["Rondleiding"], "with a choice it says something"


@pytest.mark.usefixtures("network")
def test_the_kind_of_a_post_can_be_chosen(client: FlaskClient) -> None:
    offered = {(name, value): count for name, value, count in options(find(client, q="stage"))}

    assert offered["type", "post"] == offered["type", "aanbod"] == 4
    assert ("type", "vraag") not in offered
