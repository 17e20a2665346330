"""Lists of events are kept in memory: whatever a card shows changes on the page as soon as it changes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.agenda import queries
from portal.agenda.models import Event, EventKind
from portal.community.models import Municipality, Organisation
from portal.core.storage.database import transaction
from tests.agenda.conftest import AddEvent, statements
from tests.agenda.test_writing_changes import change
from tests.fixtures import InspectingClient
from tests.people import client_of

TODAY = date(2026, 3, 11)
DAY = TODAY + timedelta(days=9)
MOST_STATEMENTS = 10


@dataclass(frozen=True)
class Change:
    """A field of the form, what it becomes, and what the card then says where."""

    field: str
    value: Any
    place: str
    says: str


CHANGES = [
    Change("title", "Een andere naam", ".card-title", "Een andere naam"),
    Change("summary", "Iets heel anders.", ".card-excerpt", "Iets heel anders."),
    Change("kind", "excursie", ".kicker", "Excursie"),
    Change("first_day", "2026-03-27", ".date-day", "27"),
    Change("last_day", "2026-03-22", ".card-facts", "t/m"),
    Change("start", "16:45", ".card-facts", "16.45"),
    Change("end", "19:15", ".card-facts", "19.15"),
    Change("place_mode", "both", ".card-facts", "of online"),
    Change("venue", "De Loods", ".card-facts", "De Loods"),
    Change("municipality", "rijswijk", ".card-facts", "Rijswijk"),
    Change("capacity", "73", ".card-facts", "73"),
    Change("themes", ["zorg"], ".theme-marks", "Zorg"),
    Change("organisers", ["School De Kade"], ".card-by", "School De Kade"),
]


RENAMED = [
    (EventKind, "kenniscafe", "label", "Koffietafel", ".kicker"),
    (Theme, "techniek", "short_title", "Vakwerk", ".theme-marks"),
    (Theme, "techniek", "number", 7, ".theme-marks"),
    (Municipality, "delft", "name", "Groot-Delft", ".card-facts"),
    (Organisation, "museum", "name", "Museum De Sluis", ".card-by"),
]


@pytest.fixture
def event(add: AddEvent) -> Event:
    """An event on the agenda, beside another that stays as it is."""
    add(DAY + timedelta(days=30), title="Een ander")
    return add(DAY)


def card(client: InspectingClient, place: str) -> str:
    """Return the text of a part of the first card of the agenda."""
    return client.get("/agenda/").texts(f".event-card {place}")[0]


@pytest.mark.parametrize("wanted", CHANGES, ids=lambda wanted: wanted.field)
def test_whatever_a_card_shows_changes_with_the_event(
    client: InspectingClient, network: Flask, editor: User, event: Event, wanted: Change
) -> None:
    before = card(client, wanted.place)
    assert wanted.says not in before
    answer = change(client_of(network, editor), event, **{wanted.field: wanted.value})

    assert answer.status_code == 303
    assert wanted.says in card(client, wanted.place)


@pytest.mark.parametrize(("model", "slug", "field", "value", "place"), RENAMED)
def test_so_it_does_with_what_the_event_is_tied_to(
    client: InspectingClient, event: Event, model: Any, slug: str, field: str, value: Any, place: str
) -> None:
    assert str(value) not in card(client, place)
    with transaction() as session:
        setattr(session.scalars(select(model).where(model.slug == slug)).one(), field, value)

    assert str(value) in card(client, place)


def test_a_cancelled_event_says_so_and_a_deleted_one_is_gone(
    client: InspectingClient, network: Flask, editor: User, event: Event
) -> None:
    assert client.get("/agenda/").texts(".stamp") == []
    change_page = f"/agenda/{event.id}/afgelasten"
    client_of(network, editor).post_form(change_page, {"reason": "Storm."})
    assert client.get("/agenda/").texts(".stamp") == ["Afgelast"]

    with transaction() as session:
        session.delete(session.get_one(Event, event.id))
    page = client.get("/agenda/")
    assert page.texts(".event-card .card-title") == ["Een ander"]
    assert page.only(".results-count") == "1 komende bijeenkomst"


def test_the_months_end_where_the_last_event_that_is_left_ends(client: InspectingClient, event: Event) -> None:
    def later() -> list[str]:
        return client.get("/agenda/?weergave=maand").attributes(".month-nav a[rel=next]", "href")

    assert later() == ["/agenda/?weergave=maand&maand=2026-04"]
    with transaction() as session:
        session.delete(session.scalars(select(Event).where(Event.id != event.id)).one())
    assert later() == []


def rolled_back(event: Event) -> None:
    """Change an event, let the agenda be read within that transaction, and fail."""
    with transaction() as session:
        session.get_one(Event, event.id).title = "Toch niet"
        session.flush()
        assert queries.next_events(1)[0].title == "Toch niet"
        raise RuntimeError


def test_what_a_rolled_back_change_would_have_shown_is_not_kept(client: InspectingClient, event: Event) -> None:
    before = card(client, ".card-title")
    with pytest.raises(RuntimeError):
        rolled_back(event)

    assert card(client, ".card-title") == before


@pytest.mark.parametrize("query", ["", "?speerpunt=techniek&gemeente=delft"])
def test_an_agenda_after_a_change_takes_few_statements(client: InspectingClient, event: Event, query: str) -> None:
    client.get("/agenda/")
    with transaction() as session:
        session.get_one(Event, event.id).capacity = 12
    with statements() as asked:
        assert "12 plaatsen" in client.get(f"/agenda/{query}").texts(".card-facts")[0]
    assert len(asked) + 1 <= MOST_STATEMENTS, asked  # and the content version, asked past the session


def test_many_changes_of_one_event_leave_one(client: InspectingClient, event: Event) -> None:
    for number in range(30):
        with transaction() as session:
            session.get_one(Event, event.id).capacity = number + 1
        page = client.get("/agenda/?speerpunt=techniek")
        assert page.only(".results-count") == "2 komende bijeenkomsten"
        assert page.only("#count-soort-kenniscafe") == "2"
