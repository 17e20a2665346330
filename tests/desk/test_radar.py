"""The shortage radar: what is looked for in vain and requests without an answer, in groups of at least five."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask

from portal.board.models import Category, Kind, Post
from portal.core import clock
from portal.core.storage.database import transaction
from portal.publishing.models import State
from portal.search.misses import LEAST
from portal.search.models import SearchMiss
from tests.people import SignedInClient
from tests.search import content
from tests.search.conftest import store  # noqa: F401  # a fixture

RADAR = "/redactie/zoeken"


def missed(words: str, count: int, months_ago: int = 0) -> None:
    """Say that words found nothing so often."""
    day = clock.today().replace(day=1)
    number = day.year * 12 + day.month - 1 - months_ago
    with transaction() as session:
        session.add(SearchMiss(words=words, count=count, month=date(number // 12, number % 12 + 1, 1)))


def request_of(days: int, state: State = State.OPEN, kind: Kind = Kind.REQUEST, category: str = "stage") -> Post:
    """Return a post that was placed some days ago."""
    post = content.post("Wie kan helpen?", themes=[content.theme("techniek")], state=state)
    with transaction() as session:
        found = session.query(Category).filter_by(slug=category).one_or_none()
        post.category = found or Category(slug=category, label=category.capitalize(), explanation="", synonyms=[])
        post.kind, post.published_at = kind, clock.now() - timedelta(days=days)
    return post


def test_words_are_shown_most_first_with_what_to_do(desk_client: SignedInClient) -> None:
    missed("lasrobot & co", 6)
    missed("zorgrobot", 9)
    missed("jan jansen", 4)
    page = desk_client.get(RADAR)

    assert page.texts(".desk-missed tbody th > span") == ["zorgrobot", "lasrobot & co"]
    assert [text.split()[0] for text in page.texts(".desk-missed tbody td.number")] == ["9", "6"]
    assert "jan jansen" not in page.get_data(as_text=True)
    assert page.attributes(".desk-missed a", "href")[-1].endswith("?woord=lasrobot%20%26%20co")


@pytest.mark.usefixtures("store")
def test_what_can_be_found_by_now_says_so(desk_client: SignedInClient) -> None:
    missed("lasrobot", 6)
    missed("zorgrobot", 5)
    content.post("Lasrobot zoekt klas")
    content.index_all()
    page = desk_client.get(RADAR)

    assert page.texts(".desk-missed tbody td:last-child") == ["1 pagina", "niets"]


def test_a_period_can_be_chosen(desk_client: SignedInClient) -> None:
    missed("lasrobot", 6, months_ago=2)

    assert desk_client.get(f"{RADAR}?maanden=3").texts(".desk-missed tbody th > span") == ["lasrobot"]
    assert desk_client.get(f"{RADAR}?maanden=1").texts(".desk-missed tbody th") == []
    assert desk_client.get(f"{RADAR}?maanden=12").only(".chip[aria-current]") == "12 maanden"
    unknown = desk_client.get(f"{RADAR}?maanden=-3")
    assert unknown.status_code == 200
    assert "-3" in unknown.only(".ignored")


def test_requests_that_nobody_took_up_are_counted_per_category_and_theme(desk_client: SignedInClient) -> None:
    for _number in range(LEAST):
        request_of(days=20)
    for _number in range(LEAST - 1):
        request_of(days=20, category="gastles")
    request_of(days=3)
    request_of(days=20, kind=Kind.OFFER)
    request_of(days=20, state=State.IN_CONVERSATION)
    request_of(days=20, state=State.FULFILLED)
    page = desk_client.get(RADAR)
    categories, themes = page.tree.css(".desk-counts")

    assert [cell.text(strip=True) for cell in categories.css("tbody th, tbody td")] == ["Stage", "5"]
    assert [cell.text(strip=True) for cell in themes.css("tbody th, tbody td")] == ["1 Techniek", "9"]
    assert [link.attributes["href"] for link in categories.css("a")] == ["/vraag-en-aanbod/?soort=vraag&rubriek=stage"]
    assert "9 vragen staan langer dan 14 dagen open" in page.only("main")


def test_without_shortages_it_says_how_they_come_here(desk_client: SignedInClient) -> None:
    page = desk_client.get(RADAR)

    assert page.texts(".empty-state-title") == ["Nog niets", "Geen vraag blijft liggen"]


def test_the_file_holds_all_of_it_and_no_formula(desk_client: SignedInClient) -> None:
    """CHECKS 57."""
    missed("=cmd|' /c calc'!a1", 7)
    for _number in range(LEAST):
        request_of(days=20)
    answer = desk_client.get(f"{RADAR}.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="tekorten.csv"'
    assert rows[1][:3] == ["Gezocht zonder resultaat", "'=cmd|' /c calc'!a1", "7"]
    assert [row[1:3] for row in rows[2:]] == [["Stage", "5"], ["Techniek", "5"]]


@pytest.mark.parametrize("path", [RADAR, f"{RADAR}.csv"])
def test_it_is_for_editors(app: Flask, client: SignedInClient, path: str) -> None:
    assert client.get(path).status_code == 303
