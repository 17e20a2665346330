"""Both engines answer alike: the same finds with the same scores, totals, counts and hints."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.core import clock
from portal.search.engines.base import SearchRequest
from portal.search.engines.embedded.engine import EmbeddedEngine
from portal.search.engines.postgres.engine import PostgresEngine
from portal.search.models import SearchDocument
from portal.search.query.execution import Found
from tests.search.engines.asking import Asker, document

pytestmark = pytest.mark.postgres

TITLES = ("Gastles over lassen", "Meelopen in de haven", "Stageplaats verpleegkunde", "Gastdocent techniek gezocht")
SENTENCES = (
    "Wij zoeken een gastdocent die leerlingen leert lassen.",
    "De leerlingen lopen een dag mee in de haven van Rotterdam.",
    "Een stagebegeleider is er op maandag en dinsdag.",
    "Verpleegkundigen in opleiding oefenen met robotica in de zorg.",
    "Het bedrijf leent gereedschap uit aan scholen, mbo-scholen ook.",
    "Wie komt vertellen over zonnepanelen en warmtepompen?",
)
QUERIES = (
    "lassen",
    "gastles",
    "gastlessen haven",
    "docent",
    "verpleegkunde robotica",
    '"lopen een dag mee"',
    '"dag lopen"',
    "robtica",
    "mbo-school",
    "stage",
    "haven -leerlingen",
    "zonnepaneel zorgrobot",
    "bedrijven die gereedschap uitlenen",
    "",
)
MISSPELT_OR_HALF_KNOWN = (
    "lasopleding",
    "lasopleding haven",
    "verplegkunde robotica",
    "haevn gastdocnet",
    "stagebegleider dinsdag",
    "zonnepaneel xyzzy",
    "xyzzy",
    "xyzzy -haven",
    '"leerlingen xyzzy"',
    '"lasopleding" gereedschap',
    "lerlingen vertelen",
    "mbo-schol",
    "kwispelstart",
    "kwispel",
)
"""Words that are nowhere, or nowhere spelt so: what follows is a guess, and both must guess the same."""
CHOICES: tuple[dict[str, list[str]], ...] = (
    {},
    {"theme": ["zorg"]},
    {"type": ["post"], "year": ["2025", "2026"]},
    {"type": ["vraag", "event"]},
)


def documents() -> Iterator[SearchDocument]:
    draw = random.Random(1)  # noqa: S311  # repeatable, and no secret
    for number in range(80):
        yield document(
            draw.choice(TITLES),
            " ".join(draw.sample(SENTENCES, k=draw.randrange(1, 4))),
            key=f"{(name := draw.choice(('post', 'event')))}:{number}",
            kind=draw.choice(("aanbod", "vraag")) if name == "post" else "",
            themes=tuple(draw.sample(("zorg", "techniek", "haven"), k=draw.randrange(3))),
            organisations=tuple(draw.sample(("roc", "gemeente"), k=draw.randrange(2))),
            day=clock.today() - timedelta(days=draw.randrange(2_500)) if draw.random() < 0.8 else None,
            is_open=draw.random() < 0.7,
            for_members=draw.random() < 0.2,
        )
    yield document("Noor Kwispelstaart", "Opleiding lassen.", key="member:1", for_members=True)
    yield document("Vakopleiding metaal", "Twee dagen per week.", key="event:81", organisations=("roc", "roc"))


@pytest.fixture(scope="module")
def both(postgres_site: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Asker, Asker]]:
    folder: Path = tmp_path_factory.mktemp("alike")
    with postgres_site.app_context(), PostgresEngine.scratch("alike") as postgres:
        filled = tuple(documents())
        yield Asker(EmbeddedEngine(folder)).holding(*filled), Asker(postgres).holding(*filled)


def shape(found: Found) -> tuple[object, ...]:
    """Return what the page tells of a search, but for the finds themselves."""
    results, plan = found.results, found.plan
    counts = (results.total, results.complete, results.facets, results.at_least, results.ignored)
    return *counts, plan.unknown, plan.corrected, plan.ignored


@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("typed", QUERIES + MISSPELT_OR_HALF_KNOWN)
def test_both_engines_find_the_same(both: tuple[Asker, Asker], typed: str, chosen: dict[str, list[str]]) -> None:
    for options in ({}, {"widen": False}, {"members": True}):
        whoosh, postgres = (asker.found(typed, SearchRequest(chosen, limit=100, **options)) for asker in both)
        left, right = whoosh.results, postgres.results

        assert shape(whoosh) == shape(postgres)
        scores = {hit.key: hit.score for hit in right.hits}
        if typed:
            assert scores == pytest.approx({hit.key: hit.score for hit in left.hits}, rel=0.01)
            assert [hit.score for hit in right.hits] == pytest.approx([hit.score for hit in left.hits], rel=0.01)
        else:
            assert scores.keys() == {hit.key for hit in left.hits}
