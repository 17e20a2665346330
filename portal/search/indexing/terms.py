"""What an index holds of a document: its terms with their weights, and the facts that facets and ranking need.

Both engines store exactly this. Three fields hold terms: `words` the folded words as written, with positions for
phrases; `stems` their other forms; `parts` the stems of the known words that a compound is made of.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.search.language.analysis import FieldTerms, analyse
from portal.search.language.wordlist import WordListError, words
from portal.search.models import SearchDocument
from portal.search.query import ranking

LAYOUT = 3
"""Raised when analysis, weights, fields or documents change."""


def _fingerprint() -> int:
    """Return what tells one word list from another; 0 while there is none, which `create_app` says."""
    try:
        return words().fingerprint % 10**8
    except WordListError:
        return 0


VERSION = LAYOUT * 10**8 + _fingerprint()
"""An index of another version is built anew by itself; another word list gives other terms, so it counts too."""

WORDS, STEMS, PARTS = "words", "stems", "parts"
FIELDS = (WORDS, STEMS, PARTS)

GAP = 20
"""Positions between title, text and extra words, so that no phrase runs from one into the next."""


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """The terms of a document: per field the weight of each (see `ranking.weight`), and where each word stands."""

    words: Mapping[str, float]
    stems: Mapping[str, float]
    parts: Mapping[str, float]
    positions: Mapping[str, list[int]]
    """Per word in order; title, text and extra words follow each other with gaps."""


def terms_of(document: SearchDocument) -> DocumentTerms:
    """Return the terms of a document."""
    title = analyse(document.title)
    text = analyse(document.text, title.end + GAP)
    extra = analyse(_extra_words(document), text.end + GAP)
    fields = (title, text, extra)
    words = _weights(*fields, WORDS)
    positions = {word: [place for field in fields for place in field.positions.get(word, ())] for word in words}
    return DocumentTerms(words, _weights(*fields, STEMS), _weights(*fields, PARTS), positions)


def _weights(title: FieldTerms, text: FieldTerms, extra: FieldTerms, name: str) -> dict[str, float]:
    in_title, in_text, in_extra = (getattr(field, name) for field in (title, text, extra))
    return {
        term: ranking.weight(in_title[term], title.length, in_text[term], text.length, in_extra[term])
        for term in in_title.keys() | in_text.keys() | in_extra.keys()
    }


def _extra_words(document: SearchDocument) -> str:
    """Return what leads to a document without being shown: its own extra words, its speerpunten and organisations.

    Their slugs are their names, near enough: whoever looks for "stage techniek" means the speerpunt too.
    """
    slugs = " ".join((*document.themes, *document.organisations)).replace("-", " ")
    return f"{document.extra} {slugs}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What facets, order, identity and access need of a document, kept beside its terms."""

    key: str
    themes: tuple[str, ...]
    organisations: tuple[str, ...]
    year: int | None
    day: date | None
    is_open: bool
    for_members: bool = False
    kind: str = ""

    @property
    def types(self) -> tuple[str, ...]:
        """The options of the facet "type" that it belongs to: its type, and its kind where that is told apart."""
        of_key = self.key.partition(":")[0]
        return (of_key, self.kind) if self.kind else (of_key,)

    @classmethod
    def from_document(cls, document: SearchDocument) -> "Facts":
        """Return the facts of a document; its year is that of its day when it does not say."""
        year = document.year or (document.day.year if document.day else None)
        themes, organisations = tuple(document.themes), tuple(document.organisations)
        rest = (document.is_open, document.for_members, document.kind)
        return cls(document.key, themes, organisations, year, document.day, *rest)

    def to_bytes(self) -> bytes:
        """Return them as the embedded index keeps them."""
        day = self.day.toordinal() if self.day else None
        values = [self.key, self.themes, self.organisations, self.year, day, self.is_open, self.for_members]
        values.append(self.kind)
        return json.dumps(values).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Facts":
        """Return what `to_bytes` wrote."""
        key, themes, organisations, year, day, is_open, for_members, kind = json.loads(data)
        moment = None if day is None else date.fromordinal(day)
        return cls(key, tuple(themes), tuple(organisations), year, moment, is_open, for_members, kind)
