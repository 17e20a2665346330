"""Snippets: the passage that answers most, its words marked, everything else escaped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.query import parse
from portal.search.snippets import LENGTH, Highlighter

FILLER = "Dit is een zin die nergens over gaat. " * 20


def snippet(words: str, text: str) -> str:
    return str(Highlighter(parse(words)).snippet(text))


def test_the_passage_with_most_words_is_shown() -> None:
    text = f"Een stage is leuk. {FILLER} De stage lassen bij de werf begint maandag. {FILLER}"

    assert "<mark>stage</mark> <mark>lassen</mark>" in snippet("stage lassen", text)


def test_a_snippet_has_a_bounded_length_and_says_that_there_is_more() -> None:
    shown = snippet("maandag", f"{FILLER} maandag {FILLER}")

    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < LENGTH + 30


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("kenniscafe", "Het Kenniscafé begint", "Kenniscafé"),
        ("gastlessen", "Een gastles geven", "gastles"),
        ("school", "Een mbo-school", "mbo-school"),
        ("stage", "Een stageplaats", "stageplaats"),
        ('"stage"', "Een stage, geen stageplaats", "stage"),
        ("e-mail", "Stuur een email", "email"),
        ("aa bb cc", "aa-bb-cc", "aa-bb-cc"),
    ],
)
def test_what_is_found_is_marked(words: str, text: str, marked: str) -> None:
    shown = snippet(words, text)

    assert f"<mark>{marked}</mark>" in shown
    assert shown.count("<mark>") == 1


def test_words_inside_other_words_are_not_marked() -> None:
    assert snippet("les", "de eerste tafel, lestafel") == "de eerste tafel, <mark>lestafel</mark>"
    assert "<mark>" not in snippet('"les"', "tafelles")


def test_parts_of_a_text_are_told_apart() -> None:
    assert snippet("gastles", "Gastles\nKom langs") == "<mark>Gastles</mark> · Kom langs"


@given(st.text(alphabet="ab<>&\"' é-1.\n\u00ad", max_size=300), st.text(alphabet='ab é-1."', max_size=20))
def test_nothing_but_marks_is_markup(text: str, words: str) -> None:
    for shown in (snippet(words, text), str(Highlighter(parse(words)).title(text))):
        assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")
        assert shown.count("<mark>") == shown.count("</mark>")
    plain = str(Highlighter(parse("")).title(text))
    marked = str(Highlighter(parse(words)).title(text))
    assert marked.replace("<mark>", "").replace("</mark>", "") == plain
