"""Calendars: what three independent parsers read from them, and what clients rely on."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from selectolax.lexbor import LexborHTMLParser

from portal.agenda.cards import mark_programme
from portal.agenda.models import EventStatus
from portal.core.storage.database import transaction
from tests.agenda.conftest import AddEvent
from tests.fixtures import InspectingClient
from tests.pasted import TEXTS
from tests.tools import NodeRunner

TODAY = date(2026, 3, 11)
FILTERS = (
    "",
    "?speerpunt=techniek",
    "?soort=kenniscafe&soort=excursie",
    "?organisatie=museum",
    "?gemeente=delft",
    "?van=2026-03-15&tot=2026-12-31",
    "?soort=bestaatniet&van=rubbish&weergave=maand&maand=2026-13&na=x",
)
ICAL_JS = """
import ICAL from "ical.js";
const calendar = new ICAL.Component(ICAL.parse(input));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
answer(calendar.getAllSubcomponents("vevent").map((entry) => {
  const event = new ICAL.Event(entry);
  return {uid: event.uid, summary: event.summary, start: event.startDate.toJSDate().toISOString(),
          isDay: event.startDate.isDate, text: event.description, zone: event.startDate.zone.tzid};
}));
"""


@pytest.fixture
def agenda(add: AddEvent) -> None:
    """Events of every form that a calendar can hold."""
    with transaction():
        add(title="Ruis; komma, \\ en\r\nBEGIN:VALARM", summary="é" * 90, venue="Zaal\u2028X", report="*ja*")
        add(title="Ü€漢字🙂 " * 20, kind="excursie", body="# Kop\n\n- een\n- *twee*\n\nslot & <klaar>")
        add(title="Hele week", first_day=date(2026, 4, 6), last_day=date(2026, 4, 10), start=None, end=None)
        add(date(2026, 3, 29), title="Zomertijd", start=time(1, 30), end=time(3, 30))
        add(date(2026, 10, 25), title="Wintertijd", start=time(2, 30), end=time(3, 30))
        add(title="Weg", status="cancelled", status_reason="Te weinig aanmeldingen.")
        add(title="Later", status="postponed", themes=("zorg",), place_mode="online", venue=None, municipality=None)
        add(TODAY - timedelta(days=100), title="Geweest", status="held", end=None, organisers=("museum", "school"))


def read(client: InspectingClient, path: str) -> bytes:
    response = client.get(path)
    assert response.content_type == "text/calendar; charset=utf-8"
    return bytes(response.data)


def entries(content: bytes) -> dict[str, Any]:
    return {str(entry["summary"]): entry for entry in icalendar.Calendar.from_ical(content).walk("VEVENT")}


def in_utc(moment: date) -> date:
    """Return a moment in UTC (zones of two libraries do not compare in an hour that occurs twice), a day as it is."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.usefixtures("agenda")
def test_every_filter_is_a_calendar_to_two_parsers(client: InspectingClient, query: str) -> None:
    content = read(client, f"/agenda.ics{query}")
    ours = entries(content)
    theirs = {entry.summary.value: entry for entry in vobject.readOne(content.decode()).contents.get("vevent", [])}

    assert set(ours) == set(theirs)
    assert len(ours) >= 4
    for summary, entry in ours.items():
        assert in_utc(entry["dtstart"].dt) == in_utc(theirs[summary].dtstart.value)


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.usefixtures("agenda")
def test_every_filter_is_a_calendar_to_a_browser_library(
    client: InspectingClient, query: str, run_node: NodeRunner
) -> None:
    content = read(client, f"/agenda.ics{query}")
    ours = entries(content)
    theirs = {entry["summary"]: entry for entry in run_node(ICAL_JS, content.decode())}

    assert set(ours) == set(theirs)
    for summary, entry in ours.items():
        start = entry["dtstart"].dt
        if isinstance(start, datetime):
            assert datetime.fromisoformat(theirs[summary]["start"]) == start
            assert theirs[summary]["zone"] == ("UTC" if summary == "Wintertijd" else "Europe/Amsterdam")
        else:
            assert theirs[summary]["isDay"]


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.usefixtures("agenda")
def test_lines_end_in_crlf_and_hold_at_most_75_octets(client: InspectingClient, query: str) -> None:
    content = read(client, f"/agenda.ics{query}")
    lines = content.split(b"\r\n")

    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)
    assert b"BEGIN:VALARM" not in lines


@pytest.mark.usefixtures("agenda")
def test_the_calendar_says_what_clients_need(client: InspectingClient) -> None:
    calendar = icalendar.Calendar.from_ical(read(client, "/agenda.ics?speerpunt=techniek"))

    assert calendar["prodid"] == "-//portal//agenda//NL"
    assert calendar["version"] == "2.0"
    assert "method" not in calendar
    assert str(calendar["name"]) == str(calendar["x-wr-calname"]) == "Geslaagd in het vak: agenda (Techniek)"
    assert calendar.get("refresh-interval").to_ical() == b"PT6H"
    assert str(calendar["x-published-ttl"]) == "PT6H"
    assert str(calendar["url"]) == "http://127.0.0.1:5000/agenda/?speerpunt=techniek"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Amsterdam"]


@pytest.mark.usefixtures("agenda")
def test_every_entry_has_what_the_standard_asks(client: InspectingClient) -> None:
    content = read(client, "/agenda.ics")
    for entry in entries(content).values():
        assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY", "URL", "CATEGORIES"} <= set(entry)
        assert str(entry["uid"]).endswith("@127.0.0.1")
        assert entry["dtstamp"].dt == datetime(2026, 3, 11, 12, tzinfo=UTC)
        start = entry["dtstart"].dt
        assert not isinstance(start, datetime) or start.tzinfo is not None
    assert len({str(entry["uid"]) for entry in entries(content).values()}) == len(entries(content)) == 8


@pytest.mark.usefixtures("agenda")
def test_text_is_plain_and_whole(client: InspectingClient) -> None:
    found = entries(read(client, "/agenda.ics"))
    excursion = next(entry for summary, entry in found.items() if summary.startswith("Ü€"))

    assert "Kop\n\n- een\n- twee\n\nslot & <klaar>" in str(excursion["description"])
    assert str(excursion["location"]) == "De Werkplaats, Delft, Kade 1"
    assert [str(category) for category in excursion["categories"].cats] == ["Excursie", "Techniek"]
    assert str(excursion["url"]) in str(excursion["description"])
    assert "Ruis; komma, \\ en\nBEGIN:VALARM" in found


@pytest.mark.usefixtures("agenda")
def test_whole_days_end_on_the_day_after(client: InspectingClient) -> None:
    week = entries(read(client, "/agenda.ics"))["Hele week"]

    assert (week["dtstart"].dt, week["dtend"].dt) == (date(2026, 4, 6), date(2026, 4, 11))
    assert week["dtstart"].params["VALUE"] == "DATE"


@pytest.mark.usefixtures("agenda")
def test_hours_are_right_across_both_clock_changes(client: InspectingClient) -> None:
    content = read(client, "/agenda.ics")
    spring, autumn = (entries(content)[name] for name in ("Zomertijd", "Wintertijd"))

    assert b"DTSTART;TZID=Europe/Amsterdam:20260329T013000" in content
    assert spring["dtend"].dt.astimezone(UTC) - spring["dtstart"].dt.astimezone(UTC) == timedelta(hours=1)
    assert autumn["dtend"].dt.astimezone(UTC) - autumn["dtstart"].dt.astimezone(UTC) == timedelta(hours=2)


def test_an_hour_that_occurs_twice_is_given_in_utc(client: InspectingClient, add: AddEvent) -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    add(date(2026, 10, 25), start=time(2, 30), end=time(3, 30))
    add(date(2026, 10, 25), start=time(1), end=time(4), fields={"starts_at": second})
    content = read(client, "/agenda.ics")

    assert b"DTSTART:20261025T003000Z" in content
    assert b"DTEND;TZID=Europe/Amsterdam:20261025T033000" in content
    assert b"DTSTART:20261025T013000Z" in content


@pytest.mark.usefixtures("agenda")
def test_what_is_off_stays_and_says_so(client: InspectingClient) -> None:
    found = entries(read(client, "/agenda.ics"))

    assert str(found["Afgelast: Weg"]["status"]) == "CANCELLED"
    assert str(found["Afgelast: Weg"]["description"]).startswith("Afgelast: Te weinig aanmeldingen.")
    assert str(found["Uitgesteld: Later"]["status"]) == "CANCELLED"
    assert str(found["Hele week"]["status"]) == "CONFIRMED"


def test_a_change_keeps_the_uid_and_raises_the_sequence(client: InspectingClient, add: AddEvent) -> None:
    event = add()
    (before,) = entries(read(client, "/agenda.ics")).values()
    with transaction():
        event.venue, event.status = "De Kantine", EventStatus.CANCELLED
    (after,) = entries(read(client, "/agenda.ics")).values()
    with transaction():
        event.costs, event.body_html = "5 euro", "<p>x</p>"
    (same,) = entries(read(client, "/agenda.ics")).values()

    assert before["uid"] == after["uid"]
    assert [int(entry["sequence"]) for entry in (before, after, same)] == [0, 1, 1]


def test_a_subscription_holds_the_last_twelve_months_and_all_that_comes(
    client: InspectingClient, add: AddEvent
) -> None:
    add(date(2025, 3, 10), title="Te lang geleden")
    add(date(2025, 3, 11), title="Een jaar geleden")
    add(date(2031, 3, 11), title="Over vijf jaar")

    assert set(entries(read(client, "/agenda.ics"))) == {"Een jaar geleden", "Over vijf jaar"}


def test_a_date_that_is_no_day_is_in_no_calendar(client: InspectingClient, add: AddEvent) -> None:
    event = add(fields={"date_precision": "month", "date_text": "maart 2026"})

    assert entries(read(client, "/agenda.ics")) == {}
    assert client.get(f"{event.path}.ics").status_code == 404


def test_one_event_is_a_file_to_keep(client: InspectingClient, add: AddEvent) -> None:
    event = add()
    add(title="Ander")
    response = client.get(f"{event.path}.ics")

    assert list(entries(response.data)) == ["Kenniscafé over stages"]
    assert response.headers["Content-Disposition"] == "attachment; filename=kenniscafe-over-stages.ics"
    assert "refresh-interval" not in icalendar.Calendar.from_ical(response.data)


def test_the_page_offers_exactly_its_filter(client: InspectingClient, add: AddEvent) -> None:
    add()
    response = client.get("/agenda/?speerpunt=techniek&weergave=maand&maand=2026-03")

    assert response.attributes(".feed-links a", "href") == [
        "/volgen/agenda?speerpunt=techniek",
        "webcal://127.0.0.1:5000/agenda.ics?speerpunt=techniek",
        "http://127.0.0.1:5000/agenda.ics?speerpunt=techniek",
    ]


def test_an_english_calendar_is_named_in_english(client: InspectingClient, add: AddEvent) -> None:
    add(status="cancelled")

    assert list(entries(read(client, "/en/agenda.ics"))) == ["Cancelled: Kenniscafé over stages"]


def test_an_empty_calendar_is_a_calendar(client: InspectingClient, add: AddEvent) -> None:
    add()

    assert entries(read(client, "/agenda.ics?soort=excursie")) == {}


def test_a_calendar_that_did_not_change_is_not_sent_again(client: InspectingClient, add: AddEvent) -> None:
    add()
    etag = client.get("/agenda.ics").headers["ETag"]

    assert client.get("/agenda.ics", headers={"If-None-Match": etag}).status_code == 304


def test_calendars_of_words_are_bounded(
    client: InspectingClient, add: AddEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    add()
    monkeypatch.setattr("portal.agenda.views.CALENDARS_PER_HOUR", 2)
    answers = [client.get("/agenda.ics?q=stages").status_code for _ in range(3)]

    assert answers == [200, 200, 429]
    assert client.get("/agenda.ics").status_code == 200


def test_what_people_paste_stands_in_page_and_calendar_alike(client: InspectingClient, add: AddEvent) -> None:
    made = {text.name: add(date(2026, 4, 1), title=text.name, body=text.typed).path for text in TEXTS}
    found = entries(read(client, "/agenda.ics"))

    for text in TEXTS:
        assert f"\n\n{text.lines}\n\n" in str(found[text.name]["description"]).replace("\r\n", "\n"), text.name
        shown = client.get(made[text.name]).tree.css_first(".event .prose")
        assert shown is not None
        expected = LexborHTMLParser(mark_programme(text.html)).text()
        assert " ".join(shown.text().split()) == " ".join(expected.split()), text.name
