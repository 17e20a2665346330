"""Which days the words of a search name."""

from datetime import date

import pytest

from portal.search.language import periods

TODAY = date(2026, 12, 1)  # a Tuesday


def days(words: str, today: date = TODAY) -> tuple[str, str, str] | None:
    """Return first and last day of the likeliest period, and the other words."""
    found = periods.read(words, today)
    if found is None:
        return None
    return str(found.periods[0].first), str(found.periods[0].last), found.rest


@pytest.mark.parametrize(
    ("words", "first", "last", "rest"),
    [
        ("15 december 2026", "2026-12-15", "2026-12-15", ""),
        ("15 December", "2026-12-15", "2026-12-15", ""),
        ("di 15 dec.", "2026-12-15", "2026-12-15", ""),
        ("dinsdag 15 december 2026", "2026-12-15", "2026-12-15", ""),
        ("15-12-2026", "2026-12-15", "2026-12-15", ""),
        ("15/12/2026", "2026-12-15", "2026-12-15", ""),
        ("2026-12-15", "2026-12-15", "2026-12-15", ""),
        ("3 maart", "2027-03-03", "2027-03-03", ""),
        ("december", "2026-12-01", "2026-12-31", ""),
        ("maart 2027", "2027-03-01", "2027-03-31", ""),
        ("maart", "2027-03-01", "2027-03-31", ""),
        ("mei", "2027-05-01", "2027-05-31", ""),
        ("vandaag", "2026-12-01", "2026-12-01", ""),
        ("morgen", "2026-12-02", "2026-12-02", ""),
        ("overmorgen", "2026-12-03", "2026-12-03", ""),
        ("gisteren", "2026-11-30", "2026-11-30", ""),
        ("deze week", "2026-11-30", "2026-12-06", ""),
        ("15 DECEMBER 2026", "2026-12-15", "2026-12-15", ""),
        ("Volgende week", "2026-12-07", "2026-12-13", ""),
        ("dit weekend", "2026-12-05", "2026-12-06", ""),
        ("komend weekend", "2026-12-05", "2026-12-06", ""),
        ("volgend weekend", "2026-12-12", "2026-12-13", ""),
        ("deze maand", "2026-12-01", "2026-12-31", ""),
        ("volgende maand", "2027-01-01", "2027-01-31", ""),
        ("week 51", "2026-12-14", "2026-12-20", ""),
        ("week 2", "2027-01-11", "2027-01-17", ""),
        ("vrijdag", "2026-12-04", "2026-12-04", ""),
        ("volgende vrijdag", "2026-12-11", "2026-12-11", ""),
        ("kenniscafé december", "2026-12-01", "2026-12-31", "kenniscafé"),
        ("december kenniscafé", "2026-12-01", "2026-12-31", "kenniscafé"),
        ("kenniscafé op 15 december 2026 in Delft", "2026-12-15", "2026-12-15", "kenniscafé in Delft"),
        ("tomorrow", "2026-12-02", "2026-12-02", ""),
        ("next week", "2026-12-07", "2026-12-13", ""),
    ],
)
def test_a_period_is_read(words: str, first: str, last: str, rest: str) -> None:
    assert days(words) == (first, last, rest)


@pytest.mark.parametrize(
    "words",
    ["", "kenniscafé", "2027-02-31", "99-99-2026", "week 60", "15 december 9999", "Jan", "meiden",
     "weekenddienst", "Maartje", '"december"', "-december", "2026", "12", "mbo niveau 4", "overmorgens",
     "\x00", "1" * 200],
)  # fmt: skip
def test_other_words_are_no_period(words: str) -> None:
    assert days(words) is None


def test_without_a_year_the_coming_one_is_meant_and_then_the_last() -> None:
    found = periods.read("15 november", TODAY)

    assert found is not None
    assert [str(period.first) for period in found.periods] == ["2027-11-15", "2026-11-15"]


def test_a_day_that_not_every_year_has_is_found_in_the_year_that_has_it() -> None:
    assert days("29 februari", date(2027, 12, 1)) == ("2028-02-29", "2028-02-29", "")


def test_the_weekend_on_a_sunday_is_the_one_that_is_not_over() -> None:
    assert days("dit weekend", date(2026, 12, 6)) == ("2026-12-05", "2026-12-06", "")
