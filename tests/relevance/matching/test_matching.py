"""Matching answers the judged set at least this well, and never across a clearly wrong level or period."""

from collections.abc import Sequence

import pytest

from tests.relevance.matching import judged
from tests.relevance.matching.__main__ import figures
from tests.relevance.matching.judged import Answer

LEAST_POSTS = 60
PRECISION, RECALL = 0.80, 0.78
"""Floors of each half. What it reached when the set was made is in README.md."""


@pytest.fixture(scope="module")
def answers() -> Sequence[Answer]:
    """Return what is shown for every judged post."""
    return list(judged.answers(judged.judgements()))


@pytest.mark.parametrize("half", judged.HALVES)
def test_what_is_shown_are_real_counterparts(answers: Sequence[Answer], half: str) -> None:
    mine = [answer for answer in answers if answer.judged.half == half]
    assert sum(answer.precision for answer in mine) / len(mine) >= PRECISION, figures(mine)
    assert sum(answer.recall for answer in mine) / len(mine) >= RECALL, figures(mine)


def test_the_set_is_large_enough_and_names_known_posts(answers: Sequence[Answer]) -> None:
    named = {name for answer in answers for name in (answer.judged.post, *answer.judged.matches, *answer.judged.wrong)}

    assert len(answers) >= LEAST_POSTS
    assert named <= set(judged.posts())
    assert all(answer.judged.matches for answer in answers)


def test_nothing_is_shown_across_a_clearly_wrong_level_or_period() -> None:
    pairs = judged.wrong_pairs()
    shown = {answer.judged.post: answer.shown for answer in judged.answers(judged.every_post())}

    assert len(pairs) >= LEAST_POSTS // 2
    assert [pair for pair in pairs if pair[1] in shown[pair[0]]] == []
