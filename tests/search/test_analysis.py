"""How text becomes terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.analysis import MAX_WORD, STOP_WORDS, fold, stems, surfaces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kenniscafé", ["kenniscafe"]),
        ("e\u0301e\u0301n cafe\u0301", ["cafe"]),
        ("één de het Eén", []),
        ("mbo-school", ["mboschool", "mbo", "school"]),
        ("kant-en-klaar", ["kantenklaar", "kant", "klaar"]),
        ("e-mail", ["email", "mail"]),
        ("foto's en auto’s", ["fotos", "foto", "autos", "auto"]),
        ("zo'n z’n", []),
        ("m.b.o. R.O.C. t.a.v.", ["mbo", "roc", "tav"]),
        ("Vraag&Aanbod", ["vraagaanbod", "vraag", "aanbod"]),
        ("versie 2.0 om 15.30", ["versie", "2.0", "15.30"]),
        ("c++ c# c 4 4vmbo", ["c++", "c#", "4", "4vmbo"]),
        ("po/vo en/of", ["po", "vo"]),
        ("on\u00adder\u00adwijs", ["onderwijs"]),
        ("straße Øresund Łódź ĳs", ["strasse", "oresund", "lodz", "ijs"]),
        ("😀 — … (!)", []),
        ("a" * (MAX_WORD + 1), []),
    ],
)
def test_text_becomes_surfaces(text: str, expected: list[str]) -> None:
    assert [surface for surface, _position in surfaces(text)] == expected


def test_positions_count_stop_words_and_parts() -> None:
    assert list(surfaces("geslaagd in het vak")) == [("geslaagd", 0), ("vak", 3)]
    assert list(surfaces("een mbo-school hier vlakbij"))[-1] == ("vlakbij", 4)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gastles", "gastlessen"),
        ("stage", "stages"),
        ("leraar", "leraren"),
        ("bedrijf", "bedrijven"),
        ("opleiding", "opleidingen"),
        ("lassen", "las"),
        ("kennis", "kennissen"),
    ],
)
def test_forms_share_a_stem(one: str, other: str) -> None:
    assert set(stems(one)) & set(stems(other))


def test_stop_words_are_folded() -> None:
    assert all(word == fold(word) for word in STOP_WORDS)


@given(st.text(max_size=200))
def test_any_text_gives_terms_that_are_themselves_found(text: str) -> None:
    for surface, position in surfaces(text):
        assert surface
        assert position >= 0
        assert fold(surface) == surface
