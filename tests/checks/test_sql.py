"""No text becomes part of a statement: in a parameter, in a path, in words that are searched (CHECKS 49)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import event, text

from portal.core.extensions import Model, db
from tests.checks.payloads import INJECTED_SQL, MARK
from tests.checks.walk import FEEDS, LISTS
from tests.fixtures import InspectingClient

HARMLESS = "onbekendwoord"
WITH_WORDS = {"q"}
"""Parameters whose words are looked for: what they find differs with the words, whatever these are."""


@pytest.fixture
def statements(whole_site: Flask) -> Iterator[list[str]]:
    """Gather what the database is asked, without the values."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with whole_site.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def count_rows(site: Flask) -> dict[str, int]:
    """Return how many rows every table has, but for those that count what is asked."""
    with site.app_context():
        tables = Model.metadata.tables.keys() - {"limit_count", "search_miss"}
        return {name: db.session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables}  # noqa: S608  # names of ours


@pytest.mark.parametrize("endpoint", LISTS)
def test_parameters_stay_values(
    whole_site: Flask, visitor: InspectingClient, statements: list[str], endpoint: str,
    addresses: dict[str, str], parameters: list[str],
) -> None:  # fmt: skip
    path, before = addresses[endpoint], count_rows(whole_site)
    for number, name in enumerate(parameters):
        plain = visitor.get(path, query_string={name: HARMLESS})
        answer = visitor.get(path, query_string={name: INJECTED_SQL[number % len(INJECTED_SQL)]})
        assert answer.status_code == plain.status_code, name
        if answer.mimetype == "text/html" and name not in WITH_WORDS:
            assert answer.texts("article .card-title") == plain.texts("article .card-title"), name
    assert not [statement for statement in statements if MARK in statement or HARMLESS in statement]
    assert count_rows(whole_site) == before


@pytest.mark.parametrize("payload", INJECTED_SQL)
def test_words_and_all_parameters_at_once_stay_values(
    whole_site: Flask, visitor: InspectingClient, statements: list[str], payload: str,
    addresses: dict[str, str], parameters: list[str],
) -> None:  # fmt: skip
    before = count_rows(whole_site)
    for endpoint in (*LISTS, *FEEDS):
        expected = 404 if endpoint == "search.index" else 200
        assert visitor.get(addresses[endpoint], query_string={"q": payload}).status_code == 200
        every = dict.fromkeys(parameters, payload)
        assert visitor.get(addresses[endpoint], query_string=every).status_code == expected
    assert not [statement for statement in statements if MARK in statement]
    assert count_rows(whole_site) == before


def test_paths_stay_values(
    whole_site: Flask, visitor: InspectingClient, statements: list[str], addresses: dict[str, str]
) -> None:
    before = count_rows(whole_site)
    for path in {path.rstrip("/").rpartition("/")[0] for path in addresses.values()}:
        for payload in INJECTED_SQL:
            for address in (f"{path}/{quote(payload, safe='')}", f"{path}/{quote(payload, safe='')}/1"):
                assert visitor.get(address, follow_redirects=True).status_code == 404, address
    assert not [statement for statement in statements if MARK in statement]
    assert count_rows(whole_site) == before
