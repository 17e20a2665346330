"""The examples library: ten initiatives, what one can filter them by, and the conditions that they show."""

import pytest
from flask import Flask

from portal.core.storage.database import transaction
from portal.examples.models import Condition, Example, ExampleType
from tests.facts import PAYLOADS, assert_harmless, child, facts, linked_data, statements
from tests.fixtures import InspectedResponse, InspectingClient

LIBRARY = "/voorbeelden/"
EXAMPLES = facts("examples")
FIELDS = ("type", "sector", "doelgroep", "voorwaarde")


def names(page: InspectedResponse) -> set[str]:
    return set(page.texts("#results .card-title"))


def test_all_initiatives_and_conditions_are_there(demo_client: InspectingClient) -> None:
    page = demo_client.get(LIBRARY)

    assert names(page) == {row["name"] for row in EXAMPLES["initiatives"].values()}
    assert page.texts(".condition-number") == [str(number) for number in range(1, 11)]
    assert page.texts(".condition-list h3") == [row["title"] for row in EXAMPLES["conditions"].values()]


@pytest.mark.parametrize("field", FIELDS)
def test_every_option_finds_as_many_as_it_says(demo_client: InspectingClient, field: str) -> None:
    page = demo_client.get(LIBRARY)
    for value in page.attributes(f"input[name={field}]", "value"):
        (count,) = page.texts(f"#count-{field}-{value}")
        assert int(count) > 0
        assert len(names(demo_client.get(LIBRARY, query_string={field: value}))) == int(count), value


def test_fields_narrow_and_options_of_one_field_widen(demo_client: InspectingClient) -> None:
    by = {number: {row["name"] for row in EXAMPLES["initiatives"].values() if number in row["conditions"]}
          for number in (3, 6)}  # fmt: skip
    page = demo_client.get(f"{LIBRARY}?voorwaarde=3&voorwaarde=6")
    assert names(page) == by[3] | by[6]
    assert len(page.tree.css(".chip")) == 2

    page = demo_client.get(f"{LIBRARY}?voorwaarde=3&type=platform-van-bedrijven&sector=zorg")
    assert names(page) == {"Care Academy Veluwe"}


def test_a_condition_names_its_examples_the_sources_own_in_bold(demo_client: InspectingClient) -> None:
    page = demo_client.get(LIBRARY)
    initiatives = EXAMPLES["initiatives"]
    for condition in EXAMPLES["conditions"].values():
        row = child(page.tree, f"#voorwaarde-{condition['number']}")
        shown = {link.text() for link in row.css(".condition-examples a")}
        bold = {link.text() for link in row.css(".condition-examples b")}
        assert shown == {found["name"] for found in initiatives.values() if condition["number"] in found["conditions"]}
        assert bold == {initiatives[slug]["name"] for slug in condition["examples_named"]}


def test_what_is_not_known_is_left_out_with_a_word(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{LIBRARY}?voorwaarde=11&type=x")

    assert len(names(page)) == 10
    assert page.only(".ignored").endswith("Type “x”, Voorwaarde voor succes “11”.")


def test_nothing_found_says_what_to_do(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{LIBRARY}?sector=zorg&sector=horeca&type=kenniscentrum-plus")

    assert names(page) == set()
    assert page.attributes(".empty-state a", "href") == [LIBRARY]


def test_a_fragment_holds_the_same_list(demo_client: InspectingClient) -> None:
    part = demo_client.get(f"{LIBRARY}?type=kenniscentrum-plus", headers={"HX-Request": "true"})

    assert names(part) == names(demo_client.get(f"{LIBRARY}?type=kenniscentrum-plus"))
    assert part.only("[data-hx-swap-oob='innerHTML:#status']") == "3 initiatieven gevonden"


@pytest.mark.parametrize("slug", EXAMPLES["initiatives"])
def test_each_initiative_has_a_page_with_its_facts(demo_client: InspectingClient, slug: str) -> None:
    row, page = EXAMPLES["initiatives"][slug], demo_client.get(f"{LIBRARY}{slug}")
    text = page.only("main")

    assert page.only("h1") == row["name"]
    assert page.texts(".condition-number") == [str(number) for number in row["conditions"]]
    assert len(page.tree.css(".figures li")) == len(row["numbers"])
    for words in (row["summary"], row["financing"], row["since_text"], *row["sectors"], *row["target_groups"]):
        assert words in text
    names = [facts("organisations")[partner]["name"] for partner in row["partners"]]
    assert all(name in text for name in (*names, *row["partner_groups"]))


def test_a_reckoned_year_is_said_to_be_one(demo_client: InspectingClient) -> None:
    assert "(dus rond 2003)" in demo_client.get(f"{LIBRARY}technasium").only(".facts")
    assert "€ 1 miljoen" in demo_client.get(f"{LIBRARY}ce-water-technology").only(".figures")


def test_others_like_it_follow(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{LIBRARY}veluwe-portaal")

    assert set(page.texts("[aria-labelledby=alike] .card-title")) >= {"Care Academy Veluwe",
                                                                      "Luchtvaartcollege Schiphol"}  # fmt: skip


def test_structured_data_are_there(demo_client: InspectingClient) -> None:
    assert linked_data(demo_client.get(f"{LIBRARY}technasium"))["headline"] == "Technasium"


@pytest.mark.parametrize("path", ["xyz", "TECHNASIUM", "1"])
def test_an_unknown_one_is_not_found(demo_client: InspectingClient, path: str) -> None:
    assert demo_client.get(LIBRARY + path).status_code == 404


@pytest.mark.parametrize("path", [LIBRARY, f"{LIBRARY}rdm-centre-of-expertise"])
def test_it_takes_few_statements(demo_client: InspectingClient, path: str) -> None:
    with statements() as asked:
        demo_client.get(f"{path}?x=6")
    assert len(asked) <= 8


def test_an_empty_library_has_a_page(client: InspectingClient) -> None:
    assert client.get(LIBRARY).only(".empty-state-title") == "De verzameling met voorbeelden is nog leeg"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(app: Flask, client: InspectingClient, payload: str) -> None:
    with transaction() as session:
        condition = Condition(slug="c", number=1, title=payload, summary=payload)
        kind = ExampleType(slug="t", title=payload, summary=payload)
        session.add(
            Example(slug="x", name=payload, type=kind, place=payload, summary=payload, since=payload, financing=payload,
                    target_groups=[payload], sectors=[payload], partner_groups=[payload], conditions=[condition],
                    figures=[{"label": payload, "value": 1, "unit": payload}])
        )  # fmt: skip

    for path in (LIBRARY, f"{LIBRARY}x"):
        assert_harmless(client.get(path))
    for field in FIELDS:
        assert_harmless(client.get(LIBRARY, query_string={field: payload}))
    assert linked_data(client.get(f"{LIBRARY}x"))["headline"] == payload
