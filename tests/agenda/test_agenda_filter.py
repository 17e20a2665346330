"""The filters of the agenda: what they find, what they count, and what they make of nonsense."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest

from portal.agenda import queries
from portal.core.storage.database import transaction
from portal.search import services as search
from tests.agenda.conftest import AddEvent, statements
from tests.agenda.test_agenda_list import titles
from tests.fixtures import InspectingClient

TODAY = date(2026, 3, 11)
PAGES = ("/agenda/", "/agenda/archief", "/agenda/?weergave=maand&maand=2026-03")
NONSENSE = (
    "soort=bestaatniet",
    "speerpunt=%3Cscript%3E",
    "gemeente=delft'--",
    "organisatie=nergens",
    "weergave=week",
    "maand=2026-13",
    "maand=0000-00",
    "maand=0001-01",
    "maand=9999-12",
    "maand=maart",
    "van=rubbish",
    "van=2026-02-30",
    "van=0000-01-01",
    "tot=%EF%BC%92026-01-01",
    "tot=20260101",
    "van=2026-05-01&tot=2026-04-01",
    "na=x",
    "na=1",
    "na=1.2.3.4",
    "na=-1.0.0",
    "na=%EF%BC%91.2.3",
)
ODD = (
    "van=0001-01-01",
    "van=9999-12-31",
    "tot=0001-01-01",
    "tot=9999-12-31",
    "na=99999999999999.99999999999999.1",
    "na=0.0.0",
    "soort[]=x&__proto__=1&=&&q",
    "q=" + "a" * 3000,
    "q=%F0%9F%98%80",
    "soort=" + "&soort=".join("abc" * 300),
)


@pytest.fixture
def mixed(add: AddEvent) -> None:
    """Thirty events that differ in everything one can filter by, on days around today."""
    with transaction():
        for number in range(30):
            add(
                TODAY + timedelta(days=number - 10),
                title=f"Nummer {number}",
                kind=("kenniscafe", "excursie", "workshop")[number % 3],
                themes=(("techniek",), ("zorg",), ("techniek", "zorg"), ())[number % 4],
                organisers=(("museum",), ("school",), ("museum", "school"))[number % 3],
                municipality=("delft", "rijswijk", None)[number % 3] if number % 5 else None,
            )


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("chosen", ["", "speerpunt=zorg", "soort=excursie&soort=workshop&gemeente=rijswijk"])
@pytest.mark.usefixtures("mixed")
def test_the_count_of_an_option_is_what_choosing_it_finds(client: InspectingClient, path: str, chosen: str) -> None:
    base = f"{path}{'&' if '?' in path else '?'}{chosen}"
    response = client.get(base)
    for option in response.tree.css(".choice:not(:has(:checked))"):
        (box,), (count,) = option.css("input"), option.css(".choice-count")
        name, value = box.attributes["name"], box.attributes["value"]
        if f"{name}=" in chosen:
            continue  # a second option of a field widens: its count stands alone
        found = client.get(f"{base}&{name}={value}")
        assert found.only(".results-count").startswith(f"{count.text()} "), f"{name}={value}"


def test_a_list_offers_what_its_period_has_and_a_month_what_any_month_has(
    client: InspectingClient, add: AddEvent
) -> None:
    add(TODAY, kind="kenniscafe")
    add(TODAY - timedelta(days=99), kind="excursie")

    def offered(path: str) -> list[str]:
        return client.get(path).attributes("input[name=soort]", "value")

    assert offered("/agenda/") == ["kenniscafe"]
    assert offered("/agenda/?soort=workshop&speerpunt=zorg") == ["kenniscafe", "workshop"]
    assert offered("/agenda/archief") == ["excursie"]
    assert offered("/agenda/?weergave=maand") == ["excursie", "kenniscafe"]


@pytest.mark.usefixtures("mixed")
def test_options_of_a_field_widen_and_fields_narrow(client: InspectingClient) -> None:
    one, two = (client.get(f"/agenda/?soort={kind}") for kind in ("excursie", "workshop"))
    both = client.get("/agenda/?soort=excursie&soort=workshop")

    assert sorted(titles(both)) == sorted(titles(one) + titles(two))
    assert set(titles(client.get("/agenda/?soort=excursie&speerpunt=zorg"))) < set(titles(one))


@pytest.mark.parametrize(
    ("query", "first", "last", "count"),
    [
        ("van=2026-03-15", "Nummer 14", "Nummer 29", 16),
        ("tot=2026-03-15", "Nummer 10", "Nummer 14", 5),
        ("van=2026-03-15&tot=2026-03-15", "Nummer 14", "Nummer 14", 1),
        ("organisatie=school", "Nummer 10", "Nummer 29", 14),
    ],
)
@pytest.mark.usefixtures("mixed")
def test_days_and_organisation(client: InspectingClient, query: str, first: str, last: str, count: int) -> None:
    found = titles(client.get(f"/agenda/?{query}"))

    assert (found[0], found[-1], len(found)) == (first, last, count)


@pytest.mark.usefixtures("mixed")
def test_words_narrow_by_the_search_index(client: InspectingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (third,) = [card.id for card in queries.next_events(10) if card.title == "Nummer 13"]
    monkeypatch.setattr(search, "find_ids", lambda words, _type: [third] if words == "lassen" else [])

    assert titles(client.get("/agenda/?q=lassen")) == ["Nummer 13"]
    assert titles(client.get("/agenda/?q=niets")) == []


@pytest.mark.usefixtures("mixed")
def test_without_an_index_the_list_stands_and_says_so(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "find_ids", lambda _words, _type: None)

    response = client.get("/agenda/?q=lassen")

    assert len(titles(response)) == 20
    assert "Zoeken op woorden lukt nu niet" in response.only(".notice")


@pytest.mark.usefixtures("mixed")
def test_each_chip_takes_one_filter_away(client: InspectingClient) -> None:
    response = client.get("/agenda/?speerpunt=techniek&soort=excursie&van=2026-03-15&q=x")
    links = dict(zip(response.texts(".chip"), response.attributes(".chip", "href"), strict=True))

    assert [label.rpartition(": ")[2] for label in links] == ["“x”", "Techniek", "Excursie", "vanaf zo 15 maart 2026"]
    assert (
        next(url for label, url in links.items() if "Excursie" in label)
        == "/agenda/?q=x&speerpunt=techniek&van=2026-03-15"
    )
    assert response.attributes(".chip-clear", "href") == ["/agenda/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("mixed")
def test_nonsense_is_named_and_left_out(client: InspectingClient, path: str) -> None:
    for query in NONSENSE:
        response = client.get(f"{path}{'&' if '?' in path else '?'}{query}")

        assert response.status_code == 200, query
        if not ("maand=" in query and "maand=" in path):  # the first of two months counts
            assert response.only(".ignored"), query


@pytest.mark.parametrize("path", [*PAGES, "/agenda.ics?x=1"])
@pytest.mark.usefixtures("mixed")
def test_odd_addresses_never_fail(client: InspectingClient, path: str) -> None:
    for query in (*ODD, *NONSENSE):
        assert client.get(f"{path}{'&' if '?' in path else '?'}{query}").status_code == 200, query


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "q=%", "q=%zz"])
def test_damaged_addresses_are_refused(client: InspectingClient, query: str) -> None:
    assert client.get(f"/agenda/?{query}").status_code == 400


def test_what_was_typed_is_shown_as_text(client: InspectingClient, add: AddEvent) -> None:
    add()
    payload = '"><img src=x onerror=alert(1)><script>alert(1)</script>'

    response = client.get(f"/agenda/?q={quote(payload)}&soort={quote(payload)}&van={quote(payload)}")

    assert not response.tree.css("main img, main script, [onerror]")
    assert payload[:20] in response.only(".ignored")


@pytest.mark.parametrize("path", [*PAGES, "/agenda.ics"])
@pytest.mark.usefixtures("mixed")
def test_a_page_takes_few_statements(client: InspectingClient, path: str) -> None:
    client.get("/agenda/")
    with statements() as asked:
        client.get(f"{path}{'&' if '?' in path else '?'}speerpunt=techniek")

    assert len(asked) <= 7, asked


def test_counts_follow_what_is_written(client: InspectingClient, add: AddEvent) -> None:
    add()
    assert client.get("/agenda/").only("#count-speerpunt-techniek") == "1"
    add()
    assert client.get("/agenda/").only("#count-speerpunt-techniek") == "2"
