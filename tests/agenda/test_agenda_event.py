"""The page of one event, and what machines read from it."""

import json
from datetime import date, time, timedelta
from typing import Any

import pytest

from portal.actionplan.models import Action
from portal.agenda.cards import mark_programme
from portal.core.extensions import db
from portal.core.text import render_markdown
from tests.agenda.conftest import AddEvent, statements
from tests.fixtures import InspectedResponse, InspectingClient

TODAY = date(2026, 3, 11)
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<b id=main name=status data-hx-get=/x>x</b>",
    "{{ 7 * 7 }}{% raw %}",
    "<!--<iframe src=//example.org>",
    "</title></textarea></style><body onload=alert(1)>",
    "http://example.org/\"onmouseover=alert(1) a@example.org",
)  # fmt: skip
TEXTS = ("title", "summary", "body", "venue", "address", "accessibility", "audience", "costs", "registration_note",
         "status_reason", "report")  # fmt: skip


def facts(response: InspectedResponse) -> dict[str, str]:
    return dict(zip(response.texts(".facts dt"), response.texts(".facts dd"), strict=True))


def linked_data(response: InspectedResponse) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(response.only('script[type="application/ld+json"]'))
    return data


def test_everything_one_must_know_stands_on_the_page(client: InspectingClient, add: AddEvent) -> None:
    event = add(
        registration_note="Mail naar stage@example.org.",
        registration_deadline=date(2026, 3, 17),
        accessibility="Geen drempels.",
        audience="mentoren",
        organisers=("museum", "school"),
        language="en",
    )

    response = client.get(event.path)

    assert response.only("h1") == "Kenniscafé over stages"
    assert response.only(".event-when") == "vrijdag 20 maart 2026, 15.30–17.30 uur"
    assert response.attributes(".event-when time", "datetime") == [
        "2026-03-20T15:30:00+01:00",
        "2026-03-20T17:30:00+01:00",
    ]
    assert response.attributes(".event-add a", "href") == [f"{event.path}.ics"]
    assert facts(response) == {
        "Aanmelden": "Mail naar stage@example.org. Aanmelden tot en met di 17 maart 2026",
        "Plaats": "De Werkplaats, DelftKade 1",
        "Toegankelijkheid van de locatie": "Geen drempels.",
        "Voor wie": "mentoren",
        "Aantal plaatsen": "50 plaatsen",
        "Kosten": "gratis",
        "Voertaal": "Engels",
        "Door": "Museum Het GemaalSchool De Kade",
    }
    assert response.attributes(".facts a[href^=mailto]", "href") == ["mailto:stage@example.org"]


def test_a_wrong_slug_moves_on_for_good_and_an_unknown_number_is_not_found(
    client: InspectingClient, add: AddEvent
) -> None:
    event = add()
    moved = client.get(f"/agenda/{event.id}-iets-anders")
    moved_calendar = client.get(f"/en/agenda/{event.id}-x.ics")

    assert (moved.status_code, moved.location) == (301, event.path)
    assert (moved_calendar.status_code, moved_calendar.location) == (301, f"/en{event.path}.ics")
    for address in (
        f"{event.id + 1}-x",
        "99999999999-x",
        "9999999999-x",
        f"{event.id}",
        "0-x",
        "-1-x",
        "%EF%BC%91-x",
        "x",
    ):
        assert client.get(f"/agenda/{address}").status_code == 404


@pytest.mark.parametrize(("status", "word"), [("cancelled", "Afgelast"), ("postponed", "Uitgesteld")])
def test_what_does_not_go_on_says_so_with_the_reason(
    client: InspectingClient, add: AddEvent, status: str, word: str
) -> None:
    event = add(status=status, status_reason="De zaal is dicht.", registration_note="Mail ons.")

    response = client.get(event.path)

    assert response.only(".event-off") == f"{word} De zaal is dicht."
    assert "Aanmelden" not in facts(response)
    assert not response.tree.css(".event-add")
    assert client.get("/agenda/").only(".event-card .stamp") == word


def test_afterwards_the_report_comes_first(client: InspectingClient, add: AddEvent) -> None:
    event = add(TODAY - timedelta(days=9), status="held", report="Er kwamen **twintig** mensen.", registration_note="x")

    response = client.get(event.path)

    assert response.texts(".sheet-main h2") == ["Verslag", "Zo was het aangekondigd"]
    assert response.only(".event-report strong") == "twintig"
    assert response.texts(".breadcrumb a") == ["Agenda", "Archief"]
    assert "Aanmelden" not in facts(response)


def test_an_event_is_over_when_its_hours_are(client: InspectingClient, add: AddEvent) -> None:
    over, begun = add(TODAY, start=time(9), end=time(10)), add(TODAY, start=time(9), end=time(23))

    assert client.get(over.path).texts(".event-over") == ["Deze bijeenkomst is voorbij."]
    assert client.get(begun.path).texts(".event-over") == []


@pytest.mark.parametrize(
    ("changes", "words", "moments"),
    [
        ({"start": None, "end": None}, "vrijdag 20 maart 2026, hele dag", ["2026-03-20"]),
        ({"end": None}, "vrijdag 20 maart 2026, 15.30 uur", ["2026-03-20T15:30:00+01:00"]),
        (
            {"last_day": date(2026, 3, 21), "start": time(9), "end": time(17)},
            "vrijdag 20 maart 2026, 09.00 uur tot en met zaterdag 21 maart 2026, 17.00 uur",
            ["2026-03-20T09:00:00+01:00", "2026-03-21T17:00:00+01:00"],
        ),
        (
            {"last_day": date(2026, 3, 21), "start": None, "end": None},
            "vrijdag 20 maart 2026 tot en met zaterdag 21 maart 2026",
            ["2026-03-20", "2026-03-21"],
        ),
        (
            {"first_day": date(2026, 10, 25), "last_day": date(2026, 10, 25), "start": time(2, 30), "end": time(3, 30)},
            "zondag 25 oktober 2026, 02.30–03.30 uur",
            ["2026-10-25T02:30:00+02:00", "2026-10-25T03:30:00+01:00"],
        ),
        (
            {"first_day": date(2026, 3, 29), "last_day": date(2026, 3, 29), "start": time(1, 30), "end": time(3, 30)},
            "zondag 29 maart 2026, 01.30–03.30 uur",
            ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"],
        ),
    ],
)
def test_day_and_hours_in_words(
    client: InspectingClient, add: AddEvent, changes: dict[str, Any], words: str, moments: list[str]
) -> None:
    response = client.get(add(**changes).path)

    assert response.only(".event-when") == words
    assert response.attributes(".event-when time", "datetime") == moments


def test_what_comes_next_comes_after_this_event(client: InspectingClient, add: AddEvent) -> None:
    before = add(date(2026, 3, 20), title="Eerst", start=time(9), end=time(10))
    event = add(date(2026, 3, 20), title="Deze", start=time(11), end=time(12))
    add(date(2026, 3, 20), title="Dan", start=time(13), end=time(14))
    last = add(date(2026, 4, 1), title="Ten slotte")
    past = add(date(2026, 3, 1), title="Voorbij")

    def following(one: Any) -> list[str]:
        return client.get(one.path).texts(".event-neighbours .card-title")

    assert following(event) == ["Dan", "Ten slotte"]
    assert following(last) == []
    assert following(past) == ["Eerst", "Deze", "Dan"]
    assert following(before)[0] == "Deze"


def test_neighbours_are_the_next_three_that_go_on(client: InspectingClient, add: AddEvent) -> None:
    event = add()
    add(date(2026, 3, 12), title="Afgelast", status="cancelled")
    for number in range(1, 6):
        add(date(2026, 4, number), title=str(number))

    assert client.get(event.path).texts(".event-neighbours .card-title") == ["1", "2", "3"]


def test_the_action_it_belongs_to_is_a_link(client: InspectingClient, add: AddEvent) -> None:
    action = db.session.query(Action).one()
    event = add(fields={"action": action})

    assert client.get(event.path).attributes(".facts a[href^='/actieagenda']", "href") == [action.path]


def test_search_engines_read_an_event(client: InspectingClient, add: AddEvent) -> None:
    data = linked_data(client.get(add().path))

    assert data["@type"] == "Event"
    assert data["name"] == "Kenniscafé over stages"
    assert data["startDate"] == "2026-03-20T15:30:00+01:00"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert data["location"]["name"] == "De Werkplaats"
    assert data["location"]["address"]["addressLocality"] == "Delft"
    assert [party["name"] for party in data["organizer"]] == ["Museum Het Gemaal"]
    assert data["isAccessibleForFree"] is True


@pytest.mark.parametrize(
    ("mode", "kinds"), [("online", ["VirtualLocation"]), ("both", ["Place", "VirtualLocation"]), ("place", ["Place"])]
)
def test_structured_places(client: InspectingClient, add: AddEvent, mode: str, kinds: list[str]) -> None:
    location = linked_data(client.get(add(place_mode=mode).path))["location"]

    assert [place["@type"] for place in (location if isinstance(location, list) else [location])] == kinds


def test_structured_status_tells_what_does_not_go_on(client: InspectingClient, add: AddEvent) -> None:
    for status, word in (("cancelled", "EventCancelled"), ("postponed", "EventPostponed")):
        assert linked_data(client.get(add(status=status).path))["eventStatus"] == f"https://schema.org/{word}"


def test_shared_links_say_what_it_is(client: InspectingClient, add: AddEvent) -> None:
    response = client.get(add().path)

    assert response.attributes("meta[property='og:title']", "content")[0].startswith("Kenniscafé over stages")
    assert response.attributes("meta[property='og:description']", "content") == [
        "Wat een goede stage vraagt van school en bedrijf."
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_markup(client: InspectingClient, add: AddEvent, payload: str) -> None:
    texts = dict.fromkeys(TEXTS, payload)
    event = add(**texts, fields={"source_note": payload, "recurrence": payload})
    past = add(TODAY - timedelta(days=9), **texts | {"title": "Voorbij"})
    imprecise = {"date_precision": "year", "date_text": payload}
    add(TODAY - timedelta(days=9), **texts, fields=imprecise)

    for path in (event.path, past.path, "/agenda/", "/agenda/archief", "/agenda/?weergave=maand", f"/en{event.path}"):
        assert not dangers(client.get(path)), path
    assert linked_data(client.get(event.path))["name"] == payload


def dangers(response: InspectedResponse) -> list[str]:
    """Return what a browser would run or fetch of what people typed."""
    found = response.tree.css("main script, main iframe, main img, main svg[onload], main style, #main b[name]")
    found += [
        node
        for node in response.tree.css("main article *, main .month *")
        for name, value in node.attributes.items()
        if name.startswith(("on", "hx-", "data-hx-")) or (value or "").lower().startswith(("javascript:", "data:text"))
    ]
    assert len(response.tree.css("script[type='application/ld+json']")) <= 1
    return [node.html or "" for node in found]


def test_hours_at_the_start_of_an_item_are_set_as_a_programme() -> None:
    html = render_markdown(
        "- 15:30 inloop\n- 9.00–10.15 uur: rondje\n- 25:00 geen uur\n- om 12:00 lunch\n- **16:00** slot"
    )

    assert mark_programme(html).count("is-timed") == 2
    assert '<li class="is-timed"><b>15.30</b> inloop</li>' in mark_programme(html)
    assert '<li class="is-timed"><b>9.00–10.15</b> rondje</li>' in mark_programme(html)


def test_a_page_takes_few_statements(client: InspectingClient, add: AddEvent) -> None:
    path = add(fields={"action": db.session.query(Action).one()}, organisers=("museum", "school")).path
    for number in range(4):
        add(date(2026, 4, 1 + number), themes=("zorg", "techniek"))

    with statements() as asked:
        client.get(path)

    assert 0 < len(asked) <= 8, asked
