"""Paging by key, and what a page costs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal.board.models import Kind
from portal.core import clock
from portal.core.storage.database import transaction
from tests.board.conftest import BOARD, START, Place, statements
from tests.fixtures import InspectingClient

MOST_STATEMENTS = 8


def pages(client: InspectingClient, address: str) -> Iterator[list[str]]:
    """Yield the titles page by page, following "show more" as a plain link."""
    following: str | None = address
    while following:
        page = client.get(following)
        yield page.texts("#items .card-title")
        following = next(iter(page.attributes("a[rel=next]", "href")), None)


@pytest.mark.parametrize("sort", ["nieuwste", "reactiedatum"])
def test_every_post_comes_by_once_though_others_are_placed_meanwhile(
    client: InspectingClient, place: Place, sort: str
) -> None:
    today = clock.today()
    expected = {f"Post {number}" for number in range(60)}
    for number in range(60):
        day = today + timedelta(days=number % 4 - 1) if number % 3 else None
        place(title=f"Post {number}", reply_by=day)
    seen: list[str] = []
    for number, titles in enumerate(pages(client, f"{BOARD}?sorteer={sort}")):
        seen += [title for title in titles if title in expected]
        place(title=f"Tussendoor {number}", reply_by=today)
    assert len(seen) == 60
    assert set(seen) == expected


def test_posts_of_the_same_moment_are_told_apart(client: InspectingClient, place: Place) -> None:
    for number in range(30):
        place(title=f"Post {number}", at=START)
    found = [title for titles in pages(client, BOARD) for title in titles]
    assert len(found) == len(set(found)) == 30


def test_best_matches_page_by_rank(client: InspectingClient, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [place(title=f"Post {number}").id for number in range(30)]
    ranked = ids[::2] + ids[1::2]
    monkeypatch.setattr("portal.search.services.find_ids", lambda words, kind: ranked)
    found = [title for titles in pages(client, f"{BOARD}?q=post") for title in titles]
    assert found == [f"Post {number}" for number in [*range(0, 30, 2), *range(1, 30, 2)]]


def test_a_later_part_keeps_the_filter_and_appends_by_htmx(client: InspectingClient, place: Place) -> None:
    for number in range(27):
        place(title=f"Post {number}", kind=Kind.REQUEST)
    page = client.get(f"{BOARD}?soort=vraag")
    (link,) = page.attributes("a[rel=next]", "href")
    assert link.startswith(f"{BOARD}?soort=vraag&na=")
    part = client.get(link, headers={"HX-Request": "true"})
    assert part.texts("#items .card-title") == ["Post 1", "Post 0"]
    assert not part.tree.css("[id^=count-]")
    assert "Nog 2 berichten" in part.texts("[data-hx-swap-oob]")[0]
    assert client.get(link).only("#results .notice a") == "Terug naar het begin"


def test_a_page_past_the_end_says_so(client: InspectingClient, place: Place) -> None:
    place()
    assert client.get(f"{BOARD}?na=1.1").only(".empty-state-title") == "Dit was alles"


def test_a_fresh_page_takes_few_statements_however_long_the_list(client: InspectingClient, place: Place) -> None:
    posts = [place("bakkerij", title=f"Post {n}", themes=("zorg",), levels=("vmbo",)) for n in range(30)]
    client.get(BOARD)
    with transaction():
        posts[3].places = 7
    with statements() as asked:
        assert client.get(BOARD).status_code == 200
    assert len(asked) + 1 <= MOST_STATEMENTS, asked  # and the content version, asked past the session


@pytest.mark.parametrize("query", ["?soort=vraag&rubriek=gastles", "?sorteer=reactiedatum", "?status=gesloten"])
def test_so_does_any_filter(client: InspectingClient, place: Place, query: str) -> None:
    place("school")
    client.get(BOARD)  # the first page of a process reads the whole index
    place("school", title="Een tweede")
    with statements() as asked:
        client.get(BOARD + query)
    assert len(asked) + 1 <= MOST_STATEMENTS, asked
