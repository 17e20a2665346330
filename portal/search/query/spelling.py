"""Spelling suggestions for a search: "Did you mean …?"."""

from dataclasses import dataclass

from portal.search.engines.base import SearchRequest
from portal.search.language.analysis import fold, tokens
from portal.search.page import visibility
from portal.search.query import execution
from portal.search.query.parser import parse


@dataclass(frozen=True, slots=True)
class Correction:
    """The words with their spelling corrected."""

    words: str
    is_used: bool
    """Whether the hits shown are hits of these words already."""


def correction(typed: str, found: execution.Found, request: SearchRequest) -> Correction | None:
    """Return the corrected words of a search; None when this searcher finds nothing with them either.

    Raises SearchUnavailable.
    """
    meant = found.plan.corrected
    if not meant or meant == typed:
        return None
    had = {fold(match.group()) for match in tokens(typed)}
    new = {fold(match.group()) for match in tokens(meant)} - had
    if not all(visibility.is_findable(word, members=request.members) for word in new):
        return None
    mended = execution.find(parse(meant), request.first_hits(1))
    if not mended.results.complete:
        return None
    return Correction(meant, is_used=found.results.complete > 0)
