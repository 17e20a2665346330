"""Running a search: from a parsed query through its plan to the hits of an engine."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.core import metrics
from portal.search.engines.base import DIMENSIONS, WANTED, Engine, Hit, Results, SearchRequest, SearchUnavailable
from portal.search.engines.factory import engine
from portal.search.language import synonyms
from portal.search.models import SearchDocument
from portal.search.page import related
from portal.search.query import plan
from portal.search.query.clauses import Plan
from portal.search.query.lexicon import Lexicon
from portal.search.query.parser import Query

FEW = WANTED
"""Searches with fewer hits than this are shown related documents too."""


@dataclass(frozen=True, slots=True)
class Found:
    """The plan of a search and what it found."""

    plan: Plan
    results: Results


def find(asked: Query, request: SearchRequest, *, using: Engine | None = None, lexicon: Lexicon | None = None) -> Found:
    """Search as the search page does, with another engine or another lexicon where one is given.

    Raises SearchUnavailable when the index cannot be used now.
    """
    used = using or engine()
    made = plan.make(asked, lexicon or used.lexicon(members=request.members), synonyms.current())
    if asked.nodes and not made.clauses:
        return Found(made, Results([], 0, {name: {} for name in DIMENSIONS}))  # none of the words is in the index
    found = used.search(made, request)
    metrics.search_seconds.labels(used.name).observe(found.seconds)
    return Found(made, found)


def also(
    found: Found, here: Mapping[str, SearchDocument], request: SearchRequest, *, using: Engine | None = None
) -> tuple[Hit, ...]:
    """Return related documents when a search found some, but less than a page.

    `here` holds the documents found by their keys, `request` is that of the search. Nothing is returned when the index
    went away meanwhile.
    """
    hits = found.results.hits
    if not found.plan.clauses or not 0 < len(hits) == found.results.total < FEW:
        return ()
    try:
        return related.find_related(hits, here, using or engine(), request, most=FEW - len(hits))
    except SearchUnavailable:
        return ()


def complete(found: Found) -> int:
    """Return how many documents match the whole query; none do when one of its words is unknown to the index."""
    return found.results.complete if found.plan.clauses and not found.plan.unknown else 0
