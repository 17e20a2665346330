"""The register of organisations: everything is in it, and its filters find what they count."""

from typing import Any

import pytest

from tests.facts import PAYLOADS, assert_harmless, child, facts, statements
from tests.fixtures import InspectedResponse, InspectingClient

REGISTER = "/organisaties/"
REAL, INVENTED = 199, 43
MAX_STATEMENTS = 12


def names(page: InspectedResponse) -> list[str]:
    return page.texts(".organisation-name")


def with_part(role: str, theme: str | None = None) -> set[str]:
    """Return the names of organisations with a role in an action, as the facts say it."""
    actions = facts("actions").values()
    slugs = {slug for row in actions if theme in (None, row["theme"]) for slug in row[role]}
    return {facts("organisations")[slug]["name"] for slug in slugs}


def test_it_holds_every_organisation_under_its_letter(demo_client: InspectingClient) -> None:
    page = demo_client.get(REGISTER)

    assert len(names(page)) == REAL + INVENTED
    assert {row["name"] for row in facts("organisations").values()} <= set(names(page))
    assert page.only(".results-count") == "242 organisaties"
    assert sum(map(int, page.texts(".letter-index small"))) == REAL + INVENTED


def test_letters_lead_to_their_section_and_say_how_many_stand_there(demo_client: InspectingClient) -> None:
    page = demo_client.get(REGISTER)
    for link in page.tree.css(".letter-index a"):
        anchor, count = str(link.attributes["href"]), int(child(link, "small").text())
        assert len(page.tree.css(f"[aria-labelledby={anchor[1:]}] li")) == count
    assert page.texts("[aria-labelledby=letter-s] .organisation-name")[0] == "'s Heeren Loo"


def test_invented_organisations_say_so(demo_client: InspectingClient) -> None:
    page = demo_client.get(REGISTER)
    marked = [row for row in page.texts(".organisation-facts") if row.endswith("verzonnen")]

    assert len(marked) == INVENTED
    assert "43 daarvan zijn verzonnen voor de demo" in page.only("#results .results-head")


@pytest.mark.parametrize("field", ["soort", "rol", "speerpunt", "gemeente"])
def test_every_option_finds_as_many_as_it_says(demo_client: InspectingClient, field: str) -> None:
    page = demo_client.get(REGISTER)
    for value in page.attributes(f"input[name={field}]", "value"):
        (count,) = page.texts(f"#count-{field}-{value}")
        assert len(names(demo_client.get(REGISTER, query_string={field: value}))) == int(count), value


def test_counts_follow_the_other_fields(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{REGISTER}?rol=trekker&speerpunt=techniek")
    for field in ("soort", "rol", "speerpunt", "gemeente"):
        for value in page.attributes(f"input[name={field}]", "value"):
            query: dict[str, Any] = {"rol": "trekker", "speerpunt": "techniek", field: value}
            (count,) = page.texts(f"#count-{field}-{value}")
            assert len(names(demo_client.get(REGISTER, query_string=query))) == int(count), (field, value)


def test_role_and_focus_point_are_asked_together(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{REGISTER}?rol=trekker&speerpunt=techniek")

    assert set(names(page)) == with_part("leads", "techniek")
    assert page.texts(".chip") == ["Filter weghalen: Rol in de actieagenda’s: Trekker",
                                   "Filter weghalen: Speerpunt: Techniek"]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "key"), [("trekker", "leads"), ("partner", "partners"), ("beoogd-partner", "intended_partners")]
)
def test_roles_find_the_parties_of_the_facts(demo_client: InspectingClient, role: str, key: str) -> None:
    assert set(names(demo_client.get(f"{REGISTER}?rol={role}"))) == with_part(key)


def test_signatories_are_found_and_marked(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{REGISTER}?rol=ondertekenaar")

    assert len(names(page)) == len(page.tree.css(".is-signatory")) == 46


@pytest.mark.parametrize(
    ("words", "name", "why"),
    [
        ("bartimeus", "Bartiméus", ""),
        ("ZW Haaglanden", "ZorgZijnWerkt", "voorheen ZW Haaglanden"),
        ("steinmetz", "Middin", "voorheen Steinmetz de Compaan"),
        ("OCW", "Ministerie van Onderwijs, Cultuur en Wetenschap", "ook OCW"),
        ("hogeschool haagse", "De Haagse Hogeschool", ""),
    ],
)
def test_a_name_is_found_by_its_parts_and_by_other_names(
    demo_client: InspectingClient, words: str, name: str, why: str
) -> None:
    page = demo_client.get(REGISTER, query_string={"q": words})

    assert name in names(page)
    assert why in page.texts(".organisation-facts")[names(page).index(name)]


def test_what_is_not_known_is_left_out_with_a_word(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{REGISTER}?soort=kasteel&gemeente=mars&rol=&nergens=x")

    assert len(names(page)) == REAL + INVENTED
    assert page.only(".ignored").endswith("Soort “kasteel”, Plaats “mars”.")


def test_nothing_found_says_what_to_do(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{REGISTER}?q=qqqq")

    assert names(page) == []
    assert page.attributes(".empty-state a", "href") == [REGISTER]


def test_a_fragment_holds_the_same_list_and_brings_the_counts(demo_client: InspectingClient) -> None:
    address = f"{REGISTER}?soort=museum"
    part = demo_client.get(address, headers={"HX-Request": "true"})

    assert names(part) == names(demo_client.get(address))
    assert part.only("[data-hx-swap-oob='innerHTML:#status']") == f"{len(names(part))} organisaties gevonden"
    assert part.only("#count-soort-museum") == str(len(names(part)))


def test_an_organisation_that_merged_says_into_which(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{REGISTER}?q=kennisalliantie")

    assert page.only(".organisation-facts").endswith("opgegaan in InnovationQuarter")
    assert page.attributes(".organisation-name a", "href") == ["/organisaties/innovationquarter"]


@pytest.mark.parametrize("path", [REGISTER, f"{REGISTER}?rol=trekker&q=e"])
def test_it_takes_a_fixed_number_of_statements(demo_client: InspectingClient, path: str) -> None:
    with statements() as asked:
        demo_client.get(f"{path}{'&' if '?' in path else '?'}x=1")
    assert len(asked) <= MAX_STATEMENTS


@pytest.mark.parametrize("name", ["q", "soort", "gemeente", "speerpunt", "rol"])
def test_what_the_address_says_comes_back_as_text(demo_client: InspectingClient, name: str) -> None:
    for payload in PAYLOADS:
        page = demo_client.get(REGISTER, query_string={name: payload})
        assert page.status_code == 200
        assert_harmless(page)
    assert demo_client.get(REGISTER, query_string={name: "x" * 20_000}).status_code == 200


def test_it_speaks_english_with_the_names_in_dutch(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"/en{REGISTER}?soort=museum")

    assert page.only("h1") == "Organisations"
    assert set(page.attributes(".organisation-name", "lang")) == {"nl"}
    assert all(link.startswith("/en/organisaties/") for link in page.attributes(".organisation-name a", "href"))
