"""Adding events, importing facts, and what other rooms ask of the agenda."""

import json
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.actionplan import services as actionplan
from portal.actionplan.models import Action
from portal.agenda import importing, queries
from portal.agenda import services as agenda
from portal.agenda.imprecise_dates import possible_days
from portal.agenda.models import Event, EventKind
from portal.community import services as community
from portal.core import panels
from portal.core.extensions import db
from tests.agenda.conftest import AddEvent
from tests.fixtures import InspectingClient

FACTS = Path(agenda.__file__).parents[1] / "operations" / "facts"


def facts(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FACTS / f"{name}.json").read_text())
    return loaded


@pytest.fixture
def imported(app: Flask) -> dict[str, Event]:
    """The network as its documents tell of it; events by slug of the fact."""
    community.import_municipalities(facts("targets")["municipalities"])
    community.import_organisations(facts("organisations"))
    actionplan.import_agendas(facts("themes"), facts("actions"), facts("organisations"))
    importing.import_kinds(facts("categories"))
    importing.import_events(facts("events"))
    return {event.uid.removeprefix("fact-").partition("@")[0]: event for event in db.session.scalars(select(Event))}


# ── adding ────────────────────────────────────────────────────────────────────────────────────────


def test_an_hour_that_the_clock_skips_is_refused_with_the_reason(add: AddEvent) -> None:
    with pytest.raises(ValueError, match="2026-03-29 02:30:00 does not exist in Amsterdam"):
        add(date(2026, 3, 29), start=time(2, 30), end=time(4))
    with pytest.raises(ValueError, match="does not exist"):
        add(date(2026, 3, 29), start=time(1), end=time(2, 30))
    assert db.session.scalar(select(Event)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"start": time(17), "end": time(16)},
        {"start": time(17), "end": time(17)},
        {"last_day": date(2026, 3, 19)},
        {"first_day": date(2026, 3, 21)},
    ],
)
def test_an_end_before_the_start_is_refused(add: AddEvent, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot end before"):
        add(**changes)


@pytest.mark.parametrize("changes", [{"kind": "x"}, {"themes": ("x",)}, {"organisers": ("x",)}, {"municipality": "x"}])
def test_a_tie_to_nothing_is_refused(add: AddEvent, changes: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match=r"there is no .* 'x'"):
        add(**changes)
    assert db.session.scalar(select(Event)) is None


def test_the_uid_names_the_host_of_the_portal(add: AddEvent) -> None:
    assert add(uid="demo-e-001").uid == "demo-e-001@127.0.0.1"


def test_search_finds_an_event_by_all_that_its_page_says(add: AddEvent) -> None:
    event = add(body="Met **lassen**.", status="cancelled", status_reason="Storm.")
    document = event.search_document()

    assert document is not None
    assert (document.key, document.type, document.path) == (f"event:{event.id}", "event", event.path)
    assert "Met lassen. De Werkplaats" in document.text
    assert "Storm." in document.text
    assert (document.themes, document.organisations, document.year) == (("techniek",), ("museum",), 2026)
    assert "bijeenkomst" in document.extra


# ── facts ─────────────────────────────────────────────────────────────────────────────────────────


def test_facts_are_imported_once_with_their_ties(imported: dict[str, Event]) -> None:
    assert len(imported) == 33
    importing.import_events(facts("events"))
    importing.import_kinds(facts("categories"))

    assert len(db.session.scalars(select(Event)).all()) == 33
    assert len(db.session.scalars(select(EventKind)).all()) == 31
    assert {event.sequence for event in imported.values()} == {0}
    academy = imported["start-cyber-security-academy-2014"]
    assert {party.slug for party in academy.organisers} == {"tu-delft", "universiteit-leiden", "de-haagse-hogeschool"}
    assert academy.action is not None
    assert academy.action.slug == "vrede-recht-veiligheid-3"
    assert [theme.slug for theme in academy.themes] == ["vrede-recht-veiligheid"]


@pytest.mark.parametrize(
    ("slug", "first", "last"),
    [
        ("werkconferentie-toekomst-tuinbouw-2014", date(2014, 1, 14), date(2014, 1, 14)),
        ("start-cyber-security-academy-2014", date(2014, 9, 1), date(2014, 9, 30)),
        ("werkconferentie-geslaagd-in-het-vak-2015", date(2015, 3, 1), date(2015, 5, 31)),
        ("den-haag-telecom-congres-2014", date(2014, 9, 1), date(2014, 11, 30)),
        ("ondernemerschapsevent-2012", date(2012, 1, 1), date(2012, 12, 31)),
        ("international-city-podium", date(2011, 1, 1), date(2013, 12, 31)),
        ("rijswijk-inventarisatie-2019", date(2019, 3, 1), date(2019, 7, 31)),
        ("kenniskring-na-corona", None, None),
        ("kenniskring-1", None, None),
    ],
)
def test_the_earliest_and_latest_day_that_a_source_allows(slug: str, first: date | None, last: date | None) -> None:
    assert possible_days(facts("events")[slug]) == (first, last)


@pytest.mark.parametrize(
    ("slug", "label", "words"),
    [
        ("den-haag-telecom-congres-2014", "najaar 2014", "najaar 2014"),
        ("start-cyber-security-academy-2014", "sep 2014", "september 2014"),
        ("klankbordgroep-monitor-2014", "2014", "in de loop van 2014"),
        ("international-city-podium", "2011–2013", "tussen 2011 en 2013"),
        (
            "rijswijk-banentour",
            "datum onbekend",
            "Zonder datum (niet genoemd; actieplan voor de kwartiermakersfase vanaf eind 2019)",
        ),
    ],
)
def test_imprecise_dates_are_shown_as_such(
    client: InspectingClient, imported: dict[str, Event], slug: str, label: str, words: str
) -> None:
    event = imported[slug]
    (card,) = (card for card in queries.as_cards([event]))
    with client.application.test_request_context():
        assert queries.as_cards([event])[0].date_label == label
    page = client.get(event.path)

    assert page.only(".event-when") == words
    assert not page.tree.css("script[type='application/ld+json'], .event-when time, .sheet-head .date-block")
    assert card.is_past


def test_an_old_announcement_is_never_upcoming_and_says_what_is_not_known(
    client: InspectingClient, imported: dict[str, Event]
) -> None:
    event = imported["den-haag-telecom-congres-2014"]
    page = client.get(event.path)

    assert "Zoals aangekondigd in de bron van 2014; of het doorging is niet bekend." in page.only(".event-source")
    assert not page.tree.css(".event-add, .event-off")
    assert client.get("/agenda/").texts(".event-card") == []
    assert queries.next_events(50) == []
    assert client.get("/agenda/archief").only(".results-count") == "33 bijeenkomsten in het archief"


def test_search_knows_no_day_that_the_source_does_not_name(imported: dict[str, Event]) -> None:
    vague = imported["den-haag-telecom-congres-2014"].search_document()
    exact = imported["werkconferentie-toekomst-tuinbouw-2014"].search_document()

    assert vague is not None
    assert exact is not None
    assert (vague.year, vague.day, vague.is_open) == (2014, None, False)
    assert (exact.year, exact.day) == (2014, date(2014, 1, 14))
    assert "najaar 2014" in vague.text


def test_a_day_without_hours_in_the_source_gets_none(client: InspectingClient, imported: dict[str, Event]) -> None:
    page = client.get(imported["werkconferentie-toekomst-tuinbouw-2014"].path)

    assert page.only(".event-when") == "dinsdag 14 januari 2014"
    assert "Belangstellende ondernemers: 40" in page.only(".prose")


def test_a_cancelled_fact_tells_why(client: InspectingClient, imported: dict[str, Event]) -> None:
    assert client.get(imported["kenniskring-3"].path).only(".event-off") == "Afgelast Ging niet door vanwege corona."


# ── other rooms ───────────────────────────────────────────────────────────────────────────────────


def test_what_comes_next_leaves_out_what_is_over_or_off(add: AddEvent) -> None:
    today = date(2026, 3, 11)
    add(today, title="Vanochtend", start=time(9), end=time(10))
    add(today, title="Vanavond", start=time(19), end=time(21))
    add(title="Afgelast", status="cancelled")
    add(title="Straks")

    assert [card.title for card in queries.next_events(5)] == ["Vanavond", "Straks"]
    assert [card.title for card in queries.next_events(1)] == ["Vanavond"]


def test_panels_list_what_comes_before_what_was(app: Flask, add: AddEvent) -> None:
    add(date(2026, 3, 1), title="Geweest", fields={"action": db.session.scalar(select(Action))})
    event = add(title="Komt")
    subjects = {"organisation": event.organisers[0], "theme": event.themes[0]}

    with app.test_request_context():
        for name, subject in subjects.items():
            panel = next(panel for panel in panels.panels_for(name, subject) if panel.key == "agenda")
            assert [card.title for card in panel.items] == ["Komt", "Geweest"]
            assert str(panel.more_url).startswith("/agenda/?")
        (panel,) = (p for p in panels.panels_for("action", db.session.scalar(select(Action))) if p.key == "agenda")
        assert [card.title for card in panel.items] == ["Geweest"]


def test_the_sitemap_lists_every_event(add: AddEvent) -> None:
    event = add()

    assert list(queries.sitemap_entries()) == [(event.path, event.updated_at)]
