"""Words that found nothing: counted without a trace of who typed them, shown in groups, forgotten in time."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.community.models import Profile
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import BUSY_TIMEOUT_MS, transaction
from portal.search import jobs, misses
from portal.search.models import SearchMiss
from tests.databases import another_writer
from tests.fixtures import InspectingClient
from tests.people import make_user
from tests.search import content

BEGIN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SetClock = Callable[[timedelta], None]


@pytest.fixture
def at(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SetClock]:
    """Return how to say what time it is; nothing waits to be written."""

    def set_clock(later: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: BEGIN + later)

    app.extensions.pop(misses.EXTENSION, None)
    set_clock(timedelta(0))
    yield set_clock
    app.extensions.pop(misses.EXTENSION, None)


def counted() -> dict[str, int]:
    """Return what is in the table."""
    db.session.rollback()
    return {row.words: row.count for row in db.session.scalars(select(SearchMiss))}


def counts(words: str, count: int, month: date = date(2026, 11, 1)) -> None:
    """Say that words were missed before."""
    with transaction() as session:
        session.add(SearchMiss(words=words, count=count, month=month))


def test_words_are_counted_once_a_minute(at: SetClock) -> None:
    for seconds in (0, 10, 20, 70, 130):
        at(timedelta(seconds=seconds))
        misses.note("Lasrobot")

    assert counted() == {"lasrobot": 3}


def test_what_comes_in_haste_is_written_together_a_little_later(at: SetClock) -> None:
    misses.note("lasrobot")
    misses.note("zorgrobot")
    assert counted() == {"lasrobot": 1}

    at(misses.PAUSE)
    misses.note("zorgrobot")
    assert counted() == {"lasrobot": 1, "zorgrobot": 1}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Één  LASROBOT? ", "een lasrobot"),
        ('"zij-instroom" mbo', "zij-instroom mbo"),
        ('lasrobot type:vraag speerpunt:"zorg en welzijn" -delft', "lasrobot"),
        ("geslaagd 2.0", "geslaagd 2.0"),
    ],
)
def test_words_are_kept_folded_without_what_narrowed_them(at: SetClock, typed: str, kept: str) -> None:
    misses.note(typed)

    assert counted() == {kept: 1}


@pytest.mark.parametrize(
    "typed",
    [
        "jan.jansen@example.org", "jan @ example.org", "06-12345678", "06 12 34 56 78", "+31 (0)70 353 50 00",
        "123456782", "BSN 1234.56.782", "12-03-1998", "NL91ABNA0417164300", "2511 bt den haag", "2511BT",
        "https://example.org/geheim", "www.example.org", "a" * 41, "lang verhaal " * 8, "", "  ", "?!",
        "12", "x", "type:vraag", "\x00", "😀",
    ],
)  # fmt: skip
def test_what_looks_personal_or_says_nothing_is_not_kept(at: SetClock, app: Flask, typed: str) -> None:
    misses.note(typed)

    assert counted() == {}
    assert not app.extensions.get(misses.EXTENSION, misses.Waiting()).counts


def test_a_flood_of_nonsense_fills_no_table(at: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(misses.MOST_A_MINUTE + 20):
        misses.note(f"woord {'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10]}")
    at(misses.PAUSE)
    misses.note("nog een")
    assert len(counted()) == misses.MOST_A_MINUTE

    monkeypatch.setattr(misses, "MOST_A_MONTH", misses.MOST_A_MINUTE)
    at(timedelta(minutes=2))
    misses.note("nieuw woord")
    at(timedelta(minutes=4))
    misses.note("woord ak")
    assert counted()["woord ak"] == 2
    assert len(counted()) == misses.MOST_A_MINUTE


def test_a_busy_database_stops_no_page_and_loses_nothing(at: SetClock, database: str) -> None:
    with another_writer():
        misses.note("lasrobot")
    assert counted() == {}

    at(misses.PAUSE)
    misses.note("zorgrobot")
    assert counted() == {"lasrobot": 1, "zorgrobot": 1}
    if database == "sqlite":
        assert db.session.execute(text("PRAGMA busy_timeout")).scalar() == BUSY_TIMEOUT_MS


@pytest.mark.usefixtures("store")
def test_a_visitor_who_finds_nothing_is_counted_and_nobody_else(at: SetClock, client: InspectingClient) -> None:
    content.post("Zorgrobot in de klas")
    content.index_all()
    for address in ("?q=zorgrobot", "?q=lasrobot&type=event", "?q=lasrobot&pagina=2", "?q=de", "?q=-lasrobot", ""):
        client.get(f"/zoeken{address}")
    assert counted() == {}

    client.get("/zoeken?q=Lasrobot")
    assert counted() == {"lasrobot": 1}


@pytest.mark.usefixtures("store")
def test_searches_of_several_people_in_a_minute_count_as_several(at: SetClock, client: InspectingClient) -> None:
    content.post("Zorgrobot in de klas")
    content.index_all()
    search = "/zoeken?q=lasrobot"
    for address, browser in (("192.0.2.1", "A"), ("192.0.2.2", "A"), ("192.0.2.2", "B"), ("192.0.2.2", "B")):
        client.get(search, environ_base={"REMOTE_ADDR": address}, headers={"User-Agent": browser})
    at(misses.PAUSE)
    client.get(search, environ_base={"REMOTE_ADDR": "192.0.2.1"}, headers={"User-Agent": "A"})

    assert counted() == {"lasrobot": 3}, "a page that is asked for again is no other person"


def test_one_word_from_ever_other_visitors_is_counted_no_more_than_its_share(at: SetClock) -> None:
    for number in range(misses.MOST_A_MINUTE + 20):
        misses.note("lasrobot", str(number))
    at(misses.PAUSE)
    misses.note("zorgrobot")

    assert counted() == {"lasrobot": misses.MOST_A_MINUTE, "zorgrobot": 1}


def test_nothing_that_is_kept_in_memory_tells_who_searched(at: SetClock, app: Flask) -> None:
    misses.note("lasrobot", "192.0.2.1")
    waiting: misses.Waiting = app.extensions[misses.EXTENSION]
    first = waiting.counted["lasrobot"]
    assert "192.0.2.1" not in repr(waiting)

    at(timedelta(minutes=1))
    misses.note("lasrobot", "192.0.2.1")
    assert waiting.counted["lasrobot"].isdisjoint(first), "the same visitor has another hash in the next minute"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("words", "found"), [("lasopleding", "Opleiding"), ("lassen opleiding", "Opleiding"), ("oplieding", "Opleiding")]
)
def test_who_finds_only_near_misses_is_counted_too(
    at: SetClock, client: InspectingClient, words: str, found: str
) -> None:
    content.post(found)
    content.index_all()
    page = client.get("/zoeken", query_string={"q": words})

    assert page.texts(".search-results .card-title") == [found]
    assert counted() == {words: 1}


@pytest.mark.usefixtures("store")
def test_the_name_of_a_member_is_not_counted(at: SetClock, client: InspectingClient) -> None:
    with transaction() as session:
        session.add(Profile(user=make_user("Noor Kwispelstaart"), function="docent"))
    content.index_all()
    client.get("/zoeken?q=noor+kwispelstaart")
    client.get("/zoeken?q=noor+zwabberstaart")

    assert counted() == {"noor zwabberstaart": 1}


def test_whatever_goes_wrong_the_page_goes_on(at: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "write_waiting", lambda: 1 / 0)

    misses.note("lasrobot")


def test_only_groups_are_shown_most_first(at: SetClock) -> None:
    counts("lasrobot", misses.LEAST - 1)
    counts("zorgrobot", 3)
    counts("zorgrobot", 4, date(2026, 10, 1))
    counts("drone", 12, date(2026, 9, 1))
    shown = [(row.words, row.count, row.last) for row in misses.frequent(3, 10)]

    assert shown == [("drone", 12, date(2026, 9, 1)), ("zorgrobot", 7, date(2026, 11, 1))]
    assert misses.frequent(1, 10) == []
    assert [row.words for row in misses.frequent(12, 1)] == ["drone"]


def test_counts_are_forgotten_after_a_year(at: SetClock) -> None:
    counts("lasrobot", 9, date(2025, 12, 1))
    counts("zorgrobot", 9, date(2025, 11, 1))
    jobs.forget_misses(clock.now())

    assert counted() == {"lasrobot": 9}


def test_months_go_over_the_year() -> None:
    assert misses.first_month(1, date(2026, 11, 21)) == date(2026, 11, 1)
    assert misses.first_month(12, date(2026, 11, 21)) == date(2025, 12, 1)
    assert misses.first_month(3, date(2027, 1, 31)) == date(2026, 11, 1)
