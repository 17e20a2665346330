"""Snippets: the passage that answers most, its words marked, everything else escaped."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.page.snippets import LENGTH, Highlighter
from portal.search.query import plan
from portal.search.query.lexicon import Known, NoWords
from portal.search.query.parser import parse

FILLER = "Dit is een zin die nergens over gaat. " * 20


class Vocabulary(NoWords):
    """An index in which the words of these tests stand once, but for a misspelt one."""

    documents = 10

    def frequencies(self, terms: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        return {term: 1 for term in terms if not term[1].startswith("gastel")}

    def beginning(self, beginning: str, most: int) -> list[Known]:
        return [Known("stageplaats", 1), Known("lestafel", 1)] if beginning in ("stage", "les") else []

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        return [(Known("gastles", 3), 0.7)] if word == "gastels" else []


class Synonyms:
    """Two words for the same, one of them three words long."""

    def alternatives(self, surfaces: Sequence[str]) -> Iterable[tuple[int, int, tuple[tuple[str, ...], ...]]]:
        meant = {"leraar": (("docent",),), "llo": (("leven", "lang", "ontwikkelen"),)}
        return [(place, 1, meant[word]) for place, word in enumerate(surfaces) if word in meant]


def highlighter(words: str) -> Highlighter:
    return Highlighter(plan.make(parse(words), Vocabulary(), Synonyms()))


def snippet(words: str, text: str) -> str:
    return str(highlighter(words).snippet(text))


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
        ("docent", "Een gastdocent vertelt", "gastdocent"),
        ("leraar", "Een docent vertelt", "docent"),
        ("gastels", "Wie geeft een gastles?", "gastles"),
        ("stage -lassen", "Een stage en lassen", "stage"),
    ],
)
def test_what_is_found_is_marked(words: str, text: str, marked: str) -> None:
    shown = snippet(words, text)

    assert f"<mark>{marked}</mark>" in shown
    assert shown.count("<mark>") == 1


def test_words_that_answer_together_are_marked_together() -> None:
    assert snippet("llo", "Leven lang blijven ontwikkelen").count("<mark>") == 3
    assert snippet("llo", "Het leven is lang") == "Het leven is lang"


def test_words_inside_other_words_are_not_marked() -> None:
    assert snippet("les", "de eerste tafel, lestafel") == "de eerste tafel, <mark>lestafel</mark>"
    assert "<mark>" not in snippet('"les"', "tafelles")


def test_parts_of_a_text_are_told_apart() -> None:
    assert snippet("gastles", "Gastles\nKom langs") == "<mark>Gastles</mark> · Kom langs"


@given(st.text(alphabet="ab<>&\"' é-1.\n\u00ad", max_size=300), st.text(alphabet='ab é-1."', max_size=20))
def test_nothing_but_marks_is_markup(text: str, words: str) -> None:
    for shown in (snippet(words, text), str(highlighter(words).title(text))):
        assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")
        assert shown.count("<mark>") == shown.count("</mark>")
    plain = str(highlighter("").title(text))
    marked = str(highlighter(words).title(text))
    assert marked.replace("<mark>", "").replace("</mark>", "") == plain
