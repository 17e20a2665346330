"""Whatever is typed or put in the address: an answer within bounds, never a 5xx."""

import time
from typing import cast

import pytest
from flask.testing import FlaskClient

from portal.search import services
from portal.search.engines.base import SearchRequest
from portal.search.engines.embedded.store import IndexStore
from portal.search.query import execution
from portal.search.query.parser import MAX_READ, MAX_TERMS, Joined, Phrase, Word, parse
from tests.fixtures import InspectedResponse
from tests.search import content

ODD = [
    "*", "?*", "*a*", "a*", "**", '"', '""', '"a', "'", "''", "(", ")(", "[a TO z]", "a OR b", "NOT", "AND", "-a",
    "type:post", "id:*", "(a+)+$", "^" * 50, "*" * 50, "%", "%25", "\\", "/", "<mark>", "{{7*7}}", "'; DROP TABLE post",
    "😀", "👩‍👩‍👧", "ﬁ", "İ", "ß", "é" * 20, "e\u0301", "\u202egeheim", "\ufeff", "\u00ad", "\u0000", "\ud7ff",
    "a" * 10_000, "é" * 10_000, "woord " * 5_000, "-".join("ab" for _ in range(5_000)), "." * 10_000, "1." * 5_000,
    '"' + "woord " * 2_000 + '"', "'s-" * 3_000, "a.b." * 2_000, "\n\t\r", "مرحبا", "日本語", "1/2", "c++", "&&&",
    "x" * 51, "--", "-", "- -", "-*", "-a -b -c -d -e", "-" * 300, "–stage", '-"', '-""', '-"stage', "type:", "type:-",
    "type:*", "type:" * 200, 'type:"', 'type:"vraag', "speerpunt:" + "a" * 500,
    "speerpunt:99999999999999999999", "type:vraag " * 50, "-type:vraag", "*:*", "a:b:c", "stage^9", "stage~2", "+stage",
    "stage AND (lassen OR", "/(x+x+)+y/", "x" * 30 + "!", "😀 stage", "🏳️‍🌈", "‭stage", "á́́" * 60,
    "\uff21\uff22\uff23",
    "\u017feptember", "apr\u0131l", "gi\u017fteren", "1 \u017fep 2026", "vr\u0131jdag", "\u212aerst",
    "ǅ", "ẞ", "\u3164", " ".join(f"-w{number}" for number in range(5_000)),
    " OR ".join(f"w{number}*" for number in range(5_000)), "((((" * 500 + "stage", '" ' * 500,
]  # fmt: skip


def test_a_search_always_answers(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage lassen")
    content.index_all()
    for typed in ODD:
        started = time.monotonic()
        status = client.get("/zoeken", query_string={"q": typed}).status_code

        assert status == (400 if "\x00" in typed else 200), ascii(typed)[:40]
        assert time.monotonic() - started < 1, ascii(typed)[:40]
        assert services.find_ids(typed, "post") is not None


@pytest.mark.parametrize("path", ["/zoeken/suggesties", "/zoeken/feed.atom", "/en/zoeken"])
def test_so_do_its_proposals_and_its_feed(client: FlaskClient, store: IndexStore, path: str) -> None:
    content.post("Stage lassen")
    content.index_all()
    for typed in ODD:
        status = client.get(path, query_string={"q": typed}).status_code

        assert status == (400 if "\x00" in typed else 200), ascii(typed)[:40]


@pytest.mark.parametrize(
    ("typed", "help_text"),
    [
        ("***", "Deze woorden staan in bijna elke tekst"),
        ("😀", "Deze woorden staan in bijna elke tekst"),
        ("de het een", "Deze woorden staan in bijna elke tekst"),
        ("-", "Deze woorden staan in bijna elke tekst"),
        ("-stage", "U typte alleen wat u niet wilt vinden"),
        ("type:", "Na “type:” kunt u typen: aanbod, vraag"),
        ("type:spook", "Na “type:” kunt u typen: aanbod, vraag"),
        ("(a+)+$ qxqzv", "op geen enkele pagina"),
    ],
)
def test_what_cannot_be_looked_for_says_what_to_do(
    client: FlaskClient, store: IndexStore, typed: str, help_text: str
) -> None:
    content.post("Stage lassen")
    content.index_all()
    page = cast("InspectedResponse", client.get("/zoeken", query_string={"q": typed}))

    assert help_text in page.only("#results")
    assert page.texts(".search-elsewhere a"), "and where else to look"
    assert not page.tree.css(".search-result")


def test_an_unbalanced_quote_still_finds(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage lassen")
    content.index_all()
    for typed in ('"stage', 'stage"', "“stage lassen", 'stage "', "stage'"):
        page = cast("InspectedResponse", client.get("/zoeken", query_string={"q": typed}))
        assert page.texts(".search-results .card-title") == ["Stage lassen"], typed


@pytest.mark.parametrize("query", ["q=%", "q=%zz", "q=%ff", "q=%c0%af", "q=%ed%a0%80", "type=%00", "speerpunt=%ff"])
def test_broken_bytes_are_refused(client: FlaskClient, store: IndexStore, query: str) -> None:
    assert client.get(f"/zoeken?{query}").status_code == 400


def test_doubled_and_strange_parameters_are_read_without_harm(client: FlaskClient, store: IndexStore) -> None:
    content.post("Stage lassen")
    content.index_all()
    many = "&".join(f"organisatie=o{number}" for number in range(500))

    assert client.get(f"/zoeken?q=stage&q=lassen&x[]=1&type[]=post&{many}").status_code == 200


def test_a_query_has_at_most_eight_words_and_names_the_others(client: FlaskClient, store: IndexStore) -> None:
    for number in range(20):
        content.post(f"woord{number}")
    content.index_all()
    found = execution.find(parse(" ".join(f"woord{number}" for number in range(20))), SearchRequest()).plan

    assert len(found.clauses) == MAX_TERMS
    assert found.ignored[:2] == ("woord8", "woord9")


def test_parts_and_phrases_count_as_words() -> None:
    assert parse("-".join(f"w{number}" for number in range(MAX_READ + 1))).nodes == ()
    kinds = [type(node) for node in parse('"leven lang leren" mbo-school gastles').nodes]
    assert kinds == [Phrase, Joined, Word]


def test_only_the_last_word_is_a_beginning_and_only_from_three_letters() -> None:
    assert [node.beginning for node in parse("gast les").nodes if isinstance(node, Word)] == [False, True]
    assert [node.beginning for node in parse("gast le").nodes if isinstance(node, Word)] == [False, False]


def test_what_is_cut_off_is_named(client: FlaskClient, store: IndexStore) -> None:
    response = client.get("/zoeken", query_string={"q": "stage " + "lang " * 60})

    assert "Woorden" in response.get_data(as_text=True)
    assert response.status_code == 200
