"""The signatories: forty-six names, for what, and what is only provisional."""

import pytest

from tests.facts import child, facts, statements
from tests.fixtures import InspectedResponse, InspectingClient

SIGNATORIES = "/ondertekenaars/"


def names(page: InspectedResponse, section: str = "") -> list[str]:
    return page.texts(f"{section} .signature-name".strip())


def signatories(**wanted: object) -> set[str]:
    """Return the names of signatories as the facts have them."""
    rows = facts("organisations").values()
    return {row["name"] for row in rows if row["signatory"] and all(row[key] == wanted[key] for key in wanted)}


def test_all_are_there_for_what_they_signed(demo_client: InspectingClient) -> None:
    page = demo_client.get(SIGNATORIES)
    whole, topical = names(page, "[aria-labelledby=whole]"), names(page, "[aria-labelledby=topical]")

    assert (len(whole), len(topical)) == (18, 28)
    assert set(whole) == signatories(signatory_scope="hele actieagenda")
    assert set(topical) == signatories(signatory_scope="speerpunten")
    assert page.texts(".report-head .figures b") == ["46", "18", "28", "2"]


def test_the_signing_is_dated(demo_client: InspectingClient) -> None:
    head = demo_client.get(SIGNATORIES).only(".report-head")

    assert "februari 2014" in head
    assert "versie 2.0" in head


def test_provisional_signatures_are_marked(demo_client: InspectingClient) -> None:
    page = demo_client.get(SIGNATORIES)
    rows = page.tree.css(".signature")
    marked = {child(row, ".signature-name").text() for row in rows if row.css(".provisional")}

    assert marked == {"Gemeente Westland", "Siemens"}


def test_focus_points_follow_from_actions_and_the_page_says_so(demo_client: InspectingClient) -> None:
    page = demo_client.get(SIGNATORIES)
    topics = {
        child(row, ".signature-name").text(): [mark.text() for mark in row.css(".theme-mark")]
        for row in page.tree.css("[aria-labelledby=topical] .signature")
    }

    assert [text.split()[0] for text in topics["Kenteq"]] == ["1", "6"]
    without = {name for name, marks in topics.items() if not marks}
    assert without == {"Kone, Liften en Roltrappen", "Siemens", "Trigion", "Haagse Academische Coalitie",
                       "Netwerk Ondernemend in Zorg"}  # fmt: skip
    assert "Wij leiden het af uit de acties" in page.only("[aria-labelledby=topical] .estimate")


def test_every_kind_finds_as_many_as_it_says(demo_client: InspectingClient) -> None:
    page = demo_client.get(SIGNATORIES)
    for link in page.tree.css(".kinds a"):
        found = demo_client.get(str(link.attributes["href"]))
        assert len(names(found)) == int(child(link, ".choice-count").text())
        assert len(found.tree.css(".kinds [aria-current]")) == 1


def test_a_fragment_holds_the_same(demo_client: InspectingClient) -> None:
    part = demo_client.get(f"{SIGNATORIES}?soort=gemeente", headers={"HX-Request": "true"})

    assert set(names(part)) == signatories(kind="gemeente")
    assert part.only("[data-hx-swap-oob]") == "9 ondertekenaars gevonden"


def test_an_unknown_kind_is_left_out_with_a_word(demo_client: InspectingClient) -> None:
    page = demo_client.get(f"{SIGNATORIES}?soort=kasteel")

    assert len(names(page)) == 46
    assert "kasteel" in page.only(".ignored")


def test_before_anyone_signed_the_page_says_so(client: InspectingClient) -> None:
    assert "Er is nog niet getekend" in client.get(SIGNATORIES).only(".empty-state")


@pytest.mark.parametrize("path", [SIGNATORIES, f"/en{SIGNATORIES}"])
def test_it_takes_few_statements(demo_client: InspectingClient, path: str) -> None:
    with statements() as asked:
        demo_client.get(f"{path}?x=3")
    assert len(asked) <= 6
