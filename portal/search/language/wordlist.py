"""The Dutch word list: base forms of words, which words are names, and which may be part of a compound.

Set-up builds the list (`build.build_wordlist`). Its files are mapped into memory, so that processes share their pages;
a look-up takes about a microsecond.
"""

import mmap
import struct
from enum import IntFlag
from functools import cache
from pathlib import Path
from typing import NamedTuple

import marisa_trie

from portal.build.assets import AssetError

FOLDER = Path(__file__).parents[1] / "vendor"
WORDS, TABLE = "words.marisa", "words.bin"
HEADER = struct.Struct("<4sIII")
ENTRY = struct.Struct("<IBB")
MAGIC, VERSION = b"NLWL", 1


class Mark(IntFlag):
    """Flags of a word."""

    WORD = 1
    """An ordinary word; it may be a name as well."""
    NAME = 2
    """A name that is not an ordinary word."""
    FIRST = 4
    """May begin or continue a compound."""
    LAST = 8
    """May end a compound."""
    WHOLE = 16
    """Is never split itself."""
    LINKED = 32
    """May begin or continue a compound in this form: "leraren" in "lerarentekort"."""
    OURS = 64
    """Is listed in `vocabulary.txt`."""


class Entry(NamedTuple):
    """A known word."""

    word: str
    base: int
    marks: int
    """Flags of `Mark` as a plain integer, for speed: it is read for thousands of words a second."""
    rarity: int
    """0 very frequent, 255 hardly ever used."""


class WordListError(AssetError):
    """The word list is missing or of another version."""


class WordList:
    """The word list in two files of a folder; raises WordListError when they are missing or do not match."""

    def __init__(self, folder: Path = FOLDER) -> None:
        if not (folder / WORDS).is_file():
            raise WordListError(f"{folder / WORDS} is missing: run `make setup`.")
        try:
            self._trie = marisa_trie.Trie().mmap(str(folder / WORDS))
            with (folder / TABLE).open("rb") as file:
                self._table = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            magic, version, size, self.fingerprint = HEADER.unpack_from(self._table)
        except (OSError, RuntimeError, ValueError, struct.error) as error:
            raise WordListError(f"The word list in {folder} cannot be read ({error}): run `make setup`.") from None
        fits = len(self._table) == HEADER.size + ENTRY.size * size and size == len(self._trie)
        if (magic, version) != (MAGIC, VERSION) or not fits:
            raise WordListError(f"The word list in {folder} is of another version: run `make setup`.")

    def __len__(self) -> int:
        return len(self._trie)

    def get(self, word: str) -> Entry | None:
        """Return the entry of a folded word; None when it is unknown."""
        number = self._trie.get(word)
        return None if number is None else self._entry(word, number)

    def beginnings(self, text: str) -> list[Entry]:
        """Return the known words that a text begins with, the shortest first."""
        return [self._entry(word, self._trie[word]) for word in self._trie.prefixes(text)]

    def base(self, word: str) -> str | None:
        """Return the base form of a word ("zoeken" of "gezocht"), itself when it is one; None when not known."""
        entry = self.get(word)
        if entry is None:
            return None
        return self.word(entry.base)

    def word(self, number: int) -> str:
        """Return the word with a number, such as `Entry.base`."""
        word: str = self._trie.restore_key(number)
        return word

    def _entry(self, word: str, number: int) -> Entry:
        return Entry(word, *ENTRY.unpack_from(self._table, HEADER.size + ENTRY.size * number))


@cache
def words() -> WordList:
    """Return the word list of this installation."""
    return WordList()
