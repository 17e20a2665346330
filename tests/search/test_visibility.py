"""What only members find leaves no trace for a visitor: its words look like words that stand nowhere."""

from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.community import profiles
from portal.community.models import Visibility
from portal.search.engines.embedded.store import IndexStore
from tests.fixtures import InspectedResponse
from tests.people import client_of, make_user
from tests.search import content

KNOWN, UNKNOWN, ALIKE = "zwabrelk", "jivompt", "kwabrelz"


@pytest.fixture
def member_only(store: IndexStore) -> None:
    """Let one member's profile hold a word that stands nowhere else."""
    content.post("Stage lassen")
    content.post("Stage draaien")
    texts: dict[str, str | None] = {**dict.fromkeys(profiles.TEXTS), "expertise": f"{KNOWN} repareren"}
    shown = dict.fromkeys(profiles.PARTS, Visibility.MEMBERS)
    profiles.update_profile(make_user("Noor"), None, "Noor", True, texts, shown)
    content.index_all()


def told(client: FlaskClient, words: str) -> str:
    page = cast("InspectedResponse", client.get("/zoeken", query_string={"q": words}))
    return page.only("main").replace(KNOWN, "…").replace(UNKNOWN, "…").replace(ALIKE, "…")


@pytest.mark.usefixtures("member_only")
@pytest.mark.parametrize("words", ["{}", "stage {}", "{} lassen", "{} -stage", "type:aanbod {}", "{}k"])
def test_a_visitor_is_told_the_same_of_both(client: FlaskClient, words: str) -> None:
    assert told(client, words.format(KNOWN)) == told(client, words.format(UNKNOWN))
    assert told(client, words.format(ALIKE)) == told(client, words.format(UNKNOWN))


@pytest.mark.usefixtures("member_only")
@pytest.mark.parametrize("words", ["zwabrlek", "zwab", "zwabrel", "stage zwabrel"])
def test_neither_a_slip_nor_a_beginning_gives_it_away(client: FlaskClient, words: str) -> None:
    proposed = client.get("/zoeken/suggesties", query_string={"q": words, "vorm": "json"}).get_json(force=True)

    assert KNOWN not in told(client, words)
    assert KNOWN not in str(proposed)
    assert proposed[1] in ([], ["Stage lassen", "Stage draaien"], ["Stage draaien", "Stage lassen"])


@pytest.mark.usefixtures("member_only")
def test_a_member_finds_it(app: Flask) -> None:
    somebody = client_of(app, make_user("Lezer"))
    page = somebody.get("/zoeken", query_string={"q": "zwabrlek"})

    assert page.texts(".search-results .card-title") == ["Noor"]
    assert page.only(".search-meant a") == KNOWN
