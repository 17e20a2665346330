"""Searching for a time: the events of those days come first, with a way to the agenda so filtered."""

from datetime import date

import pytest
import time_machine

from portal.search.indexing import indexer
from tests.agenda.conftest import AddEvent
from tests.fixtures import InspectedResponse, InspectingClient

EVENTS = ".search-agenda .card-title"
HEADING = "#search-agenda a"
CAFE, WINTER = "Kenniscafé over stages", "Kenniscafé in de winter"
TRIP, FAIR = "Excursie naar de haven", "Beurs van drie dagen"
TO = "tot en met"


@pytest.fixture(autouse=True)
def program(add: AddEvent) -> None:
    """Hold events in March and December 2026, the day being 11 March; one of them takes three days."""
    for title, first, last in (
        (CAFE, "2026-03-20", None),
        (TRIP, "2026-03-12", None),
        (FAIR, "2026-03-19", "2026-03-21"),
        (WINTER, "2026-12-15", None),
        ("Workshop van lang geleden", "2026-03-02", None),
    ):
        day = date.fromisoformat(first)
        kind = "kenniscafe" if "Kenniscafé" in title else "excursie"
        add(day, title=title, kind=kind, summary="Kom kijken.", last_day=date.fromisoformat(last) if last else day)
    indexer.rebuild()


def search(client: InspectingClient, words: str) -> InspectedResponse:
    return client.get("/zoeken", query_string={"q": words})


@pytest.mark.parametrize(
    ("words", "titles", "heading", "query"),
    [
        ("20 maart 2026", [FAIR, CAFE], "vr 20 maart 2026", "van=2026-03-20&tot=2026-03-20"),
        ("21-03-2026", [FAIR], "za 21 maart 2026", "van=2026-03-21&tot=2026-03-21"),
        ("morgen", [TRIP], "do 12 maart 2026", "van=2026-03-12&tot=2026-03-12"),
        ("volgende week", [FAIR, CAFE], f"ma 16 maart 2026 {TO} zo 22 maart 2026", "van=2026-03-16&tot=2026-03-22"),
        ("December", [WINTER], "december 2026", "van=2026-12-01&tot=2026-12-31"),
        ("haven in maart", [TRIP], "maart 2026", "q=haven&van=2026-03-11&tot=2026-03-31"),
    ],
)
def test_the_events_of_the_days_come_first(
    client: InspectingClient, words: str, titles: list[str], heading: str, query: str
) -> None:
    page = search(client, words)

    assert page.texts(EVENTS) == titles
    assert page.only(HEADING) == f"Agenda van {heading}"
    address = page.attributes(HEADING, "href")[0]
    assert address == f"/agenda/?{query}"
    assert set(titles) <= set(client.get(address).texts(".card-title")), "the agenda shows them too"
    assert page.texts(".card-title")[: len(titles)] == titles
    assert not set(titles) & set(page.texts(".search-results .card-title")), "none is shown twice"
    assert not page.tree.css(".search-unknown"), "a day is no word that stands nowhere"


def test_that_nothing_has_all_words_is_said_once(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 12, 5), title="Terugblik op april")
    add(date(2026, 12, 6), title="Beroepen van 23 leerlingen")
    indexer.rebuild()
    page = search(client, "23 april 2026")

    assert page.texts(".search-results .card-title")
    assert page.only("main").count("iets dat erop lijkt") == 1


def test_what_is_over_is_in_the_archive(client: InspectingClient) -> None:
    page = search(client, "2 maart 2026")

    assert page.texts(EVENTS) == ["Workshop van lang geleden"]
    assert page.attributes(HEADING, "href")[0].startswith("/agenda/archief?van=2026-03-02")


def test_without_a_year_the_last_time_is_meant_when_nothing_comes(client: InspectingClient) -> None:
    assert search(client, "2 maart").texts(EVENTS) == ["Workshop van lang geleden"]


def test_a_month_that_is_a_name_still_finds_the_name(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 5, 7), title="Lenteborrel")
    add(date(2026, 12, 1), title="Gesprek met Mei Ling")
    indexer.rebuild()

    page = search(client, "Mei")
    assert page.texts(EVENTS) == ["Lenteborrel"]
    assert page.texts(".search-results .card-title")[:1] == ["Gesprek met Mei Ling"]
    assert search(client, "Mei Ling").texts(".card-title")[:1] == ["Gesprek met Mei Ling"]


@pytest.mark.parametrize(
    ("words", "day", "query"),
    [("20 april 2026", "ma 20 april 2026", "van=2026-04-20"), ("april", "april 2026", "van=2026-04-01")],
)
def test_days_to_come_on_which_nothing_happens_are_named_and_lead_on(
    client: InspectingClient, words: str, day: str, query: str
) -> None:
    page = search(client, words)

    assert page.only("#search-agenda") == f"Agenda van {day}"
    assert "Op deze dagen staat er niets in de agenda." in page.only(".search-agenda")
    (address,) = page.attributes(".search-agenda a", "href")
    assert address == f"/agenda/?{query}"
    assert client.get(address).texts(".card-title") == [WINTER]


@pytest.mark.parametrize("words", ["20 april 2025", "zweefvliegen maart", '"maart"', "kenniscafé -maart"])
def test_where_nothing_is_held_the_words_are_searched_for_alone(client: InspectingClient, words: str) -> None:
    assert not search(client, words).tree.css(".search-agenda")


def test_a_chosen_kind_of_page_that_is_no_event_has_no_agenda(client: InspectingClient) -> None:
    assert client.get("/zoeken?q=maart&type=post").tree.css(".search-agenda") == []
    assert client.get("/zoeken?q=maart&type=event").texts(EVENTS)


def test_tomorrow_is_another_day_tomorrow(client: InspectingClient, moment: time_machine.Traveller) -> None:
    assert search(client, "morgen").texts(EVENTS) == [TRIP]

    moment.shift(7 * 86_400)
    assert search(client, "morgen").texts(EVENTS) == [FAIR]


def test_of_many_the_first_are_shown_and_the_agenda_has_all(client: InspectingClient, add: AddEvent) -> None:
    for number in range(7):
        add(date(2026, 4, 10), title=f"Lessendag {number}")
    indexer.rebuild()
    page = search(client, "april")

    assert len(page.texts(EVENTS)) == 5
    assert page.only(".search-agenda > p a") == "Alle 7 bijeenkomsten op deze dagen"
