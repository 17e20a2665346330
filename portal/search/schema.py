"""What the index holds of a document: its terms with their weights, and the facts that facets and ranking need."""

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from whoosh import columns, fields, formats

from portal.search import ranking
from portal.search.analysis import FieldTerms, analyse
from portal.search.models import SearchDocument

VERSION = 1
"""Raised when analysis, weights or fields change: an index of another version is built anew by itself."""

WORDS, STEMS, KEY, FACTS = "words", "stems", "key", "facts"
GAP = 20
"""Positions between title, text and extra words, so that no phrase runs from one into the next."""

MAX_POSITION = 65_535
"""Phrases are found in about the first 65,000 words of a text; single words everywhere."""

Posting = tuple[bytes, int, float, bytes]


class Terms(fields.FieldType):  # type: ignore[misc]  # published without types
    """A field whose terms and weights come ready made."""

    def __init__(self, *, with_positions: bool = False) -> None:
        self.format = formats.Positions() if with_positions else formats.Existence()
        self.scorable = self.stored = self.unique = False

    def index(self, value: Iterable[Posting], **_options: Any) -> Iterator[Posting]:
        """Return the postings as they are."""
        return iter(value)


def whoosh_schema() -> fields.Schema:
    """Return the fields of the index."""
    return fields.Schema(
        **{
            WORDS: Terms(with_positions=True),
            STEMS: Terms(),
            KEY: Terms(),
            FACTS: fields.COLUMN(columns.VarBytesColumn()),
        }
    )


def whoosh_document(document: SearchDocument) -> dict[str, Any]:
    """Return a document as the fields of the index."""
    title = analyse(document.title)
    text = analyse(document.text, title.end + GAP)
    extra = analyse(_extra_words(document), text.end + GAP)
    return {
        WORDS: list(_words(title, text, extra)),
        STEMS: list(_stems(title, text, extra)),
        KEY: [(document.key.encode(), 1, 1.0, b"")],
        FACTS: Facts.of(document).to_bytes(),
    }


def _extra_words(document: SearchDocument) -> str:
    """Return what leads to a document without being shown: its own extra words, its speerpunten and organisations.

    Their slugs are their names, near enough: whoever looks for "stage techniek" means the speerpunt too.
    """
    slugs = " ".join((*document.themes, *document.organisations)).replace("-", " ")
    return f"{document.extra} {slugs}"


def _words(title: FieldTerms, text: FieldTerms, extra: FieldTerms) -> Iterator[Posting]:
    for word in title.words.keys() | text.words.keys() | extra.words.keys():
        weight = ranking.weight(title.words[word], title.length, text.words[word], text.length, extra.words[word])
        places = [*title.positions.get(word, ()), *text.positions.get(word, ()), *extra.positions.get(word, ())]
        kept = array("H", [place for place in places if place <= MAX_POSITION])
        yield word.encode(), len(places), weight, kept.tobytes() or b"\xff\xff"


def _stems(title: FieldTerms, text: FieldTerms, extra: FieldTerms) -> Iterator[Posting]:
    for stem in title.stems.keys() | text.stems.keys() | extra.stems.keys():
        weight = ranking.weight(title.stems[stem], title.length, text.stems[stem], text.length, extra.stems[stem])
        yield stem.encode(), 1, weight, b""


@dataclass(frozen=True, slots=True)
class Facts:
    """What facets, order and identity need of a document, kept beside its terms."""

    key: str
    themes: tuple[str, ...]
    organisations: tuple[str, ...]
    year: int | None
    day: date | None
    is_open: bool

    @classmethod
    def of(cls, document: SearchDocument) -> "Facts":
        """Return the facts of a document; its year is that of its day when it does not say."""
        year = document.year or (document.day.year if document.day else None)
        themes, organisations = tuple(document.themes), tuple(document.organisations)
        return cls(document.key, themes, organisations, year, document.day, document.is_open)

    def to_bytes(self) -> bytes:
        """Return them as the index keeps them."""
        day = self.day.toordinal() if self.day else None
        return json.dumps([self.key, self.themes, self.organisations, self.year, day, self.is_open]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Facts":
        """Return what `to_bytes` wrote."""
        key, themes, organisations, year, day, is_open = json.loads(data)
        moment = None if day is None else date.fromordinal(day)
        return cls(key, tuple(themes), tuple(organisations), year, moment, is_open)
