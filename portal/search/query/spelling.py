"""Words as they were probably meant."""

from dataclasses import dataclass

from portal.search import services
from portal.search.engines.base import Chosen
from portal.search.language.analysis import fold, tokens
from portal.search.page import visibility
from portal.search.query.parser import parse


@dataclass(frozen=True, slots=True)
class Correction:
    """The words as they were probably meant."""

    words: str
    is_used: bool
    """Whether the finds shown are finds of these words already."""


def correction(typed: str, found: services.Found, chosen: Chosen, *, members: bool) -> Correction | None:
    """Return what may have been meant, None when that would find nothing for this visitor either.

    Raises SearchUnavailable.
    """
    meant = found.plan.corrected
    if not meant or meant == typed:
        return None
    had = {fold(match.group()) for match in tokens(typed)}
    new = {fold(match.group()) for match in tokens(meant)} - had
    if not all(visibility.is_findable(word, members=members) for word in new):
        return None
    mended = services.find(parse(meant), chosen, members=members, limit=1, counts=False, widen=False)
    if not mended.results.complete:
        return None
    return Correction(meant, is_used=found.results.complete > 0)
