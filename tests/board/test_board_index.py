"""The index in memory says the same as going through all posts, whatever happened to them before."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.board import queries
from portal.board.index import NO_DAY, Key, PostIndex, ReplyKey, Row
from portal.core.lists.facet_counts import JOURNAL, FacetCounts
from portal.core.storage.database import transaction
from tests.board.conftest import BOARD, Place

KINDS, THEMES = ("aanbod", "vraag"), ("1", "2", "3")
rows = st.builds(
    lambda post_id, published, day, kind, themes: Row(
        Key(published, post_id), day, {"kind": (kind,), "theme": tuple(sorted(themes))}
    ),
    st.integers(1, 40),
    st.integers(0, 30),
    st.sampled_from((5, 6, 7, NO_DAY)),
    st.sampled_from(KINDS),
    st.sets(st.sampled_from(THEMES)),
)
steps = st.lists(st.one_of(rows, st.integers(1, 40)), max_size=60)


def by_hand(known: dict[int, Row], kinds: list[str], themes: list[str]) -> list[Row]:
    """Return the rows that answer a filter, newest first, without any index."""
    found = [
        row
        for row in known.values()
        if (not kinds or row.values["kind"][0] in kinds) and (not themes or set(themes) & set(row.values["theme"]))
    ]
    return sorted(found, key=lambda row: row.key, reverse=True)


@settings(max_examples=150, deadline=None)
@given(loaded=st.lists(rows, max_size=30), steps=steps, kinds=st.lists(st.sampled_from(KINDS), max_size=1),
       themes=st.lists(st.sampled_from(THEMES), max_size=2))  # fmt: skip
def test_it_agrees_with_going_through_all(
    loaded: list[Row], steps: list[Row | int], kinds: list[str], themes: list[str]
) -> None:
    known = {row.key.id: row for row in loaded}
    index = PostIndex.from_rows(sorted(known.values(), key=lambda row: row.key))
    chosen = {"kind": kinds, "theme": themes}
    for step in steps:
        index.facet_counts(chosen)
        if isinstance(step, Row):
            known[step.key.id] = step
            index.put(step)
        else:
            known.pop(step, None)
            index.remove(step)
    expected = by_hand(known, kinds, themes)
    found = index.matching(chosen)
    assert len(index) == len(known)
    assert found.bit_count() == len(expected)
    assert index.newest(found, 100) == [row.key for row in expected]
    for start in (Key(15, 20), Key(0, 0), Key(99, 99)):
        assert index.newest(found, 100, start) == [row.key for row in expected if row.key < start]
    for theme in THEMES:
        assert index.counts(chosen).get("theme", {}).get(theme, 0) == len(by_hand(known, kinds, [theme]))
        assert index.facet_counts(chosen).get("theme", FacetCounts()).get(theme, 0) == len(
            by_hand(known, kinds, [theme])
        )
    assert index.rows(known.keys() | {999}) == index.matching({})
    assert set(index.by_reply_day(found, 100, today=6)) == {ReplyKey(row.reply_by, *row.key) for row in expected}


def test_counts_of_a_filter_that_many_changes_passed_by_are_right() -> None:
    rows = [Row(Key(n, n), NO_DAY, {"kind": (KINDS[n % 2],), "theme": (THEMES[n % 3],)}) for n in range(JOURNAL * 3)]
    index = PostIndex.from_rows(rows[:2])
    seldom, often = {"kind": (KINDS[0],)}, {"theme": (THEMES[0],)}
    for row in rows:
        index.put(row)
        assert index.facet_counts(often)["kind"].get(KINDS[0], 0) == index.counts(often)["kind"].get(KINDS[0], 0)
        if row.key.id in (10, 20):
            index.facet_counts(seldom)

    assert dict(index.facet_counts(seldom)["theme"]) == dict(index.counts(seldom)["theme"])


def test_what_a_change_leaves_alone_keeps_its_very_counts() -> None:
    index = PostIndex.from_rows([Row(Key(n, n), NO_DAY, {"kind": ("vraag",), "theme": ("1",)}) for n in range(3)])
    before = index.facet_counts({})
    index.put(Row(Key(1, 1), NO_DAY, {"kind": ("vraag",), "theme": ("2",)}))
    after = index.facet_counts({})

    assert after["kind"] is before["kind"]
    assert (dict(before["theme"]), dict(after["theme"])) == ({"1": 3}, {"1": 2, "2": 1})


def test_a_long_list_is_gone_through_without_loss() -> None:
    index = PostIndex.from_rows([Row(Key(n, n), NO_DAY, {"kind": (KINDS[n % 7 == 0],)}) for n in range(2000)])
    every_seventh = index.matching({"kind": (KINDS[1],)})

    assert [key.id for key in index.newest(every_seventh, 2000)] == list(range(1995, -1, -7))
    assert [key.id for key in index.newest(every_seventh, 3, Key(701, 0))] == [700, 693, 686]


def test_reply_days_page_without_loss_or_repeat() -> None:
    draw = random.Random(1)  # noqa: S311  # repeatable, and no secret
    loaded = [Row(Key(n, n), draw.choice((3, 5, 6, NO_DAY)), {"kind": ("vraag",)}) for n in range(1, 40)]
    index = PostIndex.from_rows(loaded)
    seen: list[ReplyKey] = []
    while part := index.by_reply_day(index.matching({}), 4, today=5, after=seen[-1] if seen else None):
        seen += part
    assert [key.day for key in seen] == sorted((row.reply_by for row in loaded), key=lambda day: (day < 5, day))
    assert len(set(seen)) == len(loaded)


def test_many_readers_see_whole_pages_while_posts_change(app: Flask, place: Place) -> None:
    posts = [place(title=f"Post {number}") for number in range(10)]

    def read(_turn: int) -> int:
        return app.test_client().get(BOARD).status_code

    with ThreadPoolExecutor(4) as readers:
        answers = [readers.submit(read, turn) for turn in range(24)]
        for number in range(20):
            with transaction():
                posts[number % 10].places = number + 1
        assert {answer.result() for answer in answers} == {200}


def test_asking_inside_a_writing_transaction_is_refused(app: Flask, place: Place) -> None:
    with transaction(), pytest.raises(RuntimeError):
        queries.count_open()
