"""Set-up makes the word list from archives: here from small ones of our own."""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from portal.build import build_wordlist
from portal.build.build_wordlist import Vocabulary
from portal.search.language.wordlist import Mark, WordList

LEMMAS = {
    "fietsen": "fiets",
    "fiets": "fiets",
    "zoeken": "zoeken",
    "zoek": "zoeken",
    "zoekt": "zoeken",
    "zoekend": "zoeken",
    "gezocht": "zoeken",
    "werkgever": "werkgeefster",
    "werkgevers": "werkgever",
    "werkgeefster": "werkgeefster",
    "leden": "lijden",
}
FACTORY = f"""
class DefaultDictionaryFactory:
    def get_dictionary(self, language):
        return {LEMMAS!r}
"""
ORIGIN = Path(build_wordlist.__file__)


def wheel(path: Path, members: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with wheels that look like those of set-up."""
    folder = tmp_path_factory.mktemp("archives")
    package = "simplemma/strategies/dictionaries"
    wheel(
        folder / "simplemma-1-py3-none-any.whl",
        {
            "simplemma/__init__.py": "",
            "simplemma/strategies/__init__.py": "",
            f"{package}/__init__.py": FACTORY,
            build_wordlist.LEMMAS: b"",
        },
    )
    words = "fiets\nzoeken\nwerkgever\nHaarlem\nbank\npoes\nis\nCAO-akkoord\n"
    names = "Haarlem/PN\nDe Bilt/PN\nBilt/PN\nfiets/Aa\nFiets/PN\n"
    wheel(folder / "dutch-1-py3-none-any.whl", {build_wordlist.BASE_WORDS: words, build_wordlist.NAMES: names})
    counts = gzip.compress(json.dumps({"fiets": 5000, "bank": 4000, "poes": 50, "zoek": 9000}).encode())
    wheel(folder / "spell-1-py3-none-any.whl", {build_wordlist.FREQUENCIES: counts})
    return folder


def made(archives: Path, target: Path, seed: str = "0") -> WordList:
    """Run set-up's step as set-up does."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-P", ORIGIN, archives, target], check=True, env=environment)
    return WordList(target)


@pytest.fixture(scope="module")
def words(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> WordList:
    return made(archives, tmp_path_factory.mktemp("words"))


@pytest.mark.parametrize(
    ("word", "base"), [("gezocht", "zoeken"), ("fietsen", "fiets"), ("werkgevers", "werkgever"), ("bank", "bank")]
)
def test_every_form_leads_to_its_base_form(words: WordList, word: str, base: str) -> None:
    assert words.base(word) == base


def test_a_woman_at_work_is_known_by_the_common_word(words: WordList) -> None:
    assert words.base("werkgeefster") == "werkgever"


@pytest.mark.parametrize(
    ("word", "has", "has_not"),
    [
        ("fiets", Mark.WORD | Mark.FIRST | Mark.LAST, Mark.NAME | Mark.WHOLE),
        ("fietsen", Mark.WORD | Mark.LAST | Mark.LINKED, Mark.WHOLE),
        ("zoek", Mark.WORD | Mark.FIRST, Mark.LAST),
        ("zoekt", Mark.WORD, Mark.FIRST | Mark.LAST),
        ("gezocht", Mark.WORD, Mark.FIRST | Mark.LAST),
        ("haarlem", Mark.NAME, Mark.WORD | Mark.FIRST | Mark.LAST),
        ("poes", Mark.WORD, Mark.FIRST | Mark.LAST),  # short, and in no text that was counted
        ("is", Mark.WORD, Mark.FIRST | Mark.LAST),
        ("mbo", Mark.WORD | Mark.FIRST | Mark.OURS, Mark.NAME),
        ("onderwijs", Mark.WORD | Mark.WHOLE, Mark.NAME),
        ("zoetermeer", Mark.NAME, Mark.WORD),
    ],
)
def test_marks_say_what_a_word_may_be(words: WordList, word: str, has: Mark, has_not: Mark) -> None:
    entry = words.get(word)
    assert entry is not None
    assert entry.marks & has == has
    assert not entry.marks & has_not


def test_frequent_words_are_less_rare(words: WordList) -> None:
    rarities = [entry.rarity for entry in map(words.get, ("zoek", "fiets", "poes")) if entry]
    assert rarities == sorted(rarities)


def test_the_list_is_the_same_wherever_it_is_made(archives: Path, tmp_path: Path, words: WordList) -> None:
    again = made(archives, tmp_path / "again", seed="4711")
    assert (again.fingerprint, len(again)) == (words.fingerprint, len(words))


def test_a_missing_archive_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="pyproject"):
        build_wordlist.read_member(tmp_path, build_wordlist.BASE_WORDS)


def test_marks_of_the_vocabulary_are_read() -> None:
    read = Vocabulary.read("# remark\nmbo\n=onderwijs  # why\n!aan\nrij-\n\n")
    assert [sorted(kind) for kind in (read.words, read.whole, read.never, read.first)] == [
        ["mbo", "onderwijs", "rij"],
        ["onderwijs"],
        ["aan"],
        ["rij"],
    ]


def test_our_own_vocabulary_is_folded_and_says_nothing_twice() -> None:
    lines = [
        line.partition("#")[0].strip() for line in build_wordlist.VOCABULARY.read_text(encoding="utf-8").splitlines()
    ]
    entries = [line for line in lines if line]
    assert len(entries) == len(set(entries))
    assert all(build_wordlist.fold(entry) == entry for entry in entries)
