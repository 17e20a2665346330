"""Searching for a visitor without telling which words only members can find.

A word that stands in a member's profile and nowhere else must look to a visitor like a word that stands nowhere:
the same finds, the same words named as unknown, the same spellings proposed. So where a visitor finds nothing that
has all words, the words that find nothing for visitors are looked for once more as if the index did not have them.
"""

from collections.abc import Collection, Sequence

from portal.search import services
from portal.search.engines.base import Chosen, engine
from portal.search.indexing.terms import PARTS, STEMS, WORDS
from portal.search.language.analysis import stems
from portal.search.query.clauses import Clause, Plan, Variant
from portal.search.query.lexicon import Known, Lexicon, Term
from portal.search.query.parser import Query
from portal.search.services import Found


def find(asked: Query, chosen: Chosen, *, members: bool, offset: int, limit: int) -> Found:
    """Search as the search page does, for a member or a visitor; raises SearchUnavailable."""
    found = services.find(asked, chosen, members=members, offset=offset, limit=limit)
    if members or found.results.complete or not found.plan.clauses:
        return found
    hidden = [need.shown for need in found.plan.clauses if not need.phrase and not has_results(Plan((need,)), {})]
    if not hidden:
        return found
    lexicon = _Discreet(engine().lexicon(), hidden)
    return services.find(asked, chosen, offset=offset, limit=limit, lexicon=lexicon)


def has_results(plan: Plan, chosen: Chosen, *, members: bool = False) -> bool:
    """Whether a visitor (or a member) finds anything that has all that a plan asks for."""
    return engine().search(plan, chosen, members=members, limit=1, counts=False, widen=False).complete > 0


def is_findable(word: str, *, members: bool = False) -> bool:
    """Whether a folded word of the index stands in anything that a visitor (or a member) may find."""
    return has_results(Plan((Clause(word, 1.0, (Variant(WORDS, word, 1.0),)),)), {}, members=members)


class _Discreet:
    """The words of an index but for some that a visitor finds nothing with."""

    def __init__(self, lexicon: Lexicon, hidden: Collection[str]) -> None:
        self._lexicon = lexicon
        self._hidden = frozenset(hidden)
        self._terms = {term for word in hidden for term in _terms(word)}
        self.documents = lexicon.documents

    def frequencies(self, terms: Sequence[Term]) -> dict[Term, int]:
        """Return how many documents have each term."""
        return self._lexicon.frequencies([term for term in terms if term not in self._terms])

    def beginning(self, beginning: str, most: int) -> list[Known]:
        """Return longer words; of a hidden beginning none, for nothing that it finds is for visitors."""
        return [] if beginning in self._hidden else self._lexicon.beginning(beginning, most)

    def similar(self, word: str, most: int) -> list[tuple[Known, float]]:
        """Return words spelt alike, those left out that only members find."""
        return [found for found in self._lexicon.similar(word, most) if is_findable(found[0].word)]


def _terms(word: str) -> set[Term]:
    """Return the terms that a word is known by."""
    found = stems(word)
    return {(WORDS, word), *((STEMS, stem) for stem in found), *((PARTS, stem) for stem in found)}
