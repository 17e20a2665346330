"""However many documents answer, a search in PostgreSQL looks at some of them only, and says so."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.search.engines.base import SearchUnavailable
from portal.search.engines.postgres import searching
from portal.search.engines.postgres.connection import Cancelled
from portal.search.engines.postgres.engine import PostgresEngine
from tests.search.engines.asking import Asker, document

pytestmark = pytest.mark.postgres
MANY = 60


@pytest.fixture(scope="module")
def many(postgres_site: Flask) -> Iterator[Asker]:
    """Return documents of which all tell of welding, the oldest one most."""
    text = "Wij zagen, boren, vijlen, meten en lassen, en na afloop is er koffie met iets lekkers erbij."
    with postgres_site.app_context(), PostgresEngine.scratch("bounds") as postgres:
        asker = Asker(postgres)
        yield asker.holding(
            *(
                document(f"Haven {n}", text, key=f"post:{n}", day=clock.today() - timedelta(days=n))
                for n in range(MANY)
            ),
            document("Lassen en boren", "Leren lassen", key="event:1", day=clock.today() - timedelta(days=900)),
        )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let bounds that matter at a million documents matter at sixty."""
    for name, bound in {"COUNTED": 40, "SCORED": 10, "TELLING": 5, "EXACT": 5, "PER_NEED": 10, "CHECKED": 15}.items():
        monkeypatch.setattr(searching, name, bound)


@pytest.mark.usefixtures("small")
def test_counting_stops_and_says_so(many: Asker) -> None:
    results = many.results("lassen")
    assert (results.total, results.at_least) == (40, True)
    assert results.facets["type"]["post"] <= 41


@pytest.mark.usefixtures("small")
def test_what_is_about_it_comes_first_however_old(many: Asker) -> None:
    assert many("lassen")[0] == "event:1"


@pytest.mark.usefixtures("small")
def test_pages_go_on_beyond_what_is_scored(many: Asker) -> None:
    keys = [key for offset in (0, 20) for key in many("lassen", offset=offset)]
    assert len(set(keys)) == len(keys) == 40


@pytest.mark.usefixtures("small")
def test_part_of_what_is_asked_is_bounded_too(many: Asker) -> None:
    results = many.results("leren haven")
    assert 0 < results.total <= 12
    assert len(results.hits) == min(20, results.total)


@pytest.mark.usefixtures("small")
def test_a_phrase_is_looked_for_in_the_newest_and_in_those_about_it(many: Asker) -> None:
    results = many.results('"boren vijlen"', widen=False)
    assert (results.total, results.at_least) == (15, True)
    assert many('"leren lassen"', widen=False) == ["event:1"]


@pytest.mark.usefixtures("small")
def test_only_what_must_not_be_there(many: Asker) -> None:
    results = many.results("-robotica")
    assert results.hits[0].key == "post:0"
    assert (results.total, results.at_least) == (15, True)


def test_when_time_runs_out_the_most_telling_word_is_looked_for_alone(
    many: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = searching._tried
    tried: list[float] = []

    def slow(engine: Any, name: str, wanted: Any, seconds: float) -> Any:
        tried.append(seconds)
        if len(tried) == 1:
            raise Cancelled
        return search(engine, name, wanted, seconds)

    monkeypatch.setattr(searching, "_tried", slow)
    results = many.results("haven leren")
    assert [hit.key for hit in results.hits] == ["event:1"]
    assert results.ignored == ("haven",)


def test_when_that_takes_too_long_search_is_away(many: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_arguments: object) -> None:
        raise Cancelled

    monkeypatch.setattr(searching, "_tried", slow)
    with pytest.raises(SearchUnavailable, match="slow"):
        many.results("haven lassen")


def test_the_server_itself_ends_what_takes_too_long(many: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "ROW", searching.ROW.replace("id,", "id + length(pg_sleep(9)::text) AS id,"))
    monkeypatch.setattr(searching, "BUDGET_SECONDS", 0.05)
    monkeypatch.setattr(searching, "LAST_SECONDS", 0.05)
    with pytest.raises(SearchUnavailable, match="slow"):
        many.results("lassen")
