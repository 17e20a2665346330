"""The list of the board: what a filter finds, and the counts beside its options."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from portal.board import queries
from portal.board.models import Kind
from portal.board.services import expire_due_posts, fulfil_post
from portal.core import clock
from portal.core.storage.database import transaction
from portal.publishing.models import State
from tests.board.conftest import BOARD, START, Place
from tests.fixtures import InspectingClient

Titles = Callable[[str], list[str]]


@pytest.fixture
def mixed(place: Place) -> None:
    """Six posts that differ in every field."""
    a = place(title="A", kind=Kind.OFFER, themes=("techniek",), levels=("vmbo", "mbo-2"), municipality="delft")
    place("bakkerij", title="B", kind=Kind.REQUEST, themes=("techniek", "zorg"), levels=("mbo-2",))
    place("school", title="C", kind=Kind.REQUEST, category="stageplaats", municipality="rijswijk")
    place("bakkerij", title="D", category="stageplaats", themes=("zorg",), levels=("wo",), municipality="delft")
    place(title="E", kind=Kind.REQUEST, levels=("po",), municipality="rijswijk", themes=("ict",))
    place("school", title="F", category="stageplaats", levels=("vmbo",))
    fulfil_post(a, a.author, None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "FEDCB"),
        ("?soort=vraag", "ECB"),
        ("?rubriek=gastles", "EB"),
        ("?rubriek=gastles&rubriek=stageplaats", "FEDCB"),
        ("?speerpunt=zorg", "DB"),
        ("?speerpunt=zorg&speerpunt=ict", "EDB"),
        ("?niveau=mbo-2&niveau=wo", "DB"),
        ("?gemeente=rijswijk", "EC"),
        ("?organisatie=bakkerij", "DB"),
        ("?status=gesloten", "A"),
        ("?status=alle&speerpunt=techniek", "BA"),
        ("?soort=vraag&rubriek=stageplaats&gemeente=rijswijk&organisatie=school", "C"),
        ("?soort=aanbod&rubriek=gastles", ""),
    ],
)
@pytest.mark.usefixtures("mixed")
def test_a_filter_finds_what_it_says(titles: Titles, query: str, expected: str) -> None:
    assert "".join(titles(query)) == expected


@pytest.mark.usefixtures("mixed")
def test_each_count_is_what_choosing_the_option_finds(client: InspectingClient, titles: Titles) -> None:
    starts = ("", "soort=vraag", "speerpunt=zorg&rubriek=stageplaats", "status=alle&gemeente=delft")
    fields = ("rubriek", "speerpunt", "niveau", "gemeente")
    for start, field in product(starts, fields):
        if f"{field}=" in start:
            continue
        page = client.get(f"{BOARD}?{start}" if start else BOARD)
        for box in page.tree.css(f"input[name={field}]"):
            value = box.attributes["value"]
            (shown,) = page.texts(f"#count-{field}-{value}")
            assert int(shown) == len(titles(f"?{start}&{field}={value}")), (start, field, value)


@pytest.mark.usefixtures("mixed")
def test_single_choices_and_organisations_are_counted_too(client: InspectingClient, titles: Titles) -> None:
    page = client.get(f"{BOARD}?gemeente=delft&status=alle")
    assert page.texts("#count-soort-all") == ["2"]
    assert page.texts("#count-status-gesloten") == ["1"]
    assert page.texts("#filter-organisatie option") == ["Alle organisaties", "Bakkerij De Korst (1)"]
    assert titles("?gemeente=delft&status=alle&organisatie=bakkerij") == ["D"]


@pytest.mark.usefixtures("mixed")
def test_choices_stand_in_the_form_and_as_chips_that_take_them_away(client: InspectingClient) -> None:
    page = client.get(f"{BOARD}?soort=vraag&speerpunt=techniek&speerpunt=zorg&organisatie=bakkerij")
    assert page.attributes("input[checked]", "value") == ["vraag", "techniek", "zorg", "open"]
    assert page.attributes("option[selected]", "value") == ["bakkerij"]
    links = page.attributes("a.chip", "href")
    assert f"{BOARD}?soort=vraag&speerpunt=zorg&organisatie=bakkerij" in links
    assert len(links) == 4


def test_what_the_address_asks_and_we_do_not_know_is_named(client: InspectingClient, place: Place) -> None:
    place()
    page = client.get(f"{BOARD}?soort=ruil&rubriek=xyz&niveau=mbo-9&sorteer=mooiste")
    assert all(value in page.only(".ignored") for value in ("ruil", "mooiste", "xyz", "mbo-9"))
    assert page.texts(".card-title") == ["Een les over lassen"]


def test_a_second_value_of_a_single_choice_is_named_too(client: InspectingClient, place: Place) -> None:
    place()
    assert "vraag" in client.get(f"{BOARD}?soort=aanbod&soort=vraag").only(".ignored")


@pytest.mark.parametrize("key", ["-1", "0", "x", "1.2.3.4", "9" * 30, "\uff11.2", "1_0.1", "1."])
def test_odd_paging_keys_are_named_and_left_out(client: InspectingClient, place: Place, key: str) -> None:
    place()
    page = client.get(BOARD, query_string={"na": key})
    assert "Plaats in de lijst" in page.only(".ignored")
    assert len(page.texts(".card-title")) == 1


@pytest.mark.parametrize("words", ["x" * 5000, "a*", "(((", '"', "🦊", "\u202eevil", "-", "type:post"])
def test_odd_words_give_a_page(client: InspectingClient, place: Place, words: str) -> None:
    place()
    page = client.get(BOARD, query_string={"q": words})
    assert page.status_code == 200
    assert len(page.attributes("#filter-q", "value")[0]) <= 200


def test_a_plain_form_leads_to_the_short_address(client: InspectingClient, place: Place) -> None:
    place()
    answer = client.get(f"{BOARD}?q=&soort=aanbod&rubriek=gastles&organisatie=&status=open")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{BOARD}?soort=aanbod&rubriek=gastles"
    fragment = client.get(f"{BOARD}?q=&soort=aanbod&organisatie=&status=open", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert fragment.headers["HX-Push-Url"] == f"{BOARD}?soort=aanbod"


def test_htmx_gets_the_list_and_the_counts_and_a_line_of_status(client: InspectingClient, place: Place) -> None:
    place()
    place(kind=Kind.REQUEST)
    fragment = client.get(f"{BOARD}?soort=vraag", headers={"HX-Request": "true"})
    assert "<html" not in fragment.get_data(as_text=True)
    assert len(fragment.tree.css("section#results .post-card")) == 1
    assert fragment.texts("#count-rubriek-gastles[data-hx-swap-oob]") == ["1"]
    assert "1 bericht gevonden" in fragment.texts("[data-hx-swap-oob='innerHTML:#status']")[0]
    assert "HX-Request" in fragment.headers["Vary"]


def test_an_empty_list_says_what_to_do(client: InspectingClient, place: Place) -> None:
    place()
    page = client.get(f"{BOARD}?soort=vraag")
    assert page.only(".empty-state-title") == "Geen berichten gevonden"
    assert page.attributes(".empty-state a", "href") == [BOARD]


def test_reply_by_order_begins_today_then_without_a_day_then_past(place: Place, titles: Titles) -> None:
    today = clock.today()
    for title, days in (("past", -3), ("later", 9), ("none", None), ("today", 0), ("soon", 2)):
        place(title=title, reply_by=None if days is None else today + timedelta(days=days))
    assert titles("?sorteer=reactiedatum") == ["today", "soon", "later", "none", "past"]


def test_words_rank_and_filters_still_count(
    client: InspectingClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [place(title=title, kind=kind).id for title, kind in (("A", "aanbod"), ("B", "vraag"), ("C", "aanbod"))]
    monkeypatch.setattr("portal.search.services.find_ids", lambda words, kind: [ids[1], ids[2], 99_999])
    page = client.get(f"{BOARD}?q=les")
    assert page.texts(".card-title") == ["B", "C"]
    assert page.texts("#count-soort-aanbod") == ["1"]
    assert client.get(f"{BOARD}?q=les&sorteer=nieuwste").texts(".card-title") == ["C", "B"]


def test_without_a_search_index_the_list_says_so(
    client: InspectingClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place()
    monkeypatch.setattr("portal.search.services.find_ids", lambda words, kind: None)
    page = client.get(f"{BOARD}?q=les")
    assert "Zoeken op woorden lukt nu even niet" in page.only(".results .notice")
    assert len(page.texts(".card-title")) == 1


def test_drafts_and_posts_to_be_judged_are_nowhere(client: InspectingClient, place: Place) -> None:
    for state in (State.DRAFT, State.REVIEW):
        post = place(title="Geheim")
        with transaction():
            post.state = state
        assert client.get(post.path).status_code == 404
    for address in (BOARD, f"{BOARD}?status=alle", f"{BOARD}feed.atom?status=alle", f"{BOARD}?rubriek=gastles"):
        assert "Geheim" not in client.get(address).get_data(as_text=True)
    assert not list(queries.sitemap_entries())
    assert [document.search_document() for document in queries.load_results(None)] == [None, None]


def test_a_change_is_seen_at_once(place: Place, titles: Titles, client: InspectingClient) -> None:
    post = place(title="Eerst")
    assert titles("") == ["Eerst"]
    with transaction():
        post.title = "Daarna"
    other = place(title="Nieuw", at=START - timedelta(days=3))
    assert titles("") == ["Daarna", "Nieuw"]
    with transaction() as session:
        session.delete(other)
    assert titles("") == ["Daarna"]
    assert client.get(BOARD).texts("#count-soort-aanbod") == ["1"]


def test_posts_close_by_themselves_when_their_time_is_over(place: Place, titles: Titles) -> None:
    place(title="Oud", at=START - timedelta(days=100))
    place(title="Nieuw")
    assert expire_due_posts(START) == 1
    assert expire_due_posts(START) == 0
    assert titles("") == ["Nieuw"]
    assert titles("?status=gesloten") == ["Oud"]


def test_front_page_and_panels_get_what_is_open(place: Place, network: dict[str, Any]) -> None:
    today = clock.today()
    place("bakkerij", title="A", kind=Kind.REQUEST, reply_by=today + timedelta(days=5))
    place(title="B", kind=Kind.REQUEST, reply_by=today + timedelta(days=1), themes=("zorg",))
    place(title="C", reply_by=date(2020, 1, 1))
    newest, needing = queries.newest_posts(2, 1)
    assert ([post.title for post in newest], [post.title for post in needing]) == (["C", "A"], ["B"])
    assert [post.title for post in queries.newest_posts(0, 5)[1]] == ["B", "A"]
    assert [post.title for post in queries.of_organisation(network["bakkerij"].id, 5)] == ["A"]
