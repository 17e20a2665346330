"""Where an event is and how one joins online: shown to whom the organiser chose, or refused; and another day."""

import json
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from portal.accounts.models import User
from portal.agenda.models import Event
from portal.core.clock import to_local
from portal.core.extensions import db
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.search.indexing import indexer
from tests.agenda.conftest import AddEvent
from tests.agenda.test_writing_proposals import give_seat, only_event, propose
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user

LINK = "https://teams.example/l/meetup-join/zeemeeuw42"
SECRET = "zeemeeuw42"
ONLINE = {"place_mode": "online", "venue": "", "municipality": "", "address": ""}


@pytest.fixture
def lotte(network: Flask, member: User) -> SignedInClient:
    return client_of(network, member)


@pytest.fixture
def event(add: AddEvent, member: User) -> Event:
    """A public event that the member proposed: 20 May, 15.30 to 17.30."""
    return add(date(2026, 5, 20), uid="event-1", fields={"author_id": member.id})


def public_event(lotte: SignedInClient, editor: User, **fields: Any) -> Event:
    assert propose(lotte, **fields).status_code == 303
    event = only_event()
    publishing.move(event, State.OPEN, editor)
    return event


def everything_about(client: InspectingClient, event: Event) -> str:
    """Return all that a visitor can get hold of: page, lists, grid, calendars, linked data, search."""
    indexer.rebuild()
    paths = (event.path, f"{event.path}.ics", "/agenda.ics", "/agenda/", "/agenda/?weergave=maand&maand=2026-05",
             "/zoeken?q=kenniscafé", "/zoeken/feed.atom?q=kenniscafé", f"/agenda/nieuw?kopie={event.id}")  # fmt: skip
    assert client.get(f"/zoeken?q={SECRET}").texts(".search-result") == []
    return "\n".join(client.get(path).get_data(as_text=True).replace("\r\n ", "") for path in paths)


# ── what is typed is shown or refused ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("field", ["venue", "address", "municipality"])
def test_a_place_of_what_is_online_only_is_refused(lotte: SignedInClient, field: str) -> None:
    value = "delft" if field == "municipality" else "Kade 1"
    page = propose(lotte, **{**ONLINE, field: value})

    assert page.status_code == 422
    assert "heeft geen locatie" in page.only(f"#{field}-error")
    assert db.session.scalar(select(Event)) is None


def test_a_link_in_the_place_is_led_to_its_own_field(lotte: SignedInClient) -> None:
    page = propose(lotte, **{**ONLINE, "venue": LINK})

    assert "Vul de link in bij “Link naar de online bijeenkomst”" in page.only("#venue-error")


@pytest.mark.parametrize(("value", "words"), [("javascript:alert(1)", "webadres"), ("https://", "webadres")])
def test_a_link_must_be_one(lotte: SignedInClient, value: str, words: str) -> None:
    assert words in propose(lotte, **ONLINE, meeting_url=value).only("#meeting_url-error")


def test_a_link_of_what_is_at_a_place_is_refused(lotte: SignedInClient) -> None:
    assert "Op locatie" in propose(lotte, meeting_url=LINK).only("#meeting_url-error")


def test_for_whom_a_link_is_must_be_one_of_two_and_nobody_is_the_safe_one(lotte: SignedInClient) -> None:
    page = propose(lotte, **ONLINE, meeting_url=LINK, meeting_url_for="iemand")
    assert "Kies een van" in page.only("#meeting_url_for-error")

    propose(lotte, **ONLINE, meeting_url=LINK, meeting_url_for="")
    assert only_event().meeting_url_for == "registered"


def test_a_place_that_an_old_online_event_kept_is_nowhere(add: AddEvent, client: InspectingClient) -> None:
    """Neither on the page nor in what machines read: they agree."""
    event = add(date(2026, 5, 20), place_mode="online", venue=f"Zaal {SECRET}", address=f"Kade {SECRET}")

    assert SECRET not in everything_about(client, event)
    document = event.search_document()
    assert document is not None
    assert SECRET not in f"{document.text} {document.extra}"
    assert "Delft" not in document.extra


# ── who sees the link ─────────────────────────────────────────────────────────────────────────────


def test_a_link_for_everyone_is_on_the_page_and_in_the_calendar(
    lotte: SignedInClient, editor: User, network: Flask, client: InspectingClient
) -> None:
    event = public_event(lotte, editor, **ONLINE, meeting_url=LINK, meeting_url_for="everyone")

    page = client.get(event.path)
    assert LINK in page.attributes(".facts a", "href")
    (script,) = page.tree.css("script[type='application/ld+json']")
    data = json.loads(script.text())
    assert data["location"]["url"] == LINK
    entry = Calendar.from_ical(client.get(f"{event.path}.ics").get_data()).walk("VEVENT")[0]
    assert LINK in str(entry["description"])
    assert str(entry["conference"]) == LINK


def test_a_link_for_participants_is_for_the_organisers_and_editors(
    lotte: SignedInClient, editor: User, network: Flask, client: InspectingClient
) -> None:
    """Nobody else gets it: not on the page, in a calendar, by searching, nor by copying the event."""
    event = public_event(lotte, editor, **ONLINE, meeting_url=LINK, meeting_url_for="registered")
    colleague, stranger = make_user("Collega"), make_user("Vreemde")
    give_seat(colleague, "museum", signed=False)

    for user, sees in ((None, False), (stranger, False), (colleague, True), (editor, True)):
        page = client_of(network, user).get(event.path)
        assert (LINK in page.attributes(".facts a", "href")) == sees, user
        assert (SECRET in page.get_data(as_text=True)) == sees
    assert LINK in lotte.get(event.path).attributes(".facts a", "href")
    for browser in (client_of(network, None), client_of(network, stranger)):
        shown = everything_about(browser, event)
        assert LINK not in shown
        assert "Vraag de organisator erom" in shown
    assert "conference" not in Calendar.from_ical(client.get("/agenda.ics").get_data()).walk("VEVENT")[0]


def test_the_preview_shows_the_link_to_whom_it_writes(lotte: SignedInClient) -> None:
    page = propose(lotte, **ONLINE, meeting_url=LINK, meeting_url_for="registered", do="voorbeeld")

    assert LINK in page.attributes(".preview .facts a", "href")


def test_a_changed_link_reaches_calendars(lotte: SignedInClient, event: Event) -> None:
    before = event.sequence
    lotte.post_form(f"/agenda/{event.id}/bewerken", {"place_mode": "both", "meeting_url": LINK, "do": "wijzig"})

    assert only_event().sequence == before + 1


# ── another day ───────────────────────────────────────────────────────────────────────────────────


def test_postponing_begins_with_how_it_is(lotte: SignedInClient, event: Event) -> None:
    """A new day alone leaves hours and place as they are."""
    path = f"/agenda/{event.id}/verzetten"
    page = lotte.get(path)
    assert [page.attributes(f"#{name}", "value")[0] for name in ("first_day", "start", "end", "venue")] == [
        "2026-05-20", "15:30", "17:30", "De Werkplaats",
    ]  # fmt: skip

    assert lotte.post_form(path, {"first_day": "2026-06-03", "reason": "De spreker is ziek."}).status_code == 303
    moved = only_event()
    assert moved.starts_at is not None
    assert moved.ends_at is not None
    assert (moved.first_day, moved.last_day) == (date(2026, 6, 3), date(2026, 6, 3))
    assert (to_local(moved.starts_at).time(), to_local(moved.ends_at).time()) == (time(15, 30), time(17, 30))
    assert (moved.venue, moved.moved_from) == ("De Werkplaats", date(2026, 5, 20))


@pytest.mark.parametrize(
    ("page", "fields"), [("bewerken", {"do": "wijzig"}), ("verzetten", {"reason": "Heel de dag."})]
)
def test_hours_that_are_emptied_are_gone(
    lotte: SignedInClient, event: Event, page: str, fields: dict[str, str]
) -> None:
    assert lotte.post_form(f"/agenda/{event.id}/{page}", {"start": "", "end": "", **fields}).status_code == 303

    assert (only_event().starts_at, only_event().ends_at) == (None, None)


def test_postponing_to_what_it_is_already_is_refused(lotte: SignedInClient, event: Event) -> None:
    page = lotte.post_form(f"/agenda/{event.id}/verzetten", {"reason": "Zomaar."})

    assert page.status_code == 422
    assert "Er is nog niets veranderd" in page.only("#first_day-error")


def test_another_place_on_the_same_day_is_told_without_another_day(
    lotte: SignedInClient, event: Event, client: InspectingClient
) -> None:
    fields = {"venue": "De Grote Zaal", "reason": "Meer aanmeldingen dan stoelen."}
    assert lotte.post_form(f"/agenda/{event.id}/verzetten", fields).status_code == 303

    shown = client.get(event.path).only(".event-moved")
    assert "Gewijzigd" in shown
    assert "Meer aanmeldingen" in shown
    assert "De oorspronkelijke datum was" not in shown
    entry = Calendar.from_ical(client.get(f"{event.path}.ics").get_data()).walk("VEVENT")[0]
    assert "De Grote Zaal" in str(entry["location"])
    assert "Gewijzigd: Meer aanmeldingen" in str(entry["description"])


def test_a_day_that_is_not_known_yet_asks_for_no_place(lotte: SignedInClient, event: Event) -> None:
    fields = {"when": "onbekend", "reason": "Later meer.", "venue": "", "municipality": "", "first_day": "rommel"}
    assert lotte.post_form(f"/agenda/{event.id}/verzetten", fields).status_code == 303

    assert (only_event().status, only_event().venue) == ("postponed", "De Werkplaats")


@pytest.mark.parametrize(
    ("act", "fields", "stamp", "told"),
    [
        ("afgelasten", {}, "Afgelast", "Afgelast"),
        ("verzetten", {"first_day": "2026-06-03"}, "Verzet", "Andere dag, tijd of plaats"),
        ("verzetten", {"when": "onbekend"}, "Uitgesteld", "Uitgesteld"),
    ],
)
def test_what_became_of_it_stands_everywhere(
    lotte: SignedInClient,
    event: Event,
    client: InspectingClient,
    act: str,
    fields: dict[str, str],
    stamp: str,
    told: str,
) -> None:
    """Card, grid, page, history and one's own list say so in words."""
    client.get("/agenda/")  # what was kept of before is not shown after
    lotte.post_form(f"/agenda/{event.id}/{act}", {"reason": "De zaal is dicht.", **fields})
    month = "06" if fields.get("first_day") else "05"

    assert stamp in client.get("/agenda/").texts(".event-card .stamp")
    assert stamp in client.get(f"/agenda/?weergave=maand&maand=2026-{month}").texts(".month-event .month-status")
    assert stamp in client.get(event.path).only(".event-off-word")
    history = lotte.get(f"/agenda/{event.id}/bewerken").only(".state-history")
    assert told in history
    assert "De zaal is dicht." in history
    own = " ".join(lotte.get("/account/bijdragen").texts("main li"))
    assert ("verzet van 20 mei" if stamp == "Verzet" else stamp) in own
    assert [change.act for change in publishing.history(only_event())][-1] is not None
