"""The month grid: every day in its place, every event on each of its days."""

from datetime import date, time

import pytest
from flask import Flask

from tests.agenda.conftest import AddEvent
from tests.fixtures import InspectedResponse, InspectingClient

MONTH = "/agenda/?weergave=maand"


def on_days(response: InspectedResponse) -> dict[str, list[str]]:
    """Return the titles in the grid by day."""
    days = response.tree.css(".month-day:has(.month-event)")
    return {
        str(day.css("time")[0].attributes["datetime"]): [
            " ".join(title.text().split()) for title in day.css(".month-title")
        ]
        for day in days
    }


def test_this_month_is_shown_when_none_is_named(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 3, 31), title="Nu")

    response = client.get(MONTH)

    assert response.only(".running-head") == "maart 2026"
    assert response.attributes("[aria-current=date] time", "datetime") == ["2026-03-11"]
    assert on_days(response) == {"2026-03-31": ["Nu"]}


def test_weeks_begin_on_monday_and_carry_their_iso_number(client: InspectingClient, network: Flask) -> None:
    response = client.get(f"{MONTH}&maand=2026-12")

    assert response.texts(".month-head span") == ["ma", "di", "wo", "do", "vr", "za", "zo"]
    assert response.texts(".month-week") == ["wk 49", "wk 50", "wk 51", "wk 52", "wk 53"]
    days = response.attributes(".month-day time", "datetime")
    assert (days[0], days[-1], len(days)) == ("2026-11-30", "2027-01-03", 35)


def test_an_event_of_several_days_stands_on_each_of_them_over_the_end_of_the_year(
    client: InspectingClient, add: AddEvent
) -> None:
    add(title="Kamp", first_day=date(2026, 12, 30), last_day=date(2027, 1, 2), start=time(9), end=time(17))
    days = ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"]

    december, january = (client.get(f"{MONTH}&maand={month}") for month in ("2026-12", "2027-01"))

    assert on_days(december) == on_days(january) == {day: ["Kamp"] for day in days}
    assert december.texts(".month-time") == ["09.00", "dag 2", "dag 3", "dag 4"]
    assert december.only(".results-count").startswith("1 bijeenkomst deze maand")


def test_a_leap_day_is_there_when_it_exists(client: InspectingClient, add: AddEvent) -> None:
    add(date(2028, 2, 29), title="Schrikkel")

    assert on_days(client.get(f"{MONTH}&maand=2028-02")) == {"2028-02-29": ["Schrikkel"]}
    assert "2027-02-29" not in client.get(f"{MONTH}&maand=2027-02").get_data(as_text=True)


def test_clock_changes_leave_every_day_once(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 3, 29), title="Lente", start=time(1, 30), end=time(3, 30))
    add(date(2026, 10, 25), title="Herfst", start=time(2, 30), end=time(3, 30))

    for month, day, title in (("2026-03", "2026-03-29", "Lente"), ("2026-10", "2026-10-25", "Herfst")):
        response = client.get(f"{MONTH}&maand={month}")
        days = response.attributes(".month-day time", "datetime")
        assert len(days) == len(set(days))
        assert on_days(response) == {day: [title]}


def test_two_events_on_one_day_stand_in_the_order_of_their_hours(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 3, 20), title="Avond", start=time(20), end=None)
    add(date(2026, 3, 20), title="Ochtend", start=time(8), end=None)

    assert on_days(client.get(MONTH)) == {"2026-03-20": ["Ochtend", "Avond"]}


def test_days_of_other_months_show_their_events_but_do_not_count(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 4, 1), title="April")

    response = client.get(MONTH)

    assert on_days(response) == {"2026-04-01": ["April"]}
    assert response.only(".results-count") == "0 bijeenkomsten deze maand"
    assert response.attributes(".month-empty", "class") == ["month-empty"]


def test_links_lead_to_the_months_around_and_end_where_the_agenda_ends(client: InspectingClient, add: AddEvent) -> None:
    add(date(2026, 2, 1))
    add(date(2026, 4, 1))

    links = client.get(f"{MONTH}&speerpunt=techniek").attributes(".month-nav a", "href")

    assert links == [f"/agenda/?speerpunt=techniek&weergave=maand&maand=2026-0{month}" for month in (2, 4)]
    assert client.get(links[0]).texts(".month-nav a") == ["maart 2026"]
    assert client.get(links[1]).texts(".month-nav a") == ["maart 2026"]
    assert client.get(f"{MONTH}&maand=2090-01").texts(".month-nav a") == ["april 2026"]


def test_htmx_gets_the_month_with_the_fields_that_the_form_must_keep(client: InspectingClient, add: AddEvent) -> None:
    add()

    response = client.get(f"{MONTH}&maand=2026-04", headers={"HX-Request": "true"})

    assert "<html" not in response.get_data(as_text=True)
    kept = (
        response.attributes("input[form=filter-form]", "name"),
        response.attributes("input[form=filter-form]", "value"),
    )
    assert kept == (["weergave", "maand"], ["maand", "2026-04"])
    assert response.attributes(".month-nav a", "data-hx-push-url") == ["true"]


def test_a_month_without_a_day_stands_below_the_grid(client: InspectingClient, add: AddEvent) -> None:
    vague = {"date_precision": "month", "date_text": "maart 2026", "starts_at": None, "ends_at": None}
    add(first_day=date(2026, 3, 1), last_day=date(2026, 3, 31), title="Ergens in maart", fields=vague)

    response = client.get(MONTH)

    assert on_days(response) == {}
    assert response.texts(".event-card .card-title") == ["Ergens in maart"]
    assert response.only(".results-count") == "1 bijeenkomst deze maand"


@pytest.mark.parametrize("length", [160, 200])
def test_long_titles_are_shown_whole(client: InspectingClient, add: AddEvent, length: int) -> None:
    title = ("Arbeidsmarktcommunicatiemedewerkersoverleg over de toekomst " * 4)[:length].strip()
    add(title=title)

    assert on_days(client.get(MONTH)) == {"2026-03-20": [title]}


def test_a_cancelled_event_is_struck_through(client: InspectingClient, add: AddEvent) -> None:
    add(status="cancelled")

    assert len(client.get(MONTH).tree.css(".month-event.is-off")) == 1


@pytest.mark.parametrize("month", ["1990-01", "2100-12"])
def test_the_first_and_last_month_of_all_stand(client: InspectingClient, add: AddEvent, month: str) -> None:
    add(first_day=date(1, 1, 1), last_day=date(9999, 12, 31), start=None, end=None, title="Eeuwig")

    response = client.get(f"{MONTH}&maand={month}")

    assert response.status_code == 200
    assert len(response.texts(".month-nav a")) == 1
