"""The filter of any list: the address says what is shown and how far, and an empty list offers what is near."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.urls import uri_to_iri

from portal.core.lists.filters import ChoiceField, FilterForm
from portal.core.lists.pagination import MAX_LENGTH

KNOWN = {"soort": {"aanbod": "Aanbod", "vraag": "Vraag"}, "plaats": {"delft": "Delft", "rijswijk": "Rijswijk"}}


class Wanted(FilterForm):
    """A filter of two fields."""

    fields = (ChoiceField("soort", "Kind", takes_one=True), ChoiceField("plaats", "Place"))


def parse(**args: Any) -> Wanted:
    return Wanted.parse(MultiDict(args), KNOWN)


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"q": "lassen & solderen"},
        {"soort": "vraag", "plaats": ["rijswijk", "delft"]},
    ],
)
def test_an_address_made_of_a_filter_asks_for_the_same(app: Flask, args: dict[str, Any]) -> None:
    wanted = parse(**args)
    again = Wanted.parse(MultiDict(wanted.pairs()), KNOWN)

    assert again == wanted
    assert uri_to_iri(wanted.address("/lijst")) == uri_to_iri(again.address("/lijst"))


@pytest.mark.parametrize("length", ["0", "-1", "201", "9999999999", "25x", "²", "٣٠", "1e2"])
def test_a_length_beyond_reason_is_named_and_left_out(app: Flask, length: str) -> None:
    wanted = parse(aantal=length)

    assert wanted.limit(25) == 25
    assert [value for _label, value in wanted.ignored] == [length]


def test_a_list_grows_page_by_page_up_to_a_limit(app: Flask) -> None:
    wanted, lengths = parse(soort="vraag"), []
    shown = 25
    for _turn in range(9):
        part = wanted.next_part("/lijst", "3.4", shown, 25)
        assert part is not None
        assert part.url == "/lijst?soort=vraag&na=3.4"
        assert part.list_url is not None
        lengths.append(part.list_url)
        query = dict(pair.split("=") for pair in part.fragment_url.partition("?")[2].split("&"))
        wanted, shown = parse(**query), 25
        assert not wanted.ignored
    assert lengths[0] == "/lijst?soort=vraag&aantal=50"
    assert lengths[-1] == lengths[-2] == f"/lijst?soort=vraag&aantal={MAX_LENGTH}"


def test_a_later_part_alone_does_not_claim_to_be_the_whole_list(app: Flask) -> None:
    part = parse(na="3.4").next_part("/lijst", "1.2", 25, 25)

    assert part is not None
    assert part.list_url is None


def near(wanted: Wanted, counts: dict[str, int]) -> dict[str, int]:
    """Return what an empty list suggests: address and number; `counts` holds how many rows each address finds."""
    found = wanted.suggestions(KNOWN, "/l", lambda other: counts.get(other.address("/l"), 0), {})
    return {suggestion.url: suggestion.count for suggestion in found}


def test_an_empty_list_offers_itself_without_each_part_that_helps(app: Flask) -> None:
    wanted = parse(soort="vraag", plaats="delft", q="las", na="3.4")
    counts = {"/l?q=las&soort=vraag": 2, "/l?q=las&plaats=delft": 0, "/l?soort=vraag&plaats=delft": 5}

    assert near(wanted, counts) == {"/l?q=las&soort=vraag": 2, "/l?soort=vraag&plaats=delft": 5}


def test_when_no_part_less_helps_each_part_alone_is_offered(app: Flask) -> None:
    wanted = parse(soort="vraag", plaats="delft", q="las")

    assert near(wanted, {"/l?plaats=delft": 7, "/l": 99}) == {"/l?plaats=delft": 7}


def test_an_empty_list_asks_for_a_bounded_number_of_counts(app: Flask) -> None:
    known = {"soort": KNOWN["soort"], "plaats": {f"p{n}": f"P {n}" for n in range(40)}}
    args: dict[str, str | list[str]] = {"soort": "vraag", "plaats": list(known["plaats"])}
    wanted = Wanted.parse(MultiDict(args), known)
    asked: list[Wanted] = []

    def count(other: Wanted) -> int:
        asked.append(other)
        return 0

    wanted.suggestions(known, "/l", count, {})

    assert len(asked) <= 12


def test_other_values_come_first_those_with_most_rows_at_the_head(app: Flask) -> None:
    wanted = parse(plaats="delft")
    found = wanted.suggestions(KNOWN, "/l", lambda _other: 0, {"plaats": {"rijswijk": 3, "delft": 0}})

    assert [(one.label, one.url, one.count) for one in found] == [("Rijswijk", "/l?plaats=rijswijk", 3)]
