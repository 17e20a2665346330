"""The list of coming events and the archive, as visitors use them."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
import time_machine
from flask import Flask

from portal.agenda import queries
from portal.core.storage.database import transaction
from portal.publishing.models import State
from tests.agenda.conftest import AddEvent
from tests.fixtures import InspectedResponse, InspectingClient

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 3, 11)


def titles(response: InspectedResponse) -> list[str]:
    return response.texts(".event-card .card-title")


def walk(client: InspectingClient, path: str) -> list[str]:
    """Return the titles of a list from its first page to its last."""
    found: list[str] = []
    while path:
        response = client.get(path)
        found += titles(response)
        path = next(iter(response.attributes(".pager a", "href")), "")
    return found


def test_what_comes_stands_in_the_agenda_and_what_was_in_the_archive(client: InspectingClient, add: AddEvent) -> None:
    add(TODAY - timedelta(days=1), title="Gisteren")
    add(TODAY, title="Vandaag")
    add(TODAY + timedelta(days=1), title="Morgen")

    assert titles(client.get("/agenda/")) == ["Vandaag", "Morgen"]
    assert titles(client.get("/agenda/archief")) == ["Gisteren"]


def test_an_event_of_several_days_that_has_begun_is_not_over(client: InspectingClient, add: AddEvent) -> None:
    add(title="Week", first_day=TODAY - timedelta(days=2), last_day=TODAY, start=None, end=None)

    assert titles(client.get("/agenda/")) == ["Week"]
    assert titles(client.get("/agenda/archief")) == []


def test_the_list_is_ordered_by_day_and_hour_under_heads_of_months(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 4, 2), title="D")
    add(date(2026, 3, 20), title="C", start=time(19), end=None)
    add(date(2026, 3, 20), title="B", start=time(9), end=None)
    add(date(2026, 3, 20), title="A", start=None, end=None)

    response = client.get("/agenda/")

    assert titles(response) == ["A", "B", "C", "D"]
    assert response.texts(".running-head") == ["maart 2026", "april 2026"]
    assert response.texts(".is-same-day .card-title") == ["B", "C"]


def test_order_is_right_across_both_clock_changes(client: InspectingClient, add: AddEvent) -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        add(day, title=f"{day:%m} na", start=time(3, 30), end=time(4))
        add(day, title=f"{day:%m} voor", start=time(1, 30), end=time(2, 0) if day.month == 10 else None)
    add(date(2026, 10, 25), title="10 dubbel", start=time(2, 30), end=time(3, 15))

    response = client.get("/agenda/")

    assert titles(response) == ["03 voor", "03 na", "10 voor", "10 dubbel", "10 na"]
    assert "02.30–03.15 uur" in response.texts(".card-facts")[3]


def test_the_archive_goes_back_in_time_by_year(client: InspectingClient, add: AddEvent) -> None:
    add(date(2024, 2, 29), title="Schrikkeldag")
    add(date(2025, 12, 31), title="Oudjaar")
    add(date(2026, 1, 1), title="Nieuwjaar")
    add(fields={"first_day": None, "last_day": None, "date_precision": "unknown"}, title="Ooit", start=None, end=None)

    response = client.get("/agenda/archief")

    assert titles(response) == ["Nieuwjaar", "Oudjaar", "Schrikkeldag", "Ooit"]
    assert response.texts(".running-head") == ["2026", "2025", "2024", "Zonder datum"]
    assert response.texts(".years a") == ["2026 1", "2025 1", "2024 1"]


def test_a_year_of_the_archive_is_a_link_that_keeps_the_filter(client: InspectingClient, add: AddEvent) -> None:
    add(date(2025, 12, 31), title="Oud")
    add(date(2026, 1, 1), title="Nieuw")
    add(date(2025, 6, 1), title="Zorg", themes=("zorg",))

    links = client.get("/agenda/archief?speerpunt=techniek").attributes(".years a", "href")
    response = client.get(links[1])

    assert links[1] == "/agenda/archief?speerpunt=techniek&van=2025-01-01&tot=2025-12-31"
    assert titles(response) == ["Oud"]
    assert response.texts(".years a") == ["2026 1", "2025 1"]


@pytest.mark.parametrize("path", ["/agenda/", "/agenda/archief"])
def test_show_more_meets_every_event_once_and_in_order(client: InspectingClient, add: AddEvent, path: str) -> None:
    sign = -1 if "archief" in path else 1
    with transaction():
        for number in range(60):
            add(
                TODAY + timedelta(days=sign * (1 + number // 3)),
                title=f"{number:02}",
                start=time(9 + number % 3),
                end=None,
            )

    found = walk(client, path)

    assert len(found) == len(set(found)) == 60
    assert len(titles(client.get(path))) == queries.PAGE
    days = [1 + int(title) // 3 for title in found]
    assert all(one <= other for one, other in pairwise(days))


def test_events_without_a_date_are_paged_at_the_end_of_the_archive(client: InspectingClient, add: AddEvent) -> None:
    unknown = {"first_day": None, "last_day": None, "starts_at": None, "ends_at": None, "date_precision": "unknown"}
    with transaction():
        for number in range(30):
            add(title=f"Onbekend {number}", fields=unknown)
    add(date(2024, 2, 29), title="Bekend")

    found = walk(client, "/agenda/archief")

    assert found[0] == "Bekend"
    assert len(set(found)) == 31


def test_a_month_that_goes_on_over_the_page_says_so(client: InspectingClient, add: AddEvent) -> None:
    with transaction():
        for number in range(queries.PAGE + 1):
            add(date(2026, 3, 20), title=str(number))

    (more,) = client.get("/agenda/").attributes(".pager a", "href")

    assert client.get(more).texts(".running-head.is-continued") == ["maart 2026 vervolg"]


def test_htmx_gets_the_results_with_the_numbers_of_the_rail(client: InspectingClient, add: AddEvent) -> None:
    add(title="Een")
    add(title="Twee", themes=("zorg",))

    response = client.get("/agenda/?speerpunt=zorg", headers=HTMX)

    assert "<html" not in response.get_data(as_text=True)
    assert response.tree.css_first("#results") is not None
    assert titles(response) == ["Twee"]
    assert response.only('[data-hx-swap-oob="innerHTML:#status"]') == "1 komende bijeenkomst"
    assert response.only("#count-speerpunt-techniek[data-hx-swap-oob]") == "1"
    assert "HX-Request" in response.headers["Vary"]


def test_an_empty_agenda_says_what_to_do_next(client: InspectingClient, network: Flask) -> None:
    response = client.get("/agenda/")

    assert response.only(".empty-state-title") == "De agenda is nog leeg"
    assert response.attributes(".empty-state a", "href") == ["/agenda/nieuw"]
    assert client.get("/agenda/archief").attributes(".empty-state a", "href") == ["/agenda/"]


def test_a_filter_that_finds_nothing_offers_the_whole_list(client: InspectingClient, add: AddEvent) -> None:
    add()

    response = client.get("/agenda/?soort=excursie")

    assert titles(response) == []
    assert response.attributes(".empty-state a", "href") == ["/agenda/"]


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW])
def test_what_is_not_published_is_nowhere(client: InspectingClient, add: AddEvent, state: State) -> None:
    event = add(title="Geheim", fields={"state": state})
    add(TODAY - timedelta(days=3), title="Geheim", fields={"state": state})
    paths = ["/agenda/", "/agenda/archief", "/agenda/?weergave=maand", "/agenda.ics"]

    assert not any("Geheim" in client.get(path).get_data(as_text=True) for path in paths)
    assert client.get(event.path).status_code == 404
    assert client.get(f"{event.path}.ics").status_code == 404
    assert list(queries.sitemap_entries()) == []
    assert event.search_document() is None
    assert queries.next_events(5) == queries.of_theme(event.themes[0].id, 5) == []


def test_english_pages_are_english_around_dutch_content(client: InspectingClient, add: AddEvent) -> None:
    add()

    response = client.get("/en/agenda/")

    assert response.only("h1") == "Agenda"
    assert response.texts(".running-head") == ["March 2026"]
    assert response.attributes(".card-title", "lang") == ["nl"]
    assert response.attributes(".card-title a", "href")[0].startswith("/en/agenda/")


def test_yesterday_begins_at_midnight_in_amsterdam(
    client: InspectingClient, add: AddEvent, moment: time_machine.Traveller
) -> None:
    add(date(2026, 3, 11), title="Woensdag", start=time(20), end=time(22))
    add(date(2026, 3, 11), title="Heel de dag", start=None, end=None)
    moment.move_to("2026-03-11T22:59:00Z")
    assert titles(client.get("/agenda/")) == ["Heel de dag"]

    moment.move_to("2026-03-11T23:00:00Z")
    assert titles(client.get("/agenda/")) == []


def test_an_event_that_ended_today_is_not_coming_any_more(
    client: InspectingClient, add: AddEvent, moment: time_machine.Traveller
) -> None:
    """Though no content changed: in the list with its numbers, on the front page, in panels, and in the archive."""
    add(TODAY, title="Ontbijt", start=time(13, 30), end=time(14, 0))
    add(TODAY, title="Avond", start=time(20), end=None)
    add(TODAY, title="Markt", start=None, end=None)
    trip = add(title="Reis", first_day=TODAY - timedelta(days=1), last_day=TODAY, start=time(9), end=time(14, 30))

    def shown() -> list[list[str]]:
        front = client.get("/").texts(".event-card .card-title")
        counted = client.get("/agenda/").only("#count-soort-kenniscafe")
        return [sorted(titles(client.get("/agenda/"))), sorted(front), [counted], titles(client.get("/agenda/archief"))]

    everything, later = ["Avond", "Markt", "Ontbijt", "Reis"], ["Avond", "Markt", "Reis"]
    moment.move_to("2026-03-11 13:59:59+01:00")
    assert shown() == [everything, everything, ["4"], []]
    moment.move_to("2026-03-11 14:00:00+01:00")
    assert shown() == [later, later, ["3"], ["Ontbijt"]]
    moment.move_to("2026-03-11 15:00:00+01:00")
    assert shown() == [["Avond", "Markt"], ["Avond", "Markt"], ["2"], ["Ontbijt", "Reis"]]
    of_theme = [(card.title, card.is_past) for card in queries.of_theme(trip.themes[0].id, 5)]
    assert of_theme == [("Markt", False), ("Avond", False), ("Ontbijt", True), ("Reis", True)]


def test_what_events_refer_to_shows_as_soon_as_it_changes(client: InspectingClient, add: AddEvent) -> None:
    event = add(title="Ontbijt")
    assert "Gevonden" not in client.get("/agenda/").get_data(as_text=True)

    with transaction():
        event.organisers = []
        event.kind.label = "Gevonden"
    page = client.get("/agenda/")

    assert "Gevonden" in page.texts(".event-card .kicker")[0]
    assert page.texts(".event-card .card-by") == []
