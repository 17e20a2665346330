"""The search page as its template needs it: hits with snippets, facets with counts, hints and related documents."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.core.lists.selection import Chip
from portal.search.engines.base import Results, SearchRequest, SearchUnavailable
from portal.search.indexing import documents
from portal.search.models import SearchDocument
from portal.search.page import agenda_hits, facets, operators, visibility
from portal.search.page.agenda_hits import EVENT, AgendaHits
from portal.search.page.cards import Card, cards
from portal.search.page.facets import Group, Known
from portal.search.page.forms import SearchFilter
from portal.search.query import execution, spelling
from portal.search.query.clauses import Plan
from portal.search.query.execution import Found
from portal.search.query.parser import Query, parse
from portal.search.query.spelling import Correction

PAGE_SIZE = 20
MAX_ALSO = 5
"""Most related documents that are shown."""

MAX_PAGES = 100
"""Most pages of results."""


@dataclass(frozen=True, slots=True)
class AgendaSection:
    """The events on the days that a search names: a heading, which links to the agenda, and the first of them."""

    title: str
    url: str
    total: int
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class Screen:
    """The contents of the search page."""

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
    """How many of the hits match the whole query; they come first."""
    at_least: bool = False
    """Whether there are more than `total`."""
    says_nothing: bool = False
    """Whether there are words, but only stop words."""
    only_without: bool = False
    """Whether all words are excluded ones."""
    unknown: tuple[str, ...] = ()
    """Words without any matching or similar word in the index."""
    correction: Correction | None = None
    agenda: AgendaSection | None = None
    also: list[Card] = field(default_factory=list)
    """Related documents, when there are few hits."""
    possible: list[tuple[str, str]] = field(default_factory=list)
    """(field, possible values) of fields that were typed with an unknown value."""

    @property
    def past_end(self) -> bool:
        """Whether the page number is higher than the number of pages."""
        return self.page > max(1, self.pages)

    @property
    def is_miss(self) -> bool:
        """Whether no document has all words as they were typed, and no chosen option is the reason.

        Documents that have a part of the words, or words that are merely spelt alike, are near-misses.
        """
        asked = self.filter
        free = self.works and bool(asked.words) and not any(asked.chosen.values())
        is_guess = self.correction is not None and self.correction.is_used
        in_vain = not self.complete or bool(self.unknown) or is_guess
        in_vain = in_vain and not self.has_events
        return free and self.page == 1 and in_vain and not (self.says_nothing or self.only_without)

    @property
    def has_events(self) -> bool:
        """Whether the search names days on which something happens."""
        return self.agenda is not None and bool(self.agenda.cards)

    @property
    def first_partial(self) -> int:
        """Index of the first hit on this page that matches only a part of the query; their number when none does."""
        return next((place for place, card in enumerate(self.cards) if not card.is_complete), len(self.cards))


def screen(asked: SearchFilter, page: int, *, members: bool = False) -> Screen:
    """Return the contents of the search page for a filter; recent documents while the index cannot be used.

    `members` tells whether documents for members only may be found.
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
    request = SearchRequest(asked.chosen, members=members, offset=offset, limit=PAGE_SIZE)
    found = visibility.find(query, request)
    results = found.results
    dated = agenda_hits.find(asked.words) if _may_be_event(asked) else None
    events = dated.events if dated else []
    here = documents.load(hit.key for hit in results.hits)
    shown = [
        (here[hit.key], offset + place < results.complete)
        for place, hit in enumerate(results.hits)
        if hit.key in here and here[hit.key] not in events and (members or not here[hit.key].for_members)
    ]
    more = _more(found, here, request) if page == 1 and not query.without else []
    known = facets.known(results, asked, [*(document for document, _is_complete in shown), *more, *events])
    kept = asked.keeping(known)
    if kept.chosen != asked.chosen:
        return _found(kept, query, page, members=members)
    chips, possible = facets.chips(asked, known), _possible(asked)
    ignored = facets.ignored(asked, (*found.plan.ignored, *results.ignored))
    if asked.is_empty:
        groups = facets.groups(results, asked, known)
        return Screen(asked, [], results.total, groups=groups, ignored=ignored, possible=possible)
    if not query.nodes and not dated and not any(asked.chosen.values()):
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
        correction=spelling.correction(asked.words, found, request) if page == 1 else None,
        agenda=_agenda_section(dated, found, known) if dated and page == 1 else None,
        also=cards([(document, False) for document in more], found.plan, known),
        possible=possible,
    )


def _may_be_event(asked: SearchFilter) -> bool:
    """Whether the chosen options leave room for events of any kind."""
    chosen = {name: set(values) for name, values in asked.chosen.items() if values}
    return chosen in ({}, {"type": {EVENT}})


def _agenda_section(dated: AgendaHits, found: Found, known: Known) -> AgendaSection:
    shown = cards([(event, True) for event in dated.events], found.plan, known)
    return AgendaSection(dated.title, dated.url, dated.total, shown)


def _more(found: Found, here: Mapping[str, SearchDocument], request: SearchRequest) -> list[SearchDocument]:
    """Return related documents when there are few hits, else none."""
    hits = execution.also(found, here, request)[:MAX_ALSO]
    more = documents.load(hit.key for hit in hits)
    return [more[hit.key] for hit in hits if hit.key in more and (request.members or not more[hit.key].for_members)]


def _possible(asked: SearchFilter) -> list[tuple[str, str]]:
    return [(name, operators.possible(name)) for name in asked.puzzling]
