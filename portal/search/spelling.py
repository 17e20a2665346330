"""Words to propose to a visitor: only those of documents that this visitor may find."""

from dataclasses import dataclass

from portal.search import services
from portal.search.analysis import fold, tokens
from portal.search.engine import Chosen, engine
from portal.search.plan import Need, Plan, Variant
from portal.search.query import parse
from portal.search.terms import WORDS


@dataclass(frozen=True, slots=True)
class Correction:
    """The words as they were probably meant."""

    words: str
    is_used: bool
    """Whether the finds shown are finds of these words already."""


def finds(plan: Plan, chosen: Chosen, *, members: bool) -> bool:
    """Whether this visitor finds anything that has all that a plan asks for."""
    return engine().search(plan, chosen, members=members, limit=1, counts=False, widen=False).complete > 0


def may_find(word: str, *, members: bool) -> bool:
    """Whether a folded word of the index stands in anything that this visitor may find."""
    return finds(Plan((Need(word, 1.0, (Variant(WORDS, word, 1.0),)),)), {}, members=members)


def correction(typed: str, found: services.Found, chosen: Chosen, *, members: bool) -> Correction | None:
    """Return what may have been meant, None when that would find nothing for this visitor either.

    Raises SearchUnavailable.
    """
    meant = found.plan.corrected
    if not meant or meant == typed:
        return None
    had = {fold(match.group()) for match in tokens(typed)}
    new = {fold(match.group()) for match in tokens(meant)} - had
    if not all(may_find(word, members=members) for word in new):
        return None
    mended = services.find(parse(meant), chosen, members=members, limit=1, counts=False, widen=False)
    if not mended.results.complete:
        return None
    return Correction(meant, is_used=found.results.complete > 0)
