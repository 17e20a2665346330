"""Search answers the development set at least this well, on either engine."""

from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.core.config import from_environment
from portal.search.evaluation import eval_command, scores
from portal.search.evaluation.scores import OVERALL, Scores
from tests.relevance import judgements
from tests.servers import fresh_database

OVERALL_FLOOR = 0.775
CLASS_FLOORS = {
    "exact": 0.92,
    "inflected": 0.76,
    "compound": 0.75,
    "typo": 0.85,
    "synonym": 0.60,
    "organisation": 0.88,
    "prefix": 0.92,
    "need": 0.57,
}
"""What search reached when the set was made, less a hundredth or two. A set of queries is a yardstick of its own: plain
character trigrams score 0.68 on this one, words that must all be there 0.22. Raise a floor when search gets better."""

MOST_EMPTY = 0.02
HALVES_APART = 0.07
"""The check half is harder: plain trigrams score 0.035 less on it. More than so far apart would mean that search was
fitted to the half that it was tuned on."""


@pytest.fixture(scope="module", params=["whoosh", pytest.param("postgres", marks=pytest.mark.postgres)])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> eval_command.Found:
    """Return what an engine finds for each query, as an instance that never was filled does."""
    folder = tmp_path_factory.mktemp("relevance")
    if request.param == "whoosh":
        return _ask(request.param, _app(folder, f"sqlite:///{folder}/portal.db"))
    with fresh_database(request.getfixturevalue("postgres_url")) as url:
        return _ask(request.param, _app(folder, url))


def _app(folder: Path, url: str) -> Flask:
    settings = {"PORTAL_INSTANCE": str(folder), "PORTAL_DATABASE_URL": url, "PORTAL_LOG_LEVEL": "error"}
    return create_app(from_environment(settings))


def _ask(name: str, app: Flask) -> eval_command.Found:
    with app.app_context(), eval_command.scratch(name) as engine:
        return eval_command.answers(engine, judgements.documents(), judgements.queries())


def test_search_answers_well_overall(found: eval_command.Found) -> None:
    measured = scores.scores(found)
    assert measured[OVERALL].ndcg >= OVERALL_FLOOR, scores.table(measured)


def test_no_class_of_queries_is_left_behind(found: eval_command.Found) -> None:
    measured = scores.scores(found)
    assert set(CLASS_FLOORS) == set(measured) - {OVERALL}
    behind = [kind for kind, floor in CLASS_FLOORS.items() if measured[kind].ndcg < floor]
    assert not behind, scores.table(measured)


def test_hardly_any_query_finds_nothing(found: eval_command.Found) -> None:
    empty = [query.words for query, ranked in found if not ranked]
    assert len(empty) <= MOST_EMPTY * len(found), empty


def test_search_is_not_fitted_to_the_half_it_was_tuned_on(found: eval_command.Found) -> None:
    halves = [_half(found, half) for half in judgements.HALVES]
    assert halves[0].ndcg - halves[1].ndcg <= HALVES_APART


def _half(found: eval_command.Found, half: str) -> Scores:
    return scores.scores(pair for pair in found if judgements.half(pair[0]) == half)[OVERALL]
