"""What never fits, and how periods, levels and distances are read."""

from datetime import date

import pytest

from portal.board.levels import LEVELS
from portal.matching.distances import kilometres
from portal.matching.entries import Entry, Group, level_bits, levels_in, levels_of
from portal.matching.kinships import nearness
from portal.matching.periods import Days, read_days
from portal.matching.scoring import score

PUBLISHED = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("februari en maart 2027", date(2027, 2, 1), date(2027, 3, 31)),
        ("november–februari 2027", date(2026, 11, 1), date(2027, 2, 28)),
        ("Van april tot en met juni", date(2027, 4, 1), date(2027, 6, 30)),
        ("december", date(2026, 12, 1), date(2026, 12, 31)),
        ("voorjaar 2027", date(2027, 3, 1), date(2027, 6, 30)),
        ("in de winter", date(2026, 12, 1), date(2027, 2, 28)),
        ("schooljaar 2027-2028", date(2027, 8, 1), date(2028, 7, 31)),
        ("schooljaar 2027/28", date(2027, 8, 1), date(2028, 7, 31)),
        ("week 6 tot en met 9", date(2027, 2, 8), date(2027, 3, 7)),
        ("weken 51 en 2", date(2026, 12, 14), date(2027, 1, 17)),
    ],
)
def test_days_are_read_from_a_period(text: str, first: date, last: date) -> None:
    assert read_days(text, PUBLISHED) == Days(first, last)


@pytest.mark.parametrize(
    "text", [None, "", "twee ochtenden per week", "twintig weken", "week 60", "week 0", "in overleg"]
)
def test_other_periods_name_no_days(text: str | None) -> None:
    assert read_days(text, PUBLISHED) is None


def test_a_week_53_that_a_year_lacks_is_not_read() -> None:
    assert read_days("week 53 2027", PUBLISHED) is None


def test_every_level_survives_as_bits() -> None:
    assert levels_of(level_bits(LEVELS)) == list(LEVELS)
    assert level_bits(["vmbo", "iets"]) == level_bits(["vmbo"])


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("Voor groep 7 en 8 van de basisschool", ["po"]),
        ("vmbo-leerlingen en havisten", ["vmbo", "havo-vwo"]),
        ("studenten mbo en hbo", ["mbo-1", "mbo-2", "mbo-3", "mbo-4", "hbo"]),
        ("wo 4 maart", ["wo"]),
        ("iedereen is welkom", []),
    ],
)
def test_levels_are_read_from_a_text(text: str, levels: list[str]) -> None:
    assert levels_of(levels_in(text)) == levels


def test_distances_are_known_within_the_region() -> None:
    assert kilometres("delft", "delft") == 0
    assert kilometres("onbekend", "onbekend") == 0
    assert kilometres("delft", "elders") is None
    assert 3 <= (kilometres("delft", "rijswijk") or 0) <= 5
    assert 12 <= (kilometres("wassenaar", "delft") or 0) <= 18


def test_categories_are_near_both_ways() -> None:
    assert nearness("gastles", "gastles") == 1.0
    assert nearness("gastles", "gastdocent") == nearness("gastdocent", "gastles") > 0.5
    assert nearness("gastles", "leerbaan") == 0.0


def entry(**facts: object) -> Entry:
    return Entry(Group.OFFER, 1, **{"category": "stageplaats", "municipality": "delft", **facts})  # type: ignore[arg-type]


ASKING = entry(levels=level_bits(["mbo-2"]), days=Days(date(2027, 2, 1), date(2027, 3, 31)), places=4, author_id=1)


@pytest.mark.parametrize(
    "facts",
    [
        {"levels": level_bits(["hbo"])},
        {"levels": level_bits(["vmbo"])},
        {"levels": level_bits(["mbo-4"])},
        {"days": Days(date(2027, 6, 1), date(2027, 6, 30))},
        {"days": Days(date(2026, 9, 1), date(2026, 12, 31))},
        {"author_id": 1},
    ],
)
def test_some_things_never_fit_however_alike(facts: dict[str, object]) -> None:
    assert score(ASKING, entry(), 1.0) > 0.9
    assert score(ASKING, entry(**facts), 1.0) == 0.0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"category": "leerwerkplek"}),
        ({"category": "leerwerkplek"}, {"category": "kennis"}),
        ({}, {"municipality": "rijswijk"}),
        ({"municipality": "rijswijk"}, {"municipality": "wassenaar"}),
        ({"levels": level_bits(["mbo-2"])}, {"levels": level_bits(["mbo-3"])}),
        ({"places": 4}, {"places": 1}),
    ],
)
def test_what_is_nearer_fits_better(better: dict[str, object], worse: dict[str, object]) -> None:
    assert score(ASKING, entry(**better), 0.3) > score(ASKING, entry(**worse), 0.3) > 0.0
