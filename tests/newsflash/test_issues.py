"""The archive of the nieuwsflits, and an issue as the front page of a newspaper."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.core import panels
from portal.core.panels import Panel
from tests.newsflash.conftest import Newsroom, Reader

TITLES = ".issue-title"


@pytest.fixture
def archive(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom that brought out three issues, one of them the year before."""
    newsroom.issue(1, newsroom.article("Een", themes=("zorg",)), day=date(2025, 12, 18))
    newsroom.issue(2, newsroom.article("Twee", themes=("techniek",)), newsroom.article("Ook"), day=date(2026, 1, 8))
    newsroom.issue(3, newsroom.article("Drie", themes=("techniek", "zorg")), day=date(2026, 1, 29))
    return newsroom


def test_mastheads_stand_in_a_column_by_year(reader: Reader, archive: Newsroom) -> None:
    page = reader.get("/nieuwsflits/")
    assert page.texts(TITLES) == ["Kop van 3", "Kop van 2", "Kop van 1"]
    assert page.texts(".archive-year") == ["2026", "2025"]
    assert page.texts(".issue-number") == ["3", "2", "1"]
    assert page.texts(".issue-contents li") == ["Drie", "Twee", "Ook", "Een"]
    assert page.only(".results-count") == "3 nieuwsflitsen"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("jaar=2026", ["Kop van 3", "Kop van 2"]),
        ("speerpunt=zorg", ["Kop van 3", "Kop van 1"]),
        ("speerpunt=zorg&speerpunt=techniek", ["Kop van 3", "Kop van 2", "Kop van 1"]),
        ("speerpunt=zorg&jaar=2025", ["Kop van 1"]),
        ("speerpunt=ict", []),
    ],
)
def test_filters_combine_and_their_numbers_hold(
    reader: Reader, archive: Newsroom, query: str, titles: list[str]
) -> None:
    page = reader.get(f"/nieuwsflits/?{query}")
    assert page.texts(TITLES) == titles
    assert reader.swap(f"/nieuwsflits/?{query}").texts(TITLES) == titles
    for choice in page.tree.css(".choice"):
        field = choice.css("input")[0].attributes
        name = field["name"]
        others = "".join(f"&{part}" for part in query.split("&") if not part.startswith(f"{name}="))
        found = reader.get(f"/nieuwsflits/?{name}={field['value']}{others}")
        assert len(found.texts(TITLES)) == int(choice.css(".choice-count")[0].text())


def test_paging_repeats_no_issue_and_no_year(reader: Reader, newsroom: Newsroom) -> None:
    for number in range(1, 46):
        newsroom.issue(number, day=date(2023, 1, 5) + timedelta(weeks=3 * number))
    titles: list[str] = []
    years: list[str] = []
    address: str | None = "/nieuwsflits/"
    while address:
        part = reader.swap(address)
        titles += part.texts(TITLES)
        years += part.texts(".archive-year")
        address = next(iter(part.attributes("a[rel=next]", "href")), None)
    assert titles == [f"Kop van {number}" for number in range(45, 0, -1)]
    assert years == ["2025", "2024", "2023"]


def test_what_is_unknown_is_named_and_left_out(reader: Reader, archive: Newsroom) -> None:
    page = reader.get("/nieuwsflits/?jaar=1850&speerpunt=toverij&na=x")
    assert "Speerpunt “toverij”, Jaar “1850”, Plaats in de lijst “x”" in page.only(".ignored")
    assert len(page.texts(TITLES)) == 3
    for key in ("0.0", "4000000.1", "99999999999999999999.1"):
        assert reader.get(f"/nieuwsflits/?na={key}").status_code == 200


def test_nothing_found_says_what_to_do(reader: Reader, archive: Newsroom) -> None:
    page = reader.get("/nieuwsflits/?speerpunt=ict")
    assert page.only(".empty-state h2") == "Geen nieuwsflitsen gevonden"
    assert page.attributes(".empty-state a", "href") == ["/nieuwsflits/"]


def test_before_the_first_issue_the_archive_invites_to_send_in_news(reader: Reader, newsroom: Newsroom) -> None:
    page = reader.get("/nieuwsflits/")
    assert "Er is nog geen nieuwsflits" in page.only(".empty-state")
    assert page.attributes(".empty-state a", "href") == ["/nieuws/insturen"]


def test_an_issue_opens_with_its_first_article(reader: Reader, newsroom: Newsroom) -> None:
    body = "Eerste alinea.\n\nTweede alinea. " + "Nog een zin die niets toevoegt. " * 90
    articles = [newsroom.article("Groot", body=body), newsroom.article("Klein", body=body)]
    newsroom.issue(17, *articles, day=date(2026, 3, 12), title="De kop", intro="De inleiding.")
    page = reader.get("/nieuwsflits/17")
    assert page.only("h1") == "De kop"
    assert page.only(".issue-number") == "nr. 17"
    assert page.only(".issue-date") == "donderdag 12 maart 2026"
    assert page.only(".issue-intro") == "De inleiding."
    assert page.texts(".card-title") == ["Groot", "Klein"]
    assert page.texts(".issue-lead .card-title") == ["Groot"]
    assert page.texts(".issue-lead .issue-text p")[0] == "Eerste alinea."
    assert 1000 < len(page.only(".issue-lead .issue-text")) < 1600
    assert page.only(".issue-lead .issue-text").endswith("toevoegt.")


@pytest.mark.parametrize(
    ("body", "initial"), [("‘Mag ik?’", True), ("Ja.", True), ("**23.00 uur.** Stil.", False), ("", False)]
)
def test_only_a_letter_is_printed_large(reader: Reader, newsroom: Newsroom, body: str, initial: bool) -> None:
    newsroom.issue(1, newsroom.article(body=body), newsroom.article())
    assert (len(reader.get("/nieuwsflits/1").texts(".has-initial")) == 1) is initial


def test_ij_is_printed_large_as_one_letter(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.issue(1, newsroom.article(body="IJsselstein bouwt.\n\nIJs is op."), newsroom.article(body="IJs."))
    page = reader.get("/nieuwsflits/1")

    assert page.texts(".ij") == ["IJ"]
    assert page.texts(".has-ij p") == ["IJsselstein bouwt.", "IJs is op."]
    assert page.texts(".has-initial") == []


def test_issues_lead_to_each_other(reader: Reader, archive: Newsroom) -> None:
    middle, last, first = (reader.get(f"/nieuwsflits/{number}") for number in (2, 3, 1))
    assert middle.attributes(".turn a", "href") == ["/nieuwsflits/1", "/nieuwsflits/3"]
    assert last.attributes(".turn a", "href") == ["/nieuwsflits/2"]
    assert first.attributes(".turn a", "href") == ["/nieuwsflits/2"]


def test_an_issue_without_articles_still_stands(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.issue(4, title="Leeg")
    assert reader.get("/nieuwsflits/4").only("h1") == "Leeg"


@pytest.fixture
def notices() -> Iterator[None]:
    """Register a panel of another room for issues, for the time of a test."""
    panels.provide("issue", order="99-test")(
        lambda issue: Panel("test", "Rondom", "newsflash/panel.html", issue.articles)
    )
    yield
    del panels._providers["issue"]["99-test"]


@pytest.mark.usefixtures("notices")
def test_other_rooms_print_their_notices_under_an_issue(reader: Reader, archive: Newsroom) -> None:
    page = reader.get("/nieuwsflits/2")
    assert "Rondom" in page.texts(".issue-notices h2")


def test_an_issue_prints_what_was_coming_and_new_around_its_day(demo_client: FlaskClient) -> None:
    page = Reader(demo_client).get("/nieuwsflits/12")
    assert page.texts(".issue-notices h2") == ["Op de agenda", "Vraag & Aanbod"]
    (printed,) = page.attributes(".issue-date", "datetime")
    day = date.fromisoformat(printed)
    events = [date.fromisoformat(value) for value in page.attributes(".issue-notices .date-block", "datetime")]
    assert events == sorted(events)
    assert all(day < event <= day + timedelta(weeks=4) for event in events)
    assert page.texts(".issue-notices .post-card")


def test_an_unknown_number_says_which_there_are(reader: Reader, archive: Newsroom) -> None:
    page = reader.get("/nieuwsflits/99")
    assert page.status_code == 404
    assert page.only("h1") == "Nieuwsflits 99 bestaat niet"
    assert "tot en met 3" in page.only(".page-intro")
    assert "/nieuwsflits/3" in page.attributes(".issue a", "href")


def test_an_unknown_number_before_the_first_issue(reader: Reader, newsroom: Newsroom) -> None:
    page = reader.get("/nieuwsflits/1")
    assert page.status_code == 404
    assert "nog geen nieuwsflits" in page.only(".page-intro")


@pytest.mark.parametrize("number", ["0", "017", "-1", "1.5", "99999999999", "1" * 40, "%EF%BC%93", "3_0", "drie"])
def test_what_is_no_number_is_no_issue(reader: Reader, archive: Newsroom, number: str) -> None:
    assert reader.get(f"/nieuwsflits/{number}").status_code == 404


def test_machines_read_the_issue(reader: Reader, archive: Newsroom) -> None:
    page = reader.get("/nieuwsflits/2")
    (script,) = page.tree.css("script[type='application/ld+json']")
    data: dict[str, Any] = json.loads(script.text())
    assert (data["@type"], data["issueNumber"], data["datePublished"]) == ("PublicationIssue", 2, "2026-01-08")
    assert [part["headline"] for part in data["hasPart"]] == ["Twee", "Ook"]
    assert page.attributes("link[rel=canonical]", "href") == ["http://127.0.0.1:5000/nieuwsflits/2"]
    assert page.attributes("link[type='application/atom+xml']", "href") == ["/nieuws/feed.atom"]


def test_the_english_archive_keeps_the_names(reader: Reader, archive: Newsroom) -> None:
    page = reader.get("/en/nieuwsflits/")
    assert page.only(".results-count") == "3 issues"
    assert page.attributes(".issue-title", "lang") == ["nl"] * 3
    assert page.attributes(".issue-title a", "href")[0] == "/en/nieuwsflits/3"
