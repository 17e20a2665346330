"""Words that mean the same: which are found, what editors can save, and when a change counts."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.search.language import synonym_groups, synonyms
from portal.search.language.synonym_groups import SynonymError, delete_group, save_group
from portal.search.language.synonyms import Group, Synonyms, shipped
from portal.search.models import SynonymGroup


def found(group: Synonyms, words: str) -> dict[str, set[str]]:
    """Return the alternatives of each row of words that has any."""
    surfaces = words.split()
    return {
        " ".join(surfaces[match.start : match.start + match.length]): {" ".join(row) for row in match.alternatives}
        for match in group.matches(surfaces)
    }


TEACHERS = Synonyms([Group(("leraar", "docent", "leerkracht")), Group(("mkb", "midden- en kleinbedrijf"))])


@pytest.mark.parametrize("form", ["leraar", "leraren", "lerares"])
def test_members_are_known_in_any_form(form: str) -> None:
    assert found(TEACHERS, form) == {form: {"docent", "leerkracht"}}


def test_rows_of_words_are_members_too_without_their_stop_words() -> None:
    assert found(TEACHERS, "subsidie mkb") == {"mkb": {"midden kleinbedrijf"}}
    assert found(TEACHERS, "voor midden kleinbedrijf nu") == {"midden kleinbedrijf": {"mkb"}}


def test_the_longest_row_counts() -> None:
    both = Synonyms([Group(("stage", "bpv")), Group(("stage lopen", "praktijk opdoen"))])
    assert found(both, "stage lopen") == {"stage lopen": {"praktijk opdoen"}}


def test_hyphenated_members_are_found_joined_and_apart() -> None:
    switching = Synonyms([Group(("zij-instromer", "overstapper"))])
    assert found(switching, "zijinstromers") == {"zijinstromers": {"overstapper"}}
    assert found(switching, "zij instromer") == {"zij instromer": {"overstapper"}}
    assert found(switching, "overstappers") == {"overstappers": {"zijinstromer"}}


def test_two_words_that_are_a_member_together_count_each_by_itself_too() -> None:
    shortage = Synonyms([Group(("lerarentekort", "personeelsgebrek")), Group(("tekort", "krapte"))])
    assert found(shortage, "leraren tekort") == {"leraren tekort": {"personeelsgebrek"}, "tekort": {"krapte"}}


def test_a_group_of_forms_of_one_word_says_nothing() -> None:
    assert found(Synonyms([Group(("docent", "docenten"))]), "docent") == {}


def test_narrower_words_are_found_but_find_nothing() -> None:
    care = Synonyms([Group(("zorg",), ("thuiszorg",))])
    assert found(care, "zorg") == {"zorg": {"thuiszorg"}}
    assert found(care, "thuiszorg") == {}


def test_a_part_of_a_compound_is_exchanged() -> None:
    assert "leraar tekort" in found(TEACHERS, "docententekort")["docententekort"]


def test_a_word_without_meaning_to_the_groups_has_no_alternatives() -> None:
    assert found(TEACHERS, "fiets maken") == {}


@given(st.lists(st.text(alphabet="abcdeilnorst", min_size=1, max_size=12), max_size=8))
def test_any_words_give_matches_within_them_and_the_same_each_time(surfaces: list[str]) -> None:
    matches = Synonyms(shipped()[:40]).matches(surfaces)
    assert matches == Synonyms(shipped()[:40]).matches(surfaces)
    for match in matches:
        assert 0 <= match.start < match.start + match.length <= len(surfaces)
        assert match.alternatives


# ── what is shipped ───────────────────────────────────────────────────────────────────────────────


def test_the_shipped_groups_are_many_and_could_be_saved_by_an_editor(app: Flask) -> None:
    assert len(shipped()) >= 120
    for group in shipped():
        assert synonym_groups.checked(group.words) == group


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("docenten", "leraar"),
        ("ondernemers", "mkb'er"),
        ("ict", "informatica"),
        ("stageplek", "bpv-plaats"),
        ("leerbaan", "bbl-plek"),
        ("zij-instromer", "overstapper"),
        ("krapte", "tekort"),
        ("nascholing", "bijscholing"),
        ("loopbaanoriëntatie", "lob"),
        ("basisschool", "primair onderwijs"),
        ("excursie", "bedrijfsbezoek"),
        ("verduurzaming", "energietransitie"),
    ],
)
def test_words_of_this_field_find_each_other(asked: str, meant: str) -> None:
    matches = Synonyms(shipped()).matches(synonyms.row_of(asked))
    assert synonyms.row_of(meant) in {row for match in matches for row in match.alternatives}


# ── the editors' groups ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def groups(app: Flask) -> Iterator[None]:
    """Run with no groups of the editors, before and after."""
    synonyms.forget()
    yield
    with transaction() as session:
        for row in session.scalars(select(SynonymGroup)):
            session.delete(row)
    synonyms.forget()


@pytest.mark.usefixtures("groups")
def test_without_groups_the_shipped_ones_count() -> None:
    assert "leraar" in found(synonyms.current(), "docent")["docent"]


@pytest.mark.usefixtures("groups")
def test_a_saved_group_counts_at_once_and_in_place_of_the_shipped() -> None:
    save_group(None, "poes\nkat\n> kitten", "huisdieren")
    assert found(synonyms.current(), "katten docent") == {"katten": {"poes", "kitten"}}
    assert [(row.words, row.note) for row in synonym_groups.all_groups()] == [("poes\nkat\n> kitten", "huisdieren")]


@pytest.mark.usefixtures("groups")
def test_a_changed_and_a_removed_group_count_at_once() -> None:
    cats = save_group(None, "poes\nkat").id
    save_group(None, "hond\nkeffer")
    save_group(cats, "poes\ntijger")
    assert found(synonyms.current(), "poes kat") == {"poes": {"tijger"}}
    delete_group(cats)
    assert found(synonyms.current(), "poes hond") == {"hond": {"keffer"}}


@pytest.mark.usefixtures("groups")
def test_what_another_process_saved_is_seen_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr("portal.search.language.synonyms.time.monotonic", lambda: moment)
    save_group(None, "poes\nkat")
    assert found(synonyms.current(), "hond") == {}
    with transaction() as session:
        session.add(SynonymGroup(words="hond\nkeffer"))
    assert found(synonyms.current(), "hond") == {}
    moment += 1.1
    assert found(synonyms.current(), "hond") == {"hond": {"keffer"}}


@pytest.mark.usefixtures("groups")
def test_searching_asks_the_database_nothing_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.search.language.synonyms.time.monotonic", lambda: 1000.0)
    synonyms.current()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    synonyms.current()
    assert asked == []


def test_an_unreachable_database_leaves_the_shipped_groups(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    synonyms.forget()
    monkeypatch.setattr("portal.search.language.synonyms._MARK", select(func.no_such_function()))
    assert "leraar" in found(synonyms.current(), "docent")["docent"]
    synonyms.forget()


@pytest.mark.usefixtures("groups")
def test_names_that_features_know_count_besides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.search.language.synonyms._sources", [lambda: [("Ministerie van Onderwijs", "OCW")]])
    assert found(synonyms.current(), "ocw docent").keys() == {"ocw", "docent"}
    assert "ministerie onderwijs" in found(synonyms.current(), "ocw")["ocw"]


@pytest.mark.usefixtures("groups")
def test_an_empty_table_is_filled_once_with_the_shipped_groups() -> None:
    assert synonym_groups.seed() == len(shipped())
    assert synonym_groups.seed() == 0
    assert "leraar" in found(synonyms.current(), "docent")["docent"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "alleen",
        "> smal\n> smaller",
        "docent\nDocent",
        "café\ncafe",
        "docent\n> docent",
        "docent\nde",
        "docent\n?!",
        f"docent\n{'x' * 61}",
        "docent\nwie er voor de klas staat",
        "\n".join(f"woord{number}" for number in range(21)),
    ],
)
@pytest.mark.usefixtures("groups")
def test_a_group_that_says_nothing_is_refused_with_a_reason(words: str) -> None:
    with pytest.raises(SynonymError, match=r".{10}"):
        save_group(None, words)
    assert synonym_groups.all_groups() == []


@pytest.mark.usefixtures("groups")
def test_a_group_that_is_not_there_cannot_be_changed() -> None:
    with pytest.raises(LookupError):
        save_group(987, "poes\nkat")
    with pytest.raises(LookupError):
        delete_group(987)
