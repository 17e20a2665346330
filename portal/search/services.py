"""What other features call. They import this module and `search.models`, and no other module of search.

Features register their content here (`register`, `follow`, `register_synonyms`), look up ids for their own lists
(`find_ids`), compare texts (`subject_terms`), and show or manage what search keeps: the state of the index, the
synonyms, searches without a result.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.search.engines.base import RebuildRunning, SearchRequest, SearchUnavailable
from portal.search.engines.factory import engine
from portal.search.indexing.documents import register
from portal.search.indexing.followers import Following, follow
from portal.search.indexing.indexer import apply_changes, differences, rebuild, run_forever
from portal.search.indexing.likeness import subject_terms, synonym_terms, word_for
from portal.search.language.synonym_groups import LONGEST as MAX_SYNONYM_LENGTH
from portal.search.language.synonym_groups import LONGEST_NOTE as MAX_SYNONYM_NOTE_LENGTH
from portal.search.language.synonym_groups import MOST as MAX_SYNONYMS
from portal.search.language.synonym_groups import SynonymError
from portal.search.language.synonym_groups import all_groups as list_synonym_groups
from portal.search.language.synonym_groups import checked as check_synonym_group
from portal.search.language.synonym_groups import delete_group as delete_synonym_group
from portal.search.language.synonym_groups import save_group as save_synonym_group
from portal.search.language.synonym_groups import seed as seed_synonym_groups
from portal.search.language.synonyms import Group as SynonymWords
from portal.search.language.synonyms import register_source as register_synonyms
from portal.search.language.synonyms import shipped as shipped_synonyms
from portal.search.misses import LEAST as LEAST_MISSES
from portal.search.misses import Missed
from portal.search.misses import frequent as frequent_misses
from portal.search.models import SearchChange, note, note_rows
from portal.search.page.agenda_hits import register_day_lookup
from portal.search.query import execution, parser
from portal.search.query.explanation import Explanation, explain

__all__ = [
    "LEAST_MISSES",
    "MAX_IDS",
    "MAX_SYNONYMS",
    "MAX_SYNONYM_LENGTH",
    "MAX_SYNONYM_NOTE_LENGTH",
    "Explanation",
    "Following",
    "Missed",
    "RebuildRunning",
    "SearchUnavailable",
    "Status",
    "SynonymError",
    "SynonymWords",
    "apply_changes",
    "check_synonym_group",
    "count_matches",
    "delete_synonym_group",
    "differences",
    "explain",
    "find_ids",
    "find_matching_ids",
    "follow",
    "frequent_misses",
    "is_complete_until",
    "list_synonym_groups",
    "note",
    "note_rows",
    "rebuild",
    "register",
    "register_day_lookup",
    "register_synonyms",
    "run_forever",
    "save_synonym_group",
    "seed_synonym_groups",
    "shipped_synonyms",
    "status",
    "subject_terms",
    "synonym_terms",
    "word_for",
]

MAX_IDS = 2_000


def find_ids(words: str, type: str) -> list[int] | None:
    """Return the ids of the rows of a type that match some words, best first, at most MAX_IDS.

    None means that the index cannot be used now. The list is empty too for words that cannot be searched for ("de",
    "?!").
    """
    asked = parser.parse(words)
    if not asked.nodes:
        return []
    try:
        found = execution.find(asked, SearchRequest({"type": [type]}).first_hits(MAX_IDS))
    except SearchUnavailable:
        return None
    return [int(hit.key.partition(":")[2]) for hit in found.results.hits]


def find_matching_ids(words: str, type: str) -> list[int] | None:
    """Return the ids of the rows of a type that match all words, best first, at most MAX_IDS; None as `find_ids`."""
    asked = parser.parse(words)
    if not asked.nodes:
        return []
    try:
        found = execution.find(asked, SearchRequest({"type": [type]}).first_hits(MAX_IDS))
    except SearchUnavailable:
        return None
    return [int(hit.key.partition(":")[2]) for hit in found.results.hits[: execution.complete(found)]]


def is_complete_until(moment: datetime) -> bool:
    """Return whether the index can be used and holds everything that changed up to a moment (UTC)."""
    state = status()
    return state.usable and clock.now() - timedelta(seconds=state.age) >= moment


def count_matches(words: str) -> int | None:
    """Return how many documents that a visitor may find match all words; None when the index cannot be used now."""
    asked = parser.parse(words)
    if not asked.nodes:
        return 0
    try:
        return execution.complete(execution.find(asked, SearchRequest().first_hits(1)))
    except SearchUnavailable:
        return None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the index."""

    usable: bool
    pending: int
    """Changes that are not in the index yet."""
    indexed: int
    """Documents in the index."""
    age: float = 0.0
    """Seconds that the oldest of them waits."""


def status() -> Status:
    """Return the state of the index: two small queries."""
    pending, oldest = db.session.execute(select(func.count(), func.min(SearchChange.noted_at))).one()
    age = max(0.0, (clock.now() - oldest).total_seconds()) if pending else 0.0
    try:
        return Status(usable=True, pending=pending, indexed=len(engine()), age=age)
    except SearchUnavailable:
        return Status(usable=False, pending=pending, indexed=0, age=age)
