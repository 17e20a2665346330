"""What other features ask of search: ids for their own lists, a place for their rows, the state of the index."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.core import clock, metrics
from portal.core.extensions import db
from portal.search.engines.base import DIMENSIONS, WANTED, Chosen, Engine, Hit, Results, SearchUnavailable, engine
from portal.search.indexing import documents
from portal.search.indexing.documents import register
from portal.search.indexing.followers import Following, follow
from portal.search.language import synonyms
from portal.search.models import SearchChange, SearchDocument, note, note_rows
from portal.search.page import related
from portal.search.query import parser, plan
from portal.search.query.lexicon import Lexicon
from portal.search.query.parser import Query
from portal.search.query.plan import Plan

__all__ = [
    "MAX_IDS",
    "Following",
    "Found",
    "Status",
    "complete",
    "differences",
    "find",
    "find_ids",
    "follow",
    "note",
    "note_rows",
    "register",
    "status",
]

MAX_IDS = 2_000

FEW = WANTED
"""Who finds fewer is shown what else is about the same things."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for, and what was found."""

    plan: Plan
    results: Results


def find(
    asked: Query,
    chosen: Chosen,
    *,
    members: bool = False,
    offset: int = 0,
    limit: int = 20,
    counts: bool = True,
    widen: bool = True,
    using: Engine | None = None,
    lexicon: Lexicon | None = None,
) -> Found:
    """Search as the search page does; the parameters are those of `Engine.search`.

    `lexicon` stands in for that of the index, where some of its words must not be known. Raises SearchUnavailable
    when the index cannot be used now.
    """
    used = using or engine()
    made = plan.make(asked, lexicon or used.lexicon(), synonyms.current())
    if asked.nodes and not made.clauses:
        return Found(made, Results([], 0, {name: {} for name in DIMENSIONS}))  # not one of the words is anywhere
    found = used.search(made, chosen, members=members, offset=offset, limit=limit, counts=counts, widen=widen)
    metrics.search_seconds.labels(used.name).observe(found.seconds)
    return Found(made, found)


def also(
    found: Found,
    here: Mapping[str, SearchDocument],
    chosen: Chosen,
    *,
    members: bool = False,
    using: Engine | None = None,
) -> tuple[Hit, ...]:
    """Return documents about the same things for who found less than a page; `here` are the documents found, by key.

    The parameters are those of the search before. None when nothing, or enough, was found, or the index went away.
    """
    hits = found.results.hits
    if not found.plan.clauses or not 0 < len(hits) == found.results.total < FEW:
        return ()
    try:
        return related.find_related(hits, here, using or engine(), chosen, members=members, most=FEW - len(hits))
    except SearchUnavailable:
        return ()


def complete(found: Found) -> int:
    """Return how many documents have all that was asked for: none when nothing is like one of the words."""
    return found.results.complete if found.plan.clauses and not found.plan.unknown else 0


def find_ids(words: str, type: str) -> list[int] | None:
    """Return the ids of the rows of a type that answer some words, best first, at most 2,000.

    None means that the index cannot be used now. An empty list may also mean that the words say nothing
    ("de", "?!"): `parse(words).nodes` tells.
    """
    asked = parser.parse(words)
    if not asked.nodes:
        return []
    try:
        found = find(asked, {"type": [type]}, limit=MAX_IDS, counts=False, widen=False)
    except SearchUnavailable:
        return None
    return [int(hit.key.partition(":")[2]) for hit in found.results.hits]


@dataclass(frozen=True, slots=True)
class Status:
    """How the index stands."""

    usable: bool
    pending: int
    """Change rows that wait."""
    indexed: int
    """Documents in the index."""
    age: float = 0.0
    """Seconds that the oldest change waits."""


def status() -> Status:
    """Return how the index stands: two tiny queries."""
    pending, oldest = db.session.execute(select(func.count(), func.min(SearchChange.noted_at))).one()
    age = max(0.0, (clock.now() - oldest).total_seconds()) if pending else 0.0
    try:
        return Status(usable=True, pending=pending, indexed=len(engine()), age=age)
    except SearchUnavailable:
        return Status(usable=False, pending=pending, indexed=0, age=age)


def differences() -> tuple[set[str], set[str]]:
    """Return which documents the index lacks and which it has in excess; reads the whole content."""
    expected = {document.key for _rows, found in documents.everything(documents.every_key()) for document in found}
    indexed = engine().keys()
    return expected - indexed, indexed - expected
