"""With PostgreSQL's index too a search for a time shows the events of those days first."""

from datetime import date

import pytest
from flask import Flask

from portal.agenda.models import Event, EventKind
from portal.core import clock
from portal.core.storage.database import transaction
from portal.publishing.models import State
from portal.search.indexing import indexer
from tests.fixtures import InspectedResponse, InspectingClient

pytestmark = pytest.mark.postgres


def add(title: str, day: date, kind: EventKind) -> None:
    row = Event(uid=title, slug="x", title=title, kind=kind, summary="", first_day=day, last_day=day)
    row.state, row.published_at = State.OPEN, clock.now()
    with transaction() as session:
        session.add(row)


def test_a_month_with_and_without_words(index: Flask) -> None:
    year = clock.today().year + 1
    kind = EventKind(slug="excursie", label="Excursie", explanation="")
    add("Kijken in de haven", date(year, 3, 3), kind)
    add("Kijken bij de smid", date(year, 3, 5), kind)
    add("Varen door de haven", date(year, 4, 3), kind)
    while indexer.apply_changes():
        pass
    client = InspectingClient(index, InspectedResponse)

    def events(words: str) -> list[str]:
        return client.get("/zoeken", query_string={"q": words}).texts(".search-agenda .card-title")

    assert events(f"maart {year}") == ["Kijken in de haven", "Kijken bij de smid"]
    assert events(f"haven maart {year}") == ["Kijken in de haven"]
    assert events(f"3-4-{year}") == ["Varen door de haven"]
    assert events(f"zweefvliegen maart {year}") == []
