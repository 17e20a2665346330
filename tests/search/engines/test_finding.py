"""What is found, whichever engine looks: words, forms, phrases, exclusions, odd terms, access, partial answers."""

import pytest

from tests.search.engines.asking import Asker, document

# ── words and forms ──


def test_a_word_is_found_in_title_text_and_extra_words(ask: Asker) -> None:
    ask.holding(
        document("Lassen in de haven", key="post:1"),
        document("Werkplaats", "Wij leren u lassen.", key="post:2"),
        document("Techniek", extra="lassen", key="post:3"),
        document("Zorg", key="post:4"),
    )
    assert set(ask("lassen")) == {"post:1", "post:2", "post:3"}


@pytest.mark.parametrize(("typed", "title"), [("gastles", "Gastlessen"), ("bedrijven", "Bedrijf"), ("CAFÉ", "Cafe")])
def test_another_form_is_found(ask: Asker, typed: str, title: str) -> None:
    ask.holding(document(title), document("Iets anders"))
    assert ask(typed) == [title]


def test_the_last_word_is_a_beginning(ask: Asker) -> None:
    ask.holding(document("Robotica"), document("Roeien"))
    assert ask("robo") == ["Robotica"]


def test_all_words_must_be_there_when_documents_have_them_all(ask: Asker) -> None:
    ask.holding(document("Lassen zorg"), document("Lassen"), document("Zorg"))
    assert ask("lassen zorg", widen=False) == ["Lassen zorg"]


def test_words_that_no_document_has_together_find_nothing_strictly(ask: Asker) -> None:
    ask.holding(document("Lassen", key="post:1"), document("Zorg", key="event:2"))
    assert ask("lassen", {"type": ["event"]}, widen=False) == []


def test_an_empty_index_answers(ask: Asker) -> None:
    results = ask.results("lassen")
    assert (results.hits, results.total, results.complete) == ([], 0, 0)
    assert ask("") == []
    assert len(ask.engine) == 0
    assert ask.engine.keys() == set()
    assert ask.engine.lexicon().documents == 0


def test_keys_and_number_are_those_of_the_documents(ask: Asker) -> None:
    ask.holding(document("Lassen", key="post:1"), document("Zorg", key="event:2"))
    assert ask.engine.keys() == {"post:1", "event:2"}
    assert len(ask.engine) == 2


def test_filling_again_replaces_what_was_there(ask: Asker) -> None:
    ask.holding(document("Lassen"))
    ask.holding(document("Zorg"))
    assert ask("zorg") == ["Zorg"]
    assert ask.engine.keys() == {"Zorg"}
    assert ask.engine.lexicon().frequencies([("words", "lassen"), ("words", "zorg")]) == {("words", "zorg"): 1}


# ── phrases and exclusions ──


def test_a_phrase_stands_in_its_order(ask: Asker) -> None:
    ask.holding(document("Leren lassen", key="post:1"), document("Lassen leren", key="post:2"))
    assert ask('"leren lassen"') == ["post:1"]


def test_a_phrase_keeps_the_distance_of_stop_words(ask: Asker) -> None:
    ask.holding(document("Lassen in de haven", key="post:1"), document("Lassen haven", key="post:2"))
    assert ask('"lassen in de haven"') == ["post:1"]
    assert ask('"lassen haven"') == ["post:2"]


def test_a_phrase_does_not_run_from_title_into_text(ask: Asker) -> None:
    ask.holding(document("Leren", "Lassen", key="post:1"), document("Iets", "leren lassen", key="post:2"))
    assert ask('"leren lassen"', widen=False) == ["post:2"]


def test_a_phrase_is_found_far_into_a_long_text(ask: Asker) -> None:
    words = " ".join(f"woord{number}" for number in range(3_000))
    ask.holding(document("Lang", f"{words} leren lassen"), document("Kort", "lassen"))
    assert ask('"leren lassen"') == ["Lang"]


def test_a_word_often_repeated_is_found_in_phrases_near_the_start(ask: Asker) -> None:
    ask.holding(document("Vaak", "leren lassen " + "lassen " * 600))
    assert ask('"leren lassen"') == ["Vaak"]


def test_what_must_not_be_there_is_left_out_in_every_form(ask: Asker) -> None:
    ask.holding(
        document("Lassen", "les", key="post:1"), document("Lassen", "lessen", key="post:2"), document("Lassen zorg")
    )
    assert ask("lassen -les") == ["Lassen zorg"]


def test_a_phrase_can_be_left_out(ask: Asker) -> None:
    ask.holding(document("Stage", "leren lassen", key="post:1"), document("Stage", "lassen leren", key="post:2"))
    assert ask('stage -"leren lassen"') == ["post:2"]


def test_counts_leave_out_what_must_not_be_there(ask: Asker) -> None:
    ask.holding(document("Lassen", "haven", key="post:1"), document("Lassen", key="event:2"))
    assert ask.results("lassen -haven").facets["type"] == {"event": 1}


# ── odd terms ──

ODD = ["c++", "c#", "2.0", "l'école", "mbo-school", "m.b.o.", "9", "x" * 50, "привет", "学校", "ΑΘΗΝΑ", "b&b"]


@pytest.mark.parametrize("word", ODD)
def test_odd_words_are_found_as_they_are_written(ask: Asker, word: str) -> None:
    ask.holding(document("Vreemd", f"Hier staat {word} tussen."), document("Gewoon", "Niets bijzonders"))
    assert ask(word, widen=False) == ["Vreemd"]


MARKS = [
    "'",
    "''",
    "\\",
    "\\'",
    ":",
    "*",
    "lassen:*",
    "!",
    "&",
    "|",
    "<->",
    "(",
    ")",
    "'; --",
    "%",
    "%s",
    "{",
    "😀",
    "\u202e",
]


@pytest.mark.parametrize("mark", MARKS)
def test_signs_of_query_languages_mean_nothing(ask: Asker, mark: str) -> None:
    ask.holding(document("Lassen", f"{mark} haven{mark}lassen {mark}"), document("Zorg"))
    assert ask(f"{mark} lassen {mark}")[:1] == ["Lassen"]
    assert ask.results(mark).total >= 0


def test_longer_words_than_there_are_do_no_harm(ask: Asker) -> None:
    ask.holding(document("Lassen", "y" * 5_000))
    assert ask("lassen") == ["Lassen"]
    assert ask.results(f"lassen {'y' * 5_000}").hits[0].key == "Lassen"


def test_facet_options_may_hold_any_character(ask: Asker) -> None:
    odd = "o'neill\\ & zoon: 'x' | y"
    ask.holding(document("Lassen", key="post:1", organisations=(odd,)), document("Lassen", key="post:2"))
    assert ask("lassen", {"organisation": [odd]}) == ["post:1"]
    assert ask.results("lassen").facets["organisation"] == {odd: 1}


# ── members only ──


def test_what_is_for_members_is_found_and_counted_by_members_alone(ask: Asker) -> None:
    ask.holding(
        document("Lassen", key="post:1", themes=("techniek",), year=2026),
        document("Lassen geheimtaal", key="event:2", themes=("zorg",), year=2025, for_members=True),
    )
    visitor, member = ask.results("lassen"), ask.results("lassen", members=True)

    assert [hit.key for hit in visitor.hits] == ["post:1"]
    assert (visitor.total, visitor.complete) == (1, 1)
    assert visitor.facets == {"type": {"post": 1}, "theme": {"techniek": 1}, "year": {"2026": 1}, "organisation": {}}
    assert {hit.key for hit in member.hits} == {"post:1", "event:2"}
    assert member.facets["theme"] == {"techniek": 1, "zorg": 1}
    assert ask("geheimtaal") == []
    assert ask("geheimtaal", members=True) == ["event:2"]
    assert ask("") == ["post:1"]
    assert ask.results("").total == 1
    assert set(ask("", members=True)) == {"post:1", "event:2"}


def test_part_of_what_is_asked_shows_nothing_for_members(ask: Asker) -> None:
    ask.holding(document("Lassen"), document("Geheimtaal", for_members=True))
    assert ask("lassen geheimtaal") == ["Lassen"]


# ── part of what is asked ──


def test_part_of_what_is_asked_follows_when_few_have_it_all(ask: Asker) -> None:
    ask.holding(document("Robotica zorg"), document("Robotica"), document("Zorg"), document("Haven"))
    widened, strict = ask.results("robotica zorg"), ask.results("robotica zorg", widen=False)

    assert widened.hits[0].key == "Robotica zorg"
    assert {hit.key for hit in widened.hits} == {"Robotica zorg", "Robotica", "Zorg"}
    assert (widened.complete, widened.total) == (1, 3)
    assert [hit.key for hit in strict.hits] == ["Robotica zorg"]


def test_part_of_what_is_asked_comes_when_none_has_it_all(ask: Asker) -> None:
    ask.holding(document("Robotica"), document("Haven"))
    results = ask.results("robotica zorgtechnologie", widen=False)
    assert [hit.key for hit in results.hits] == ["Robotica"]
    assert (results.complete, results.total) == (0, 1)


@pytest.mark.parametrize("typed", ["lasopleding", "lasopleding zorg"])
def test_no_document_has_a_word_that_is_merely_like_one_of_its_words(ask: Asker, typed: str) -> None:
    ask.holding(document("Opleiding"), document("Zorg"), document("Haven"))
    results = ask.results(typed)

    assert {hit.key for hit in results.hits} == {"Opleiding", *(["Zorg"] if "zorg" in typed else [])}
    assert results.complete == 0, "the page says that nothing has all words"


def test_who_has_the_telling_word_comes_before_who_has_the_common_one(ask: Asker) -> None:
    common = [document(f"Plek {number}", "bij de haven", key=f"post:{number}") for number in range(30)]
    ask.holding(document("Robotica", key="event:1"), *common)
    assert ask("robotica haven")[0] == "event:1"


def test_counts_follow_a_widened_search(ask: Asker) -> None:
    ask.holding(document("Robotica", key="post:1"), document("Zorg", key="event:2"), document("Haven", key="news:3"))
    assert ask.results("robotica zorg").facets["type"] == {"post": 1, "event": 1}
