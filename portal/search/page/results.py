"""The search page as its template needs it: finds with snippets, facets with counts, what was left out, what else."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.core.lists.selection import Chip
from portal.search import services
from portal.search.engines.base import Results, SearchUnavailable
from portal.search.indexing import documents
from portal.search.models import SearchDocument
from portal.search.page import facets, operators, visibility
from portal.search.page.cards import Card, cards
from portal.search.page.facets import Group
from portal.search.page.forms import SearchFilter
from portal.search.query import spelling
from portal.search.query.clauses import Plan
from portal.search.query.parser import Query, parse
from portal.search.query.spelling import Correction
from portal.search.services import Found

PAGE_SIZE = 20
MAX_ALSO = 5
"""Of what was not asked for a handful: it must not bury what was."""

MAX_PAGES = 100
"""Nobody reads two thousand finds: one asks more precisely."""


@dataclass(frozen=True, slots=True)
class Screen:
    """All that the search page shows."""

    filter: SearchFilter
    cards: list[Card]
    total: int = 0
    page: int = 1
    pages: int = 0
    groups: list[Group] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    works: bool = True
    complete: int = 0
    """How many of the finds have all that was asked for; they come first."""
    at_least: bool = False
    """There are more than `total`."""
    says_nothing: bool = False
    """There are words, but none that can be looked for."""
    only_without: bool = False
    """The words only say what not to find."""
    unknown: tuple[str, ...] = ()
    """Words that stand nowhere, nor anything like them."""
    correction: Correction | None = None
    also: list[Card] = field(default_factory=list)
    """What else is about the same things, for who found little."""
    possible: list[tuple[str, str]] = field(default_factory=list)
    """(field, what one can type after it) of fields that were typed with something else."""

    @property
    def past_end(self) -> bool:
        """Whether a page was asked for that these results do not have."""
        return self.page > max(1, self.pages)

    @property
    def is_miss(self) -> bool:
        """Whether somebody looked for words, free of any other choice, that nothing has."""
        asked = self.filter
        free = self.works and bool(asked.words) and not any(asked.chosen.values())
        in_vain = not self.complete or bool(self.unknown)
        return free and self.page == 1 and in_vain and not (self.says_nothing or self.only_without)

    @property
    def first_partial(self) -> int:
        """Where on this page the finds begin that have only a part of what was asked for; their number when none do."""
        return next((place for place, card in enumerate(self.cards) if not card.is_complete), len(self.cards))


def screen(asked: SearchFilter, page: int, *, members: bool = False) -> Screen:
    """Return what the search page shows for a filter; recent content when the index is away.

    `members` says whether what is for members only may be found.
    """
    asked = operators.resolve(asked)
    query = parse(asked.words)
    try:
        return _found(asked, query, page, members=members)
    except SearchUnavailable:
        recent = documents.newest(PAGE_SIZE)
        known = facets.known(Results([], 0), asked, recent)
        shown = cards([(document, True) for document in recent], Plan(), known)
        return Screen(asked, shown, works=False, ignored=facets.ignored(asked), possible=_possible(asked))


def _found(asked: SearchFilter, query: Query, page: int, *, members: bool) -> Screen:
    offset = (min(page, MAX_PAGES) - 1) * PAGE_SIZE
    found = visibility.find(query, asked.chosen, members=members, offset=offset, limit=PAGE_SIZE)
    results = found.results
    here = documents.load(hit.key for hit in results.hits)
    shown = [
        (here[hit.key], offset + place < results.complete)
        for place, hit in enumerate(results.hits)
        if hit.key in here and (members or not here[hit.key].for_members)
    ]
    more = _more(asked, found, here, members=members) if page == 1 and not query.without else []
    known = facets.known(results, asked, [*(document for document, _is_complete in shown), *more])
    kept = asked.keeping(known)
    if kept.chosen != asked.chosen:
        return _found(kept, query, page, members=members)
    chips, possible = facets.chips(asked, known), _possible(asked)
    ignored = facets.ignored(asked, (*found.plan.ignored, *results.ignored))
    if asked.is_empty:
        groups = facets.groups(results, asked, known)
        return Screen(asked, [], results.total, groups=groups, ignored=ignored, possible=possible)
    if not query.nodes and not any(asked.chosen.values()):
        only_without, silent = query.is_only_without, not asked.puzzling
        return Screen(
            asked, [], chips=chips, ignored=ignored, says_nothing=silent, only_without=only_without, possible=possible
        )
    return Screen(
        asked,
        cards(shown, found.plan, known),
        results.total,
        page,
        min(MAX_PAGES, math.ceil(results.total / PAGE_SIZE)),
        facets.groups(results, asked, known),
        chips,
        ignored,
        complete=results.complete,
        at_least=results.at_least,
        unknown=found.plan.unknown,
        correction=_correction(asked, found, page, members=members),
        also=cards([(document, False) for document in more], found.plan, known),
        possible=possible,
    )


def _correction(asked: SearchFilter, found: Found, page: int, *, members: bool) -> Correction | None:
    """Return what may have been meant, said once: beside the first page."""
    return spelling.correction(asked.words, found, asked.chosen, members=members) if page == 1 else None


def _more(
    asked: SearchFilter, found: Found, here: Mapping[str, SearchDocument], *, members: bool
) -> list[SearchDocument]:
    """Return what else is about the same things as what was found, nothing when enough was."""
    hits = services.also(found, here, asked.chosen, members=members)[:MAX_ALSO]
    more = documents.load(hit.key for hit in hits)
    return [more[hit.key] for hit in hits if hit.key in more and (members or not more[hit.key].for_members)]


def _possible(asked: SearchFilter) -> list[tuple[str, str]]:
    return [(name, operators.possible(name)) for name in asked.puzzling]
