"""Searches for visitors without revealing words that only members may find.

A word that is only in a member's profile must look to a visitor like a word that is not in the index: the same hits,
the same words reported as unknown, the same corrections. So when no document matches a visitor's whole query, the
search is repeated with a lexicon without the words that give visitors no hits.
"""

from collections.abc import Collection, Sequence

from portal.search.engines.base import SearchRequest
from portal.search.engines.factory import engine
from portal.search.indexing.terms import PARTS, STEMS, WORDS
from portal.search.language.analysis import stems
from portal.search.query import execution
from portal.search.query.clauses import Clause, Plan, Variant
from portal.search.query.execution import Found
from portal.search.query.lexicon import Known, Lexicon, Term
from portal.search.query.parser import Query


def find(asked: Query, request: SearchRequest) -> Found:
    """Run a search for a member or a visitor, as the request says; raises SearchUnavailable."""
    found = execution.find(asked, request)
    if request.members or found.results.complete or not found.plan.clauses:
        return found
    hidden = [
        need.shown for need in found.plan.clauses if not need.phrase and not has_results(Plan((need,)), SearchRequest())
    ]
    if not hidden:
        return found
    lexicon = _Discreet(engine().lexicon(), hidden)
    return execution.find(asked, request, lexicon=lexicon)


def has_results(plan: Plan, request: SearchRequest) -> bool:
    """Whether any document that the searcher may find matches a whole plan."""
    return engine().search(plan, request.first_hits(1)).complete > 0


def is_findable(word: str, *, members: bool = False) -> bool:
    """Whether a folded word is in a document that a visitor (or a member) may find."""
    return has_results(Plan((Clause(word, 1.0, (Variant(WORDS, word, 1.0),)),)), SearchRequest(members=members))


class _Discreet:
    """The lexicon of an index without some words that give visitors no hits."""

    def __init__(self, lexicon: Lexicon, hidden: Collection[str]) -> None:
        self._lexicon = lexicon
        self._hidden = frozenset(hidden)
        self._terms = {term for word in hidden for term in _terms(word)}
        self.documents = lexicon.documents

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return how many documents have each term."""
        return self._lexicon.frequencies([term for term in terms if term not in self._terms])

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return longer words; none for a hidden word, because its hits are for members only."""
        return [] if beginning in self._hidden else self._lexicon.beginning(beginning, most)

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return words spelt alike."""
        return self._lexicon.similar(word, most)


def _terms(word: str) -> set[Term]:
    """Return the terms of a word in the index."""
    found = stems(word)
    return {(WORDS, word), *((STEMS, stem) for stem in found), *((PARTS, stem) for stem in found)}
