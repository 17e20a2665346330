"""The list of articles: filters, their counts, paging, and what is said about what was not understood."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.newsflash.conftest import NOON, Newsroom, Reader, organisation

TITLES = ".article-card .card-title"


@pytest.fixture
def varied(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom whose five articles differ in speerpunt, year and organisation."""
    linde = organisation("linde", "Zorggroep De Linde")
    newsroom.article("Een", themes=("techniek",), at=NOON)
    newsroom.article("Twee", themes=("techniek", "zorg"), organisation=linde, at=NOON - timedelta(days=1))
    newsroom.article("Drie", themes=("zorg",), organisation=linde, at=NOON - timedelta(days=365))
    newsroom.article("Vier", organisation=None, at=NOON - timedelta(days=366))
    newsroom.article("Vijf", themes=("techniek",), at=NOON - timedelta(days=800))
    return newsroom


def test_the_newest_article_stands_first_and_large(reader: Reader, varied: Newsroom) -> None:
    page = reader.get("/nieuws/")
    assert page.texts(TITLES) == ["Een", "Twee", "Drie", "Vier", "Vijf"]
    assert page.texts(".is-large .card-title") == ["Een"]
    assert page.only(".results-count") == "5 artikelen"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("speerpunt=zorg", ["Twee", "Drie"]),
        ("speerpunt=zorg&speerpunt=techniek", ["Een", "Twee", "Drie", "Vijf"]),
        ("jaar=2025", ["Drie", "Vier"]),
        ("jaar=2025&jaar=2024", ["Drie", "Vier", "Vijf"]),
        ("organisatie=linde", ["Twee", "Drie"]),
        ("speerpunt=techniek&organisatie=linde&jaar=2026", ["Twee"]),
        ("speerpunt=ict", []),
    ],
)
def test_filters_combine(reader: Reader, varied: Newsroom, query: str, titles: list[str]) -> None:
    page = reader.get(f"/nieuws/?{query}")
    assert page.texts(TITLES) == titles
    assert reader.swap(f"/nieuws/?{query}").texts(TITLES) == titles


def test_the_number_beside_an_option_is_what_choosing_it_finds(reader: Reader, varied: Newsroom) -> None:
    for query in ("?", "?speerpunt=techniek", "?jaar=2026&organisatie=linde"):
        page = reader.get(f"/nieuws/{query}")
        for choice in page.tree.css(".choice"):
            field = choice.css("input")[0].attributes
            count = choice.css(".choice-count")[0].text()
            name = field["name"]
            others = "&".join(part for part in query[1:].split("&") if part and not part.startswith(f"{name}="))
            found = reader.get(f"/nieuws/?{others}&{name}={field['value']}".replace("?&", "?"))
            assert len(found.texts(TITLES)) == int(count), (query, field["value"])


def test_the_select_of_organisations_counts_too(reader: Reader, varied: Newsroom) -> None:
    page = reader.get("/nieuws/?jaar=2026")
    assert page.texts("#filter-organisatie option") == [
        "Alle organisaties",
        "Techniekhuis Delfland (1)",
        "Zorggroep De Linde (1)",
    ]


def test_a_year_is_that_of_amsterdam(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.article("Nieuwjaar", at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    assert reader.get("/nieuws/?jaar=2026").texts(TITLES) == ["Nieuwjaar"]


@pytest.mark.parametrize("query", ["", "speerpunt=techniek"])
def test_paging_shows_every_article_once(reader: Reader, newsroom: Newsroom, query: str) -> None:
    for number in range(45):
        newsroom.article(f"Artikel {number}", themes=("techniek",), at=NOON + timedelta(hours=number // 7))
    seen: list[str] = []
    address: str | None = f"/nieuws/?{query}"
    while address:
        page = reader.get(address)
        seen += page.texts(TITLES)
        address = next(iter(page.attributes("a[rel=next]", "href")), None)
    assert seen == [f"Artikel {number}" for number in range(44, -1, -1)]


def test_new_articles_do_not_shift_the_next_part(reader: Reader, newsroom: Newsroom) -> None:
    for number in range(25):
        newsroom.article(f"Artikel {number}", at=NOON + timedelta(minutes=number))
    (address,) = reader.get("/nieuws/").attributes("a[rel=next]", "href")
    before = reader.get(address).texts(TITLES)
    newsroom.article("Laatste nieuws", at=NOON + timedelta(days=1))
    assert reader.get(address).texts(TITLES) == before


def test_a_later_part_says_so_and_leads_back(reader: Reader, newsroom: Newsroom) -> None:
    for number in range(25):
        newsroom.article(f"Artikel {number}", themes=("zorg",), at=NOON + timedelta(minutes=number))
    (address,) = reader.get("/nieuws/?speerpunt=zorg").attributes("a[rel=next]", "href")
    page = reader.get(address)
    assert "U ziet een later deel van de lijst." in page.only(".notice")
    assert page.attributes(".notice a", "href") == ["/nieuws/?speerpunt=zorg"]
    assert page.texts(".is-large") == []


def test_htmx_gets_the_results_their_number_and_the_counts(reader: Reader, varied: Newsroom) -> None:
    answer = reader.swap("/nieuws/?jaar=2026")
    source = answer.get_data(as_text=True)
    assert "<html" not in source
    assert answer.attributes("section", "id") == ["results"]
    assert answer.only("[data-hx-swap-oob='innerHTML:#status']") == "2 artikelen"
    assert answer.only("#count-speerpunt-zorg[data-hx-swap-oob]") == "1"


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_or_restored_visit_gets_the_whole_page(reader: Reader, varied: Newsroom, header: str) -> None:
    page = reader.swap("/nieuws/?jaar=2026", **{header: "true"})
    assert "<html" in page.get_data(as_text=True)
    assert "HX-Request" in page.headers["Vary"]


def test_chips_take_one_choice_away_each(reader: Reader, varied: Newsroom) -> None:
    page = reader.get("/nieuws/?speerpunt=zorg&jaar=2026&organisatie=linde")
    assert page.texts(".chip") == ["Filter weghalen: Speerpunt: Zorg", "Filter weghalen: Jaar: 2026",
                                   "Filter weghalen: Organisatie: Zorggroep De Linde"]  # fmt: skip
    assert page.attributes(".chip", "href")[1] == "/nieuws/?speerpunt=zorg&organisatie=linde"
    assert page.attributes(".chip-clear", "href") == ["/nieuws/"]


def test_the_form_remembers_what_was_chosen(reader: Reader, varied: Newsroom) -> None:
    page = reader.get("/nieuws/?speerpunt=zorg&organisatie=linde")
    assert page.attributes("input[checked]", "value") == ["zorg"]
    assert page.attributes("option[selected]", "value") == ["linde"]


def test_empty_fields_of_a_plain_form_leave_the_address(reader: Reader, varied: Newsroom) -> None:
    answer = reader.get("/nieuws/?speerpunt=zorg&organisatie=")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/nieuws/?speerpunt=zorg")
    fragment = reader.swap("/nieuws/?speerpunt=zorg&organisatie=")
    assert fragment.headers["HX-Push-Url"] == "/nieuws/?speerpunt=zorg"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("speerpunt=toverij", "Speerpunt “toverij”"),
        ("jaar=1850", "Jaar “1850”"),
        ("jaar=%EF%BC%92%EF%BC%90", "Jaar “\uff12\uff10”"),
        ("organisatie=linde&organisatie=techniekhuis", "Organisatie “techniekhuis”"),
        ("organisatie=nergens", "Organisatie “nergens”"),
        ("na=overmorgen", "Plaats in de lijst “overmorgen”"),
        ("na=9999999999999999999.1", "Plaats in de lijst"),
        ("na=9223372036854775807.1", "Plaats in de lijst"),
        ("na=1.2.3", "Plaats in de lijst"),
    ],
)
def test_what_is_unknown_is_named_and_left_out(reader: Reader, varied: Newsroom, query: str, named: str) -> None:
    page = reader.get(f"/nieuws/?{query}")
    assert page.status_code == 200
    assert named in page.only(".ignored")
    assert page.texts(TITLES)


@pytest.mark.parametrize("query", ["q=zetbank", "speerpunt=" + "a" * 5000, "&".join(f"jaar={n}" for n in range(900))])
def test_rubbish_in_the_address_gives_the_plain_list(reader: Reader, varied: Newsroom, query: str) -> None:
    page = reader.get(f"/nieuws/?{query}")
    assert page.status_code == 200
    assert len(page.texts(TITLES)) == 5
    assert len(page.get_data()) < 60_000


@pytest.mark.parametrize("query", ["speerpunt=%00", "speerpunt=%ff", "jaar=%zz", "na=%ED%A0%80"])
def test_bytes_that_mean_nothing_are_refused(reader: Reader, varied: Newsroom, query: str) -> None:
    assert reader.get(f"/nieuws/?{query}").status_code == 400


def test_nothing_found_says_what_to_do(reader: Reader, varied: Newsroom) -> None:
    page = reader.get("/nieuws/?speerpunt=ict")
    assert page.only(".empty-state h2") == "Geen artikelen gevonden"
    assert page.attributes(".empty-state a", "href") == ["/nieuws/"]


def test_an_empty_newsroom_invites(reader: Reader, newsroom: Newsroom) -> None:
    page = reader.get("/nieuws/")
    assert "Nog geen nieuws" in page.only(".empty-state")


def test_the_feed_of_exactly_this_filter_is_linked_and_discoverable(reader: Reader, varied: Newsroom) -> None:
    page = reader.get("/nieuws/?jaar=2026&speerpunt=zorg")
    (seen,) = page.attributes(".feed-links a", "href")
    assert page.attributes("link[type='application/atom+xml']", "href") == [seen]
    assert urlsplit(seen).path == "/nieuws/feed.atom"
    assert parse_qs(urlsplit(seen).query) == {"jaar": ["2026"], "speerpunt": ["zorg"]}


def test_the_english_list_says_which_words_are_dutch(reader: Reader, varied: Newsroom) -> None:
    page = reader.get("/en/nieuws/?speerpunt=zorg")
    assert page.only("h1") == "News"
    assert page.only(".results-count") == "2 articles"
    assert page.attributes(".card-title", "lang") == ["nl", "nl"]
    assert page.attributes(".card-title a", "href")[0].startswith("/en/nieuws/")
