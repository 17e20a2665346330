"""The index entry of a document: its terms with their weights, and the stored fields for facets and ranking.

Both engines store the same. There are three fields of terms: `words`, the folded words with positions for phrases;
`stems`, their stems; `parts`, the stems of the known words in compounds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.search.language.analysis import FieldTerms, analyse
from portal.search.language.wordlist import WordListError, words
from portal.search.models import SearchDocument
from portal.search.query import ranking

LAYOUT = 4
"""Raise this after a change of analysis, weights, fields or documents."""


def _fingerprint() -> int:
    """Return a number that identifies the word list; 0 when there is none (then `create_app` fails)."""
    try:
        return words().fingerprint % 10**8
    except WordListError:
        return 0


VERSION = LAYOUT * 10**8 + _fingerprint()
"""Indexes of another version are rebuilt automatically. The word list is part of it, as it determines the terms."""

WORDS, STEMS, PARTS = "words", "stems", "parts"
FIELDS = (WORDS, STEMS, PARTS)

GAP = 20
"""Positions between title, text and extra words, so that no phrase matches across them."""


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """The terms of a document: the weights per field (see `ranking.weight`), and the positions of words."""

    words: Mapping[str, float]
    stems: Mapping[str, float]
    parts: Mapping[str, float]
    positions: Mapping[str, list[int]]
    """Per word, in ascending order; there are gaps between title, text and extra words."""


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
    """Return the words that are searched but not shown: extra words and the slugs of speerpunten and organisations.

    Slugs nearly equal names, so that "stage techniek" matches the speerpunt Techniek.
    """
    slugs = " ".join((*document.themes, *document.organisations)).replace("-", " ")
    return f"{document.extra} {slugs}"


@dataclass(frozen=True, slots=True)
class Facts:
    """The stored fields of a document, for facets, ranking, identity and access."""

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
        """Its options of the facet "type": its type, and its kind when it has one."""
        of_key = self.key.partition(":")[0]
        return (of_key, self.kind) if self.kind else (of_key,)

    @classmethod
    def from_document(cls, document: SearchDocument) -> "Facts":
        """Return the facts of a document, each slug once; its year is that of its day when it does not say."""
        year = document.year or (document.day.year if document.day else None)
        themes, organisations = (tuple(dict.fromkeys(slugs)) for slugs in (document.themes, document.organisations))
        rest = (document.is_open, document.for_members, document.kind)
        return cls(document.key, themes, organisations, year, document.day, *rest)

    def to_bytes(self) -> bytes:
        """Return the fields as the embedded index stores them."""
        day = self.day.toordinal() if self.day else None
        values = [self.key, self.themes, self.organisations, self.year, day, self.is_open, self.for_members]
        values.append(self.kind)
        return json.dumps(values).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Facts":
        """Return the fields that `to_bytes` wrote."""
        key, themes, organisations, year, day, is_open, for_members, kind = json.loads(data)
        moment = None if day is None else date.fromordinal(day)
        return cls(key, tuple(themes), tuple(organisations), year, moment, is_open, for_members, kind)
