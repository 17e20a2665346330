"""Compounds: split where all of a word is known words, and nowhere else."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.search.language import compounds, wordlist
from portal.search.language.analysis import analyse, fold, stems
from portal.search.language.wordlist import WordList, WordListError

FACTS = Path(wordlist.__file__).parents[2] / "operations" / "facts" / "organisations.json"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("gastdocent", "gast docent"),
        ("techniekonderwijs", "techniek onderwijs"),
        ("stageplaatsen", "stage plaatsen"),
        ("gemeentehuis", "gemeente huis"),
        ("arbeidsmarkt", "arbeid markt"),
        ("bedrijfsbezoek", "bedrijf bezoek"),
        ("beroepsonderwijs", "beroep onderwijs"),
        ("werkgeversvereniging", "werkgever vereniging"),
        ("opleidingsschool", "opleiding school"),
        ("kinderopvang", "kind opvang"),
        ("docententekort", "docent tekort"),
        ("leerlingenraad", "leerling raad"),
        ("lerarentekort", "leraren tekort"),
        ("zonnestroom", "zon stroom"),
        ("zijinstromer", "zij instromer"),
        ("vmbodocent", "vmbo docent"),
        ("mbostudenten", "mbo studenten"),
        ("leerwerktraject", "leer werk traject"),
        ("werkplekleren", "werk plek leren"),
        ("arbeidsmarktregio", "arbeid markt regio"),
        ("beroepspraktijkvorming", "beroep praktijk vorming"),
        ("tuinslang", "tuin slang"),
        ("kantonrechter", "kanton rechter"),
    ],
)
def test_a_compound_is_its_known_words(word: str, parts: str) -> None:
    assert compounds.parts(word) == tuple(parts.split())


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("zeeeend", "zee eend"),
        ("ideeenbus", "ideeen bus"),
        ("stageuren", "stage uren"),
        ("milieueffecten", "milieu effecten"),
        ("basischool", "basis school"),
    ],
)
def test_colliding_vowels_and_letters_written_once_are_undone(word: str, parts: str) -> None:
    assert compounds.parts(word) == tuple(parts.split())


@pytest.mark.parametrize("kept", ["arbeidsmarkt", "regio", "arbeid", "markt"])
def test_larger_words_within_a_compound_are_kept_too(kept: str) -> None:
    assert kept in compounds.all_parts("arbeidsmarktregio")


@pytest.mark.parametrize(
    "word",
    """
    meester minister docenten studenten leerlingen beroepen stappen knoppen trappen onderwijs opleiding bestuur
    cultuur werkgever werknemer leerkracht praktijk arbeid maandag voorbeeld overleg samenwerking netwerk kwekerij
    instromer verzending spreiding presentatie aanbod ondernemer overstappen meedoen weglopen gemeente bedrijven
    station rooster partner gemeenschap vrijwilligers verslagen roosteren kantoor directeur
    """.split(),  # noqa: SIM905  # words in a row read better than many strings
)
def test_a_word_that_only_looks_like_a_compound_stays_whole(word: str) -> None:
    assert compounds.parts(word) == ()


@pytest.mark.parametrize("word", ["stagexyz", "qwgastles", "gastvollebregt", "wondozorg", "stage1plek", "gast-les", ""])
def test_nothing_is_split_of_which_a_part_is_unknown(word: str) -> None:
    assert compounds.parts(word) == ()


@pytest.mark.parametrize(
    "name",
    """
    zoetermeer delfland haaglanden wassenaar voorburg rijswijk westland nootdorp leidschendam naaldwijk scheveningen
    nieuwenhuis oosterhout jansen timmermans schiphol rotterdam oostland loosduinen amersfoort kijkduin
    """.split(),  # noqa: SIM905  # the same
)
def test_names_of_places_and_persons_are_never_split(name: str) -> None:
    assert compounds.parts(name) == ()


def test_names_of_the_network_are_split_only_into_what_they_say() -> None:
    rows = json.loads(FACTS.read_text(encoding="utf-8")).values()
    names = {fold(word) for row in rows for name in [row["name"], *row["aliases"]] for word in re.findall(r"\w+", name)}
    split = {name for name in names if compounds.parts(name)}
    assert all(wordlist.words().get(name) for name in split), "only ordinary words of the language within names"
    assert not split & {"veluweportaal", "woonzorgplus", "zorgzijnwerkt", "edudelta", "fruitacademie"}


def test_a_capital_within_a_sentence_makes_a_name_of_an_unknown_word() -> None:
    assert "zon" in analyse("Een zonneblos op het dak").parts
    assert "zon" not in analyse("Het huis heet Zonneblos en staat er").parts
    assert "zon" in analyse("Het staat er. Zonneblos is een woord").parts
    assert "gast" in analyse("Onze Gastdocenten komen").parts, "known words are no names"
    assert "techniek" in analyse("Bij de Techniekcoalitie").parts, "it ends in a word of this site"
    assert "zon" in analyse("KIJK: ZONNEBLOS").parts, "capitals throughout say nothing"


def test_the_longest_word_that_is_looked_at_takes_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    look = WordList.beginnings

    def counting(self: WordList, text: str) -> list[wordlist.Entry]:
        nonlocal looks
        looks += 1
        return look(self, text)

    monkeypatch.setattr(WordList, "beginnings", counting)
    for word in ("les" * 16, "stagewerkplek" * 3, "e" * 50, "werkwerk" * 6):
        looks = 0
        compounds.split.cache_clear()
        compounds.split(word)
        assert looks <= 2 * compounds.MAX_WORD


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéß3- ", max_size=60))
@example("stage" * 12)
@example("ss")
def test_parts_are_known_words_and_the_same_each_time(word: str) -> None:
    found = compounds.parts(word)
    compounds.split.cache_clear()
    compounds.parts.cache_clear()
    assert compounds.parts(word) == found
    assert all(wordlist.words().get(part) for part in found)
    assert not found or len(found) > 1


def test_a_missing_word_list_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WordListError, match="make setup"):
        WordList(tmp_path)


def test_a_word_list_of_another_version_says_what_to_do(tmp_path: Path) -> None:
    for name in (wordlist.WORDS, wordlist.TABLE):
        (tmp_path / name).write_bytes((wordlist.FOLDER / name).read_bytes())
    table = tmp_path / wordlist.TABLE
    table.write_bytes(table.read_bytes()[:-1])
    with pytest.raises(WordListError, match="make setup"):
        WordList(tmp_path)


def test_a_compound_shares_its_stems_with_its_other_forms() -> None:
    assert set(stems("kringlid")) & set(stems("kringleden"))
    assert set(stems("lasdocente")) & set(stems("lasdocenten"))
