"""Changing events: the clock's two odd hours, calendars, conflicts, mail (CHECKS 94, 98, 108)."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from portal.accounts.models import User
from portal.agenda import services, wall_time
from portal.agenda.models import Event
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from portal.publishing import services as publishing
from portal.publishing.models import State
from tests.agenda.conftest import AddEvent
from tests.agenda.test_writing_proposals import FIELDS, only_event, propose
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.fixture
def lotte(network: Flask, member: User) -> SignedInClient:
    return client_of(network, member)


@pytest.fixture
def event(add: AddEvent, member: User) -> Event:
    """A public event that the member proposed."""
    return add(date(2026, 5, 20), uid="event-1", fields={"author_id": member.id})


def entry(client: InspectingClient, event: Event) -> Any:
    """Return the event as a calendar reads it."""
    return Calendar.from_ical(client.get(f"{event.path}.ics").get_data()).walk("VEVENT")[0]


def change(client: SignedInClient, event: Event, **fields: Any) -> Any:
    kept = {"organisers": ["Museum Het Gemaal"], "do": "wijzig"}
    return client.post_form(f"/agenda/{event.id}/bewerken", kept | fields)


# ── the hours of the clock ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "at", "which", "expected"),
    [
        (date(2026, 7, 1), time(12), None, datetime(2026, 7, 1, 10, tzinfo=UTC)),
        (date(2026, 12, 1), time(12), wall_time.SUMMER, datetime(2026, 12, 1, 11, tzinfo=UTC)),
        (AUTUMN, time(2, 30), wall_time.SUMMER, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (AUTUMN, time(2, 30), wall_time.WINTER, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (AUTUMN, time(3), None, datetime(2026, 10, 25, 2, tzinfo=UTC)),
        (SPRING, time(3), None, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ],
)
def test_wall_clock_times_are_moments(day: date, at: time, which: str | None, expected: datetime) -> None:
    """CHECKS 98."""
    assert wall_time.to_utc(day, at, which) == expected
    assert wall_time.which_occurrence(expected) == (which if day == AUTUMN and at.hour == 2 else None)


def test_an_hour_that_does_not_exist_is_refused_with_the_reason(lotte: SignedInClient) -> None:
    """CHECKS 98."""
    for field in ("start", "end"):
        page = propose(lotte, first_day="2026-03-29", **{"start": "01:00", "end": "04:00"} | {field: "02:30"})
        assert page.status_code == 422
        assert "02.30 uur bestaat niet op zondag 29 maart 2026" in page.only(f"#{field}-error")
        assert page.attributes(f"#{field}", "value") == ["02:30"]
    assert db.session.scalar(select(Event)) is None


@pytest.mark.parametrize(("which", "hour"), [("zomer", 0), ("winter", 1)])
def test_an_hour_that_occurs_twice_is_explained_and_chosen(
    lotte: SignedInClient, which: str, hour: int, client: InspectingClient
) -> None:
    """CHECKS 98: also in <time>, in the calendar, and when the form is opened again."""
    page = propose(lotte, first_day="2026-10-25", start="02:30", end="05:00")
    assert page.status_code == 422
    assert "02.30 uur komt twee keer voor op zondag 25 oktober 2026" in page.only("#start-error")
    assert page.texts("#start_which .choice-line") == ["de eerste keer, nog zomertijd", "de tweede keer, wintertijd"]

    propose(lotte, first_day="2026-10-25", start="02:30", end="05:00", start_which=which)
    event = only_event()
    assert event.starts_at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    again = lotte.get(f"/agenda/{event.id}/bewerken")
    assert again.attributes("#start_which input[checked]", "value") == [which]
    zone = "+02:00" if which == "zomer" else "+01:00"
    assert lotte.get(event.path).attributes(".event-when time", "datetime")[0] == f"2026-10-25T02:30:00{zone}"
    with transaction():
        event.state, event.published_at = State.OPEN, event.created_at
    assert entry(client, event).decoded("dtstart") == event.starts_at


def test_an_end_in_the_second_of_two_hours_may_look_earlier_than_the_begin(lotte: SignedInClient) -> None:
    answer = propose(lotte, first_day="2026-10-25", start="02:45", start_which="zomer", end="02:15", end_which="winter")
    assert answer.status_code == 303


def test_no_hours_is_all_day_and_more_days_are_a_range(lotte: SignedInClient) -> None:
    propose(lotte, start="", end="", last_day="2026-05-22")
    event = only_event()
    assert (event.starts_at, event.date_precision, event.last_day) == (None, "range", date(2026, 5, 22))


# ── calendars ─────────────────────────────────────────────────────────────────────────────────────


def test_a_change_raises_the_sequence_and_keeps_the_uid(
    lotte: SignedInClient, event: Event, client: InspectingClient
) -> None:
    """CHECKS 94."""
    before = entry(client, event)
    assert change(lotte, event, title="Nieuwe titel").status_code == 303
    after = entry(client, only_event())
    assert (str(after["uid"]), int(after["sequence"])) == (str(before["uid"]), int(before["sequence"]) + 1)
    change(lotte, event, audience="Docenten")
    assert int(entry(client, only_event())["sequence"]) == int(after["sequence"])
    assert only_event().path.endswith("-nieuwe-titel")


def test_cancelled_it_stays_everywhere_with_its_reason(
    lotte: SignedInClient, event: Event, client: InspectingClient
) -> None:
    """CHECKS 94: STATUS:CANCELLED instead of vanishing."""
    assert lotte.post_form(f"/agenda/{event.id}/afgelasten", {"reason": " "}).status_code == 422
    assert lotte.post_form(f"/agenda/{event.id}/afgelasten", {"reason": "Storm."}).status_code == 303
    page = client.get(event.path)
    assert "Storm." in page.only(".event-off")
    cancelled = entry(client, event)
    assert (str(cancelled["status"]), int(cancelled["sequence"])) == ("CANCELLED", 1)
    assert "Storm." in cancelled["description"]
    assert "STATUS:CANCELLED" in client.get("/agenda.ics").get_data(as_text=True)
    assert event.title in client.get("/agenda/").get_data(as_text=True)
    assert lotte.get(f"/agenda/{event.id}/afgelasten").status_code == 403


def test_moved_to_another_day_it_says_from_where_and_why(
    lotte: SignedInClient, event: Event, client: InspectingClient
) -> None:
    new = {"when": "dag", "first_day": "2026-06-03", "start": "10:00", "end": "12:00", "reason": "De spreker is ziek."}
    assert lotte.post_form(f"/agenda/{event.id}/verzetten", new | {"first_day": ""}).status_code == 422
    assert lotte.post_form(f"/agenda/{event.id}/verzetten", new | {"first_day": "2026-03-01"}).status_code == 422
    assert lotte.post_form(f"/agenda/{event.id}/verzetten", new).status_code == 303
    said = client.get(event.path).only(".event-moved")
    assert "woensdag 20 mei 2026" in said
    assert "De spreker is ziek." in said
    (data,) = (json.loads(node.text()) for node in client.get(event.path).tree.css("script[type*=json]"))
    assert (data["eventStatus"], data["previousStartDate"]) == ("https://schema.org/EventRescheduled", "2026-05-20")
    moved = entry(client, event)
    assert (str(moved["status"]), int(moved["sequence"])) == ("CONFIRMED", 1)
    assert moved.decoded("dtstart") == datetime(2026, 6, 3, 8, tzinfo=UTC)
    assert "Verzet, was eerst op wo 20 mei 2026: De spreker is ziek." in moved["description"]


def test_postponed_without_a_day_its_old_day_is_crossed_out_until_there_is_one(
    lotte: SignedInClient, event: Event, client: InspectingClient
) -> None:
    lotte.post_form(f"/agenda/{event.id}/verzetten", {"when": "onbekend", "reason": "Geen zaal."})
    assert client.get(event.path).only(".event-off-word") == "Uitgesteld"
    assert str(entry(client, event)["status"]) == "CANCELLED"
    lotte.post_form(
        f"/agenda/{event.id}/verzetten", {"when": "dag", "first_day": "2026-07-01", "reason": "Zaal gevonden."}
    )
    assert str(entry(client, event)["status"]) == "CONFIRMED"


# ── two at once ───────────────────────────────────────────────────────────────────────────────────


def test_the_second_of_two_editors_sees_both_texts_and_may_choose(
    lotte: SignedInClient, event: Event, network: Flask, editor: User
) -> None:
    """CHECKS 108."""
    page = lotte.get(f"/agenda/{event.id}/bewerken")
    hidden = {name: page.attributes(f"input[name={name}]", "value")[0] for name in ("version", "csrf_token")}
    change(client_of(network, editor), event, title="Van de redactie", summary="Zoals de redactie het ziet.")
    mine = FIELDS | hidden | {"do": "wijzig", "title": "Van Lotte"}
    refused: Any = lotte.post(f"/agenda/{event.id}/bewerken", data=mine)
    assert refused.status_code == 422
    assert "Van de redactie" in refused.only(".conflict")
    assert refused.attributes("#title", "value") == ["Van Lotte"]
    assert only_event().title == "Van de redactie"

    again = mine | {"version": refused.attributes("input[name=version]", "value")[0]}
    assert lotte.post(f"/agenda/{event.id}/bewerken", data=again).status_code == 303
    assert only_event().title == "Van Lotte"


def test_an_old_button_does_not_cancel_what_was_changed(
    lotte: SignedInClient, event: Event, network: Flask, editor: User
) -> None:
    """CHECKS 108."""
    page = lotte.get(f"/agenda/{event.id}/afgelasten")
    hidden = {name: page.attributes(f"input[name={name}]", "value")[0] for name in ("version", "csrf_token")}
    change(client_of(network, editor), event, title="Van de redactie")
    lotte.post(f"/agenda/{event.id}/afgelasten", data=hidden | {"reason": "Storm."})
    assert only_event().status == "planned"


def test_the_proposer_hears_what_another_does_and_not_what_one_does_oneself(
    lotte: SignedInClient, event: Event, network: Flask, editor: User
) -> None:
    change(lotte, event, title="Anders")
    assert db.session.scalars(select(MailMessage)).all() == []
    other = client_of(network, editor)
    change(other, event, title="Nog anders\u2028Bcc: x@example.org")
    other.post_form(f"/agenda/{event.id}/verzetten", {"when": "onbekend", "reason": "Geen zaal."})
    other.post_form(f"/agenda/{event.id}/afgelasten", {"reason": "Storm <b>."})
    mails = db.session.scalars(select(MailMessage).order_by(MailMessage.id)).all()
    assert len(mails) == 3
    assert "Storm <b>." in mails[2].text
    assert "Storm &lt;b&gt;." in mails[2].html
    assert all("\n" not in mail.subject and event.path in mail.text for mail in mails)


def test_an_old_fact_keeps_its_vague_date_when_an_editor_changes_it(
    add: AddEvent, network: Flask, editor: User
) -> None:
    vague = {"date_precision": "season", "date_text": "najaar 2014", "first_day": date(2014, 9, 1),
             "last_day": date(2014, 11, 30), "starts_at": None, "ends_at": None}  # fmt: skip
    event = add(fields=vague)
    page = client_of(network, editor).get(f"/agenda/{event.id}/bewerken")
    assert "najaar 2014" in page.only("main .notice")
    assert change(client_of(network, editor), event, title="Beter").status_code == 303
    assert (only_event().title, only_event().date_text) == ("Beter", "najaar 2014")


def test_what_became_public_meanwhile_is_not_withdrawn(lotte: SignedInClient, member: User, editor: User) -> None:
    propose(lotte)
    event = only_event()
    publishing.move(event, State.OPEN, editor)
    with pytest.raises(publishing.NotAllowedNow):
        services.withdraw_event(event, member)
    assert only_event().state == State.OPEN


# ── the own list ──────────────────────────────────────────────────────────────────────────────────


def test_in_ones_own_list_what_is_over_says_so_and_comes_last(
    lotte: SignedInClient, event: Event, add: AddEvent, member: User
) -> None:
    add(date(2025, 11, 3), title="Open huis van vorig jaar", fields={"author_id": member.id})
    own = lotte.get("/account/bijdragen")

    assert own.texts(".contribution .card-title") == [event.title, "Open huis van vorig jaar"]
    assert own.texts(".contribution .contribution-state") == ["Geplaatst", "Geweest"]
    assert "3 nov 2025" in own.texts(".contribution .quiet")[1]
    assert "20 mei 2026" not in own.texts(".contribution .quiet")[0], "the year only where it is another"


def test_a_question_in_the_summary_of_errors_has_one_mark(lotte: SignedInClient, event: Event) -> None:
    page = lotte.post_form(f"/agenda/{event.id}/verzetten", {"reason": "a" * 501})

    assert any(text.startswith("Waarom? ") for text in page.texts(".error-summary li"))


def test_what_is_chosen_already_is_not_called_optional(lotte: SignedInClient, event: Event) -> None:
    move, change = lotte.get(f"/agenda/{event.id}/verzetten"), lotte.get(f"/agenda/{event.id}/bewerken")

    assert "niet verplicht" not in move.only("#when legend")
    assert "niet verplicht" not in change.only("label[for=language]")
    assert "niet verplicht" in change.only("label[for=audience]")


@pytest.mark.parametrize("address", ["/vraag-en-aanbod/nieuw", "/agenda/nieuw", "/nieuws/insturen"])
def test_the_focus_points_have_the_same_short_names_in_every_form(lotte: SignedInClient, address: str) -> None:
    assert "Techniek" in lotte.get(address).texts(".theme-line")
