"""The Whoosh schema of the index: how the terms and stored fields of a document are written."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import columns, fields, formats

from portal.search.indexing.terms import PARTS, STEMS, WORDS, DocumentTerms, Facts, terms_of
from portal.search.models import SearchDocument

KEY, FACTS = "key", "facts"

MAX_POSITION = 65_535
"""Highest stored position: phrases match in about the first 65,000 words of a text, single words everywhere."""

Posting = tuple[bytes, int, float, bytes]


class Terms(fields.FieldType):  # type: ignore[misc]  # published without types
    """A field whose terms and weights are computed before indexing."""

    def __init__(self, *, with_positions: bool = False) -> None:
        self.format = formats.Positions() if with_positions else formats.Existence()
        self.scorable = self.stored = self.unique = False

    def index(self, value: Iterable[Posting], **_options: Any) -> Iterator[Posting]:
        """Return the postings unchanged."""
        return iter(value)


def whoosh_schema() -> fields.Schema:
    """Return the schema of the index."""
    return fields.Schema(
        **{
            WORDS: Terms(with_positions=True),
            STEMS: Terms(),
            PARTS: Terms(),
            KEY: Terms(),
            FACTS: fields.COLUMN(columns.VarBytesColumn()),
        }
    )


def whoosh_document(document: SearchDocument) -> dict[str, Any]:
    """Return the fields of a document."""
    terms = terms_of(document)
    return {
        WORDS: list(_words(terms)),
        STEMS: [(stem.encode(), 1, weight, b"") for stem, weight in terms.stems.items()],
        PARTS: [(part.encode(), 1, weight, b"") for part, weight in terms.parts.items()],
        KEY: [(document.key.encode(), 1, 1.0, b"")],
        FACTS: Facts.from_document(document).to_bytes(),
    }


def _words(terms: DocumentTerms) -> Iterator[Posting]:
    for word, weight in terms.words.items():
        places = terms.positions[word]
        kept = array("H", [place for place in places if place <= MAX_POSITION])
        yield word.encode(), len(places), weight, kept.tobytes() or b"\xff\xff"
