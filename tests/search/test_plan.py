"""Which terms answer a query, and how well: planning with a small lexicon of its own."""

from collections.abc import Iterable, Sequence

from portal.search.indexing.terms import PARTS, STEMS, WORDS
from portal.search.language import trigrams
from portal.search.language.analysis import parts, stems
from portal.search.query import plan, ranking
from portal.search.query.lexicon import Known, Term
from portal.search.query.parser import MAX_TERMS, parse
from portal.search.query.plan import Clause, Plan


class Words:
    """A lexicon of some words, each in so many documents."""

    documents = 100

    def __init__(self, **words: int) -> None:
        self.words = words

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Count as an index would."""
        known: dict[Term, int] = {}
        for word, documents in self.words.items():
            for term in [(WORDS, word), *((STEMS, stem) for stem in stems(word))]:
                known[term] = max(known.get(term, 0), documents)
            for part in parts(word):
                for stem in stems(part):
                    known[PARTS, stem] = max(known.get((PARTS, stem), 0), documents)
        return {term: known[term] for term in terms if term in known}

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return words that begin so."""
        found = [Known(word, n) for word, n in self.words.items() if word.startswith(beginning) and word != beginning]
        return found[:most]

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return words that share trigrams."""
        asked = trigrams.ngrams(word)
        found = [
            (
                Known(other, n),
                trigrams.similarity(len(asked & trigrams.ngrams(other)), len(asked), len(trigrams.ngrams(other))),
            )
            for other, n in self.words.items()
            if other != word and asked & trigrams.ngrams(other)
        ]
        return sorted(found, key=lambda item: -item[1])[:most]


class Same:
    """One group of words that mean the same."""

    def __init__(self, word: str, *others: tuple[str, ...]) -> None:
        self.word, self.others = word, others

    def alternatives(self, surfaces: Sequence[str]) -> Iterable[tuple[int, int, tuple[tuple[str, ...], ...]]]:
        """Return the others for the word."""
        return [(place, 1, self.others) for place, surface in enumerate(surfaces) if surface == self.word]


def made(typed: str, lexicon: Words, meanings: plan.Meanings | None = None) -> Plan:
    return plan.make(parse(typed), lexicon, meanings)


def factor(need: Clause, field: str, term: str) -> float:
    return max((v.factor for v in need.variants if (v.field, v.term) == (field, term)), default=0.0)


def test_the_word_itself_goes_before_a_compound_with_it_and_that_before_another_form() -> None:
    (need,) = made("docenten", Words(docenten=5, docent=9, gastdocent=2)).clauses
    stem = stems("docent")[0]

    assert factor(need, WORDS, "docenten") > factor(need, PARTS, stem) > factor(need, STEMS, stem) > 0


def test_a_compound_is_found_as_its_parts_and_its_head_is_a_weak_answer() -> None:
    (need,) = made("gastdocent.", Words(gast=5, docent=9, gastdocent=2)).clauses

    assert [sorted({v.term for v in group if v.field == WORDS}) for group in need.all_of[0].groups] == [
        ["gast"],
        ["docent"],
    ]
    weak = {variant.term: variant.factor for variant in need.weak if variant.field == WORDS}
    assert weak["docent"] > weak["gast"]


def test_two_words_are_found_written_as_one() -> None:
    first, second = made("gast docent.", Words(gast=5, docent=9, gastdocent=2)).clauses

    assert min(factor(need, WORDS, "gastdocent") for need in (first, second)) >= ranking.JOINED


def test_an_unknown_word_is_taken_for_one_spelt_alike_and_the_query_is_mended() -> None:
    plan_made = made("Docnet gezocht!", Words(docent=9, gezocht=5))

    assert factor(plan_made.clauses[0], WORDS, "docent") > 0.5
    assert plan_made.corrected == "docent gezocht!"


def test_two_letters_swapped_in_a_short_word_are_put_right() -> None:
    assert made("stgae", Words(stage=9, staag=1)).corrected == "stage"


def test_a_known_word_is_never_mended() -> None:
    assert made("docenten.", Words(docent=9, docenten=1)).corrected == ""


def test_what_nothing_is_like_is_named_and_no_need() -> None:
    plan_made = made("docent xyzzyqwv", Words(docent=9))

    assert [need.shown for need in plan_made.clauses] == ["docent"]
    assert plan_made.unknown == ("xyzzyqwv",)


def test_another_word_for_the_same_counts_less_than_the_word() -> None:
    lexicon = Words(leraar=3, docent=9, juf=2, voor=5, klas=4)
    (need,) = made(
        "leraar.", lexicon, Same("leraar", ("docent",), ("juf", "voor", "klas"), ("nergens", "klas"))
    ).clauses

    assert 0 < factor(need, WORDS, "docent") < factor(need, WORDS, "leraar")
    assert [len(apart.groups) for apart in need.all_of] == [3], "words that are nowhere answer nothing"


def test_words_of_asking_are_left_aside_unless_alone() -> None:
    lexicon = Words(zoek=5, stage=9)

    assert [need.shown for need in made("ik zoek een stage", lexicon).clauses] == ["stage"]
    assert [need.shown for need in made("zoek", lexicon).clauses] == ["zoek"]


def test_of_a_long_question_the_rarest_words_are_looked_for() -> None:
    lexicon = Words(**{f"woord{letter}": 90 - number for number, letter in enumerate("abcdefghijkl")})
    plan_made = made(" ".join(lexicon.words), lexicon)

    assert [need.shown for need in plan_made.clauses] == list(lexicon.words)[-MAX_TERMS:]
    assert plan_made.ignored == tuple(list(lexicon.words)[:-MAX_TERMS])


def test_a_word_in_quotes_has_no_other_forms() -> None:
    (need,) = made('"docenten"', Words(docenten=5, docent=9)).clauses

    assert [(variant.field, variant.term) for variant in need.variants] == [(WORDS, "docenten")]


def test_a_minus_takes_out_a_word_in_all_its_forms_but_no_compounds() -> None:
    plan_made = made("stage -docenten", Words(stage=5, docent=9))

    assert [need.shown for need in plan_made.clauses] == ["stage"]
    (without,) = plan_made.without
    assert {variant.field for variant in without.variants} == {WORDS, STEMS}


def test_slips_count_letters_and_swapped_neighbours() -> None:
    assert trigrams.edit_distance("docent", "docent") == 0
    assert trigrams.edit_distance("docnet", "docent") == 1
    assert trigrams.edit_distance("docen", "docent") == 1
    assert trigrams.edit_distance("dosend", "docent") == 2
    assert trigrams.edit_distance("les", "lesbrieven") > 2
