"""The judged queries of the development set; see README.md for how they were made."""

from functools import cache
from pathlib import Path

from portal.search.evaluation.scores import Document, Judged, read_queries
from tests.relevance import corpus

QUERIES = Path(__file__).parent / "queries.jsonl"

CLASSES = ("exact", "inflected", "compound", "typo", "synonym", "organisation", "prefix", "need")

HALVES = ("dev", "check")
"""Tuning looks at the first half; what helps only there is fitted to it."""


@cache
def documents() -> tuple[Document, ...]:
    """Return the documents as `portal search-eval` reads them."""
    return tuple(
        Document(row["id"] or "", row["title"] or "", row["body"] or "", row["type"] or "", row["theme"] or "")
        for row in corpus.documents()
    )


@cache
def queries() -> tuple[Judged, ...]:
    """Return all queries."""
    return tuple(read_queries(QUERIES))


def half(query: Judged) -> str:
    """Return to which half a query belongs: its number decides, so that a class is divided evenly."""
    return HALVES[int(query.id.rpartition("-")[2]) % 2]
