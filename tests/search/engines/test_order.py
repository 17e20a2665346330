"""In which order finds come, by pages, and the counts beside options: the same for both engines."""

from datetime import date, timedelta

from portal.core import clock
from tests.search.engines.asking import Asker, document


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


# ── order ──


def test_title_over_text(ask: Asker) -> None:
    ask.holding(
        document("Werkplaats", "Wij leren lassen.", key="post:1"), document("Lassen", "Kom langs.", key="post:2")
    )
    assert ask("lassen") == ["post:2", "post:1"]


def test_exact_over_another_form(ask: Asker) -> None:
    ask.holding(document("Gastlessen", key="post:1"), document("Gastles", key="post:2"))
    assert ask("gastles") == ["post:2", "post:1"]
    assert ask("gastlessen") == ["post:1", "post:2"]


def test_short_title_over_long(ask: Asker) -> None:
    long = "Lassen en draaien en frezen en meten en tekenen en lijmen in onze grote werkplaats"
    ask.holding(document(long, key="post:1"), document("Lassen leren", key="post:2"))
    assert ask("lassen") == ["post:2", "post:1"]


def test_open_over_closed(ask: Asker) -> None:
    ask.holding(document("Lassen", key="post:1", is_open=False), document("Lassen", key="post:2"))
    assert ask("lassen") == ["post:2", "post:1"]


def test_recent_over_old(ask: Asker) -> None:
    ask.holding(document("Lassen", key="post:1", day=ago(2_000)), document("Lassen", key="post:2", day=ago(10)))
    assert ask("lassen") == ["post:2", "post:1"]


def test_a_better_answer_goes_before_a_newer_one(ask: Asker) -> None:
    ask.holding(
        document("Lassen leren", "Lassen met ons", key="post:1", day=ago(2_000), is_open=False),
        document("Werkplaats", "Wij doen veel, zoals zagen, boren, vijlen, lassen.", key="post:2", day=ago(1)),
    )
    assert ask("lassen") == ["post:1", "post:2"]


def test_a_phrase_over_loose_words(ask: Asker) -> None:
    ask.holding(document("Leren lassen", key="post:1"), document("Lassen leren", key="post:2"))
    assert ask('"leren lassen"')[0] == "post:1"


def test_without_words_the_newest_come_first_and_what_has_no_day_last(ask: Asker) -> None:
    ask.holding(
        document("Nooit", key="post:1"),
        document("Oud", key="post:2", day=ago(100)),
        document("Nieuw", key="post:3", day=ago(1)),
    )
    assert ask("") == ["post:3", "post:2", "post:1"]
    assert ask("", limit=1, offset=1) == ["post:2"]


def test_among_many_equals_the_best_is_on_the_first_page(ask: Asker) -> None:
    text = "In de haven valt veel te doen: boren, vijlen, zagen, lassen, en na afloop is er koffie met iets lekkers."
    many = [document(f"Haven {n}", text, key=f"post:{n}", day=ago(n % 300)) for n in range(1_500)]
    ask.holding(*many, document("Lassen", "Lassen", key="event:1", day=ago(400)))
    results = ask.results("lassen")
    assert results.hits[0].key == "event:1"
    assert (results.total, results.at_least) == (1_501, False)


# ── pages ──


def test_pages_hold_every_find_once(ask: Asker) -> None:
    ask.holding(*(document(f"Lassen {n}", key=f"post:{n}", day=ago(n)) for n in range(45)))
    pages = [ask("lassen", offset=offset, limit=20) for offset in (0, 20, 40, 60)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert len({key for page in pages for key in page}) == 45


def test_all_finds_come_when_all_are_asked_for(ask: Asker) -> None:
    ask.holding(*(document(f"Lassen {n}", key=f"post:{n}", day=ago(n)) for n in range(1_300)))
    assert len(set(ask("lassen", limit=2_000, counts=False))) == 1_300


# ── facets ──


def school(ask: Asker) -> Asker:
    return ask.holding(
        document("Lassen", key="post:1", themes=("techniek", "zorg"), organisations=("roc",), day=date(2026, 3, 1)),
        document("Lassen", key="post:2", themes=("techniek",), organisations=("roc", "haven"), day=date(2025, 3, 1)),
        document("Lassen", key="event:3", themes=("zorg",), year=2024),
        document("Zagen", key="event:4", themes=("zorg",), organisations=("haven",), day=date(2026, 3, 1)),
    )


def test_counts_beside_every_option(ask: Asker) -> None:
    assert school(ask).results("lassen").facets == {
        "type": {"post": 2, "event": 1},
        "theme": {"techniek": 2, "zorg": 2},
        "year": {"2026": 1, "2025": 1, "2024": 1},
        "organisation": {"roc": 2, "haven": 1},
    }


def test_a_choice_narrows_and_leaves_the_counts_of_its_own_dimension(ask: Asker) -> None:
    results = school(ask).results("lassen", {"theme": ["techniek"]})
    assert {hit.key for hit in results.hits} == {"post:1", "post:2"}
    assert results.facets == {
        "type": {"post": 2},
        "theme": {"techniek": 2, "zorg": 2},
        "year": {"2026": 1, "2025": 1},
        "organisation": {"roc": 2, "haven": 1},
    }


def test_options_of_one_dimension_widen_and_dimensions_narrow(ask: Asker) -> None:
    school(ask)
    assert set(ask("lassen", {"year": ["2024", "2025"]})) == {"post:2", "event:3"}
    results = ask.results("lassen", {"year": ["2024", "2025"], "type": ["post"]})
    assert [hit.key for hit in results.hits] == ["post:2"]
    assert results.facets["type"] == {"post": 1, "event": 1}
    assert results.facets["year"] == {"2025": 1, "2026": 1}


def test_every_count_is_what_choosing_finds(ask: Asker) -> None:
    school(ask)
    for dimension, options in ask.results("lassen").facets.items():
        for option, count in options.items():
            assert ask.results("lassen", {dimension: [option]}).total == count, (dimension, option)


def test_choices_without_words(ask: Asker) -> None:
    results = school(ask).results("", {"organisation": ["haven"]})
    assert [hit.key for hit in results.hits] == ["event:4", "post:2"]
    assert results.facets["organisation"] == {"roc": 2, "haven": 2}
    assert results.facets["type"] == {"post": 1, "event": 1}


def test_an_unknown_option_finds_nothing_and_an_empty_choice_changes_nothing(ask: Asker) -> None:
    school(ask)
    assert ask("lassen", {"theme": ["nergens"]}) == []
    assert len(ask("lassen", {"theme": []})) == 3


def test_counts_are_left_out_when_not_asked_for(ask: Asker) -> None:
    results = school(ask).results("lassen", counts=False)
    assert (results.facets, results.total) == ({}, 3)


# ── lexicon ──


def test_the_lexicon_counts_documents_by_field(ask: Asker) -> None:
    school(ask)
    lexicon = ask.engine.lexicon()
    assert lexicon.documents == 4
    assert lexicon.frequencies([("words", "lassen"), ("words", "nergens"), ("stems", "las")]) == {
        ("words", "lassen"): 3,
        ("stems", "las"): 3,
    }


def test_beginnings_are_the_most_frequent_longer_words(ask: Asker) -> None:
    ask.holding(
        document("stage stageplaats", key="post:1"),
        document("stageplaats stagiair", key="post:2"),
        document("stagebegeleider'", key="post:3", for_members=False),
    )
    found = ask.engine.lexicon().beginning("stage", 2)
    assert [known.word for known in found] == ["stageplaats", "stagebegeleider"]
    assert found[0].documents == 2


def test_words_spelt_alike_the_likest_first(ask: Asker) -> None:
    ask.holding(document("robotica robot", key="post:1"), document("botanica", key="post:2"), document("zorg"))
    found = ask.engine.lexicon().similar("robotika", 5)
    assert [known.word for known, _likeness in found[:2]] == ["robotica", "robot"]
    assert found[0][1] > found[1][1] >= 0.3
    assert "zorg" not in {known.word for known, _likeness in found}
    assert [known.word for known, _likeness in ask.engine.lexicon().similar("robotica", 1)] != ["robotica"]


def test_words_that_members_alone_may_find_are_proposed_to_members_alone(ask: Asker) -> None:
    ask.holding(document("Zwabrelk", for_members=True), document("Zwabber"))
    visitor, member = ask.engine.lexicon(), ask.engine.lexicon(members=True)

    assert [known.word for known in visitor.beginning("zwab", 5)] == ["zwabber"]
    assert [known.word for known in member.beginning("zwab", 5)] == ["zwabber", "zwabrelk"]
    assert [known.word for known, _likeness in visitor.similar("zwabrelkk", 5)] == ["zwabber"]
    assert [known.word for known, _likeness in member.similar("zwabrelkk", 5)] == ["zwabrelk", "zwabber"]


def test_a_kind_is_chosen_and_counted_beside_its_type(ask: Asker) -> None:
    ask.holding(
        document("Lassen", key="post:1", kind="vraag"),
        document("Lassen", key="post:2", kind="aanbod"),
        document("Lassen", key="event:3", organisations=("roc", "roc")),
    )
    assert ask.results("lassen").facets["type"] == {"post": 2, "vraag": 1, "aanbod": 1, "event": 1}
    assert ask.results("lassen").facets["organisation"] == {"roc": 1}, "named twice, counted once"
    assert set(ask("lassen", {"type": ["vraag", "event"]})) == {"post:1", "event:3"}


def test_a_misspelt_word_finds_what_was_meant(ask: Asker) -> None:
    ask.holding(document("Robotica"), document("Zorg"))
    assert ask("robtica") == ["Robotica"]
