"""The search page as its template needs it: finds with snippets, facets with counts, what was left out."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from portal.core import clock
from portal.core.formatting import long_date
from portal.core.words import gettext as _
from portal.core.words import pgettext
from portal.search import documents, services
from portal.search.documents import FacetValue
from portal.search.engine import Results, SearchUnavailable
from portal.search.forms import PARAMETERS, SearchFilter
from portal.search.models import SearchDocument
from portal.search.query import Query, parse
from portal.search.snippets import Highlighter

PAGE_SIZE = 20
MAX_PAGES = 100
"""Nobody reads two thousand finds: one asks more precisely."""

MAX_ORGANISATIONS = 12
"""Most organisations to choose from: those with most finds, and those chosen."""

MAX_NAMES = 2
"""Most organisations named under a find."""

Known = Mapping[str, Mapping[str, FacetValue]]


@dataclass(frozen=True, slots=True)
class Card:
    """A find as it is shown. Title and snippet are safe HTML."""

    type_label: str
    path: str
    title: Markup
    snippet: Markup
    themes: list[FacetValue]
    organisations: list[str]
    meta: list[str]


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A facet."""

    name: str
    legend: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen option, and the address without it."""

    label: str
    value: str
    remove_url: str


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
    loosened: bool = False
    says_nothing: bool = False
    """There are words, but none that can be looked for."""

    @property
    def past_end(self) -> bool:
        """Whether a page was asked for that these results do not have."""
        return self.page > max(1, self.pages)


def type_labels() -> dict[str, tuple[str, str]]:
    """Return the types in the order of the page: what one is called, and all of them."""
    return {
        "post": (pgettext("search", "Offer or request"), _("Offers and requests")),
        "event": (pgettext("search", "Event"), _("Agenda")),
        "article": (pgettext("search", "News item"), _("News")),
        "issue": (pgettext("search", "Newsflash"), pgettext("search", "Newsflash")),
        "organisation": (_("Organisation"), _("Organisations")),
        "theme": (_("Focus point"), _("Focus points")),
        "action": (pgettext("search", "Action"), pgettext("search", "Actions")),
        "example": (pgettext("search", "Example"), _("Examples")),
        "page": (_("Page"), _("Pages")),
    }


def screen(asked: SearchFilter, page: int) -> Screen:
    """Return what the search page shows for a filter; recent content when the index is away."""
    query = parse(asked.words)
    try:
        offset = (min(page, MAX_PAGES) - 1) * PAGE_SIZE
        found = services.find(query, asked.chosen, offset=offset, limit=PAGE_SIZE).results
        here = documents.load(hit.key for hit in found.hits)
        shown = [here[hit.key] for hit in found.hits if hit.key in here]
        known = _known(found, asked, shown)
        kept = asked.keeping(known)
        if kept.chosen != asked.chosen:
            return screen(kept, page)
    except SearchUnavailable:
        recent = documents.newest(PAGE_SIZE)
        cards = _cards(recent, Query(()), _known(Results([], 0), asked, recent))
        return Screen(asked, cards, works=False, ignored=_ignored(asked, ()))
    if asked.words and not query.nodes:
        return Screen(asked, [], chips=_chips(asked, known), ignored=_ignored(asked, found.ignored), says_nothing=True)
    if asked.is_empty:
        return Screen(asked, [], found.total, groups=_groups(found, asked, known), ignored=_ignored(asked, ()))
    return Screen(
        asked,
        _cards(shown, query, known),
        found.total,
        page,
        min(MAX_PAGES, math.ceil(found.total / PAGE_SIZE)),
        _groups(found, asked, known),
        _chips(asked, known),
        _ignored(asked, found.ignored),
        loosened=found.complete < found.total,
    )


# ── facets ────────────────────────────────────────────────────────────────────────────────────────


def _known(found: Results, asked: SearchFilter, shown: list[SearchDocument]) -> Known:
    """Return how options read: those to choose from, those chosen and existing, and those of the finds shown."""
    types = {value: FacetValue(value, label) for value, (_one, label) in type_labels().items()}
    facets = {name: found.facets.get(name, {}) for name in PARAMETERS}
    years = {*facets["year"], *filter(_is_year, asked.chosen["year"])}
    themes = {slug for document in shown for slug in document.themes}
    organisations = {slug for document in shown for slug in document.organisations[:MAX_NAMES]}
    organisations |= {*_most(facets["organisation"]), *asked.chosen["organisation"]}
    return {
        "type": types,
        "theme": documents.facet_values("theme", {*facets["theme"], *asked.chosen["theme"], *themes}),
        "year": {value: FacetValue(value, value) for value in years},
        "organisation": documents.facet_values("organisation", organisations),
    }


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


def _most(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda value: (-counts[value], value))[:MAX_ORGANISATIONS]


def _groups(found: Results, asked: SearchFilter, known: Known) -> list[Group]:
    legends = {
        "type": _("Kind of page"),
        "theme": _("Focus point"),
        "year": _("Year"),
        "organisation": _("Organisation"),
    }
    groups = [
        Group(parameter, legends[name], list(_options(name, found.facets[name], asked, known[name])))
        for name, parameter in PARAMETERS.items()
    ]
    return [group for group in groups if group.options]


def _options(
    name: str, counts: Mapping[str, int], asked: SearchFilter, known: Mapping[str, FacetValue]
) -> Iterable[Option]:
    chosen = asked.chosen[name]
    offered = {*_most(counts), *chosen} if name == "organisation" else known.keys()
    for value in _in_order(name, counts, known):
        if value in offered and (counts.get(value, 0) or value in chosen):
            yield Option(value, known[value].label, counts.get(value, 0), value in chosen)


def _in_order(name: str, counts: Mapping[str, int], known: Mapping[str, FacetValue]) -> list[str]:
    """Return the options as people look for them: types as on the site, speerpunten by number, years newest first."""
    if name == "theme":
        return sorted(known, key=lambda value: known[value].number)
    if name == "year":
        return sorted(known, reverse=True)
    if name == "organisation":
        return sorted(known, key=lambda value: (-counts.get(value, 0), known[value].label.casefold()))
    return list(known)


def _chips(asked: SearchFilter, known: Known) -> list[Chip]:
    return [
        Chip(_parameter_label(PARAMETERS[name]), known[name][value].label, asked.without(name, value).address())
        for name, values in asked.chosen.items()
        for value in values
    ]


def _ignored(asked: SearchFilter, words: Iterable[str]) -> list[tuple[str, str]]:
    left_out = [(_parameter_label(parameter), value) for parameter, value in asked.ignored]
    if asked.cut:
        left_out.append((pgettext("search", "Words"), asked.cut))
    return left_out + [(pgettext("search", "Words"), word) for word in words]


def _parameter_label(parameter: str) -> str:
    return {
        "type": _("Kind of page"),
        "speerpunt": _("Focus point"),
        "jaar": _("Year"),
        "organisatie": _("Organisation"),
    }[parameter]


# ── finds ─────────────────────────────────────────────────────────────────────────────────────────


def _cards(found: list[SearchDocument], query: Query, known: Known) -> list[Card]:
    """Return the finds as they are shown, snippets cut from the text that the database has now."""
    highlighter = Highlighter(query)
    labels = type_labels()
    return [
        Card(
            type_label=_type_label(document, labels),
            path=document.path,
            title=highlighter.title(document.title),
            snippet=highlighter.snippet(document.text),
            themes=_themes(document, known["theme"]),
            organisations=_organisations(document, known["organisation"]),
            meta=_meta(document),
        )
        for document in found
    ]


def _type_label(document: SearchDocument, labels: Mapping[str, tuple[str, str]]) -> str:
    kinds = {"aanbod": _("Offer"), "vraag": _("Request")}
    return kinds.get(document.kind) or labels.get(document.type, (document.type, ""))[0]


def _themes(document: SearchDocument, themes: Mapping[str, FacetValue]) -> list[FacetValue]:
    """Return the speerpunten of a find; a speerpunt's own page does not repeat itself."""
    if document.type == "theme":
        return []
    return sorted((themes[slug] for slug in document.themes if slug in themes), key=lambda theme: theme.number)


def _organisations(document: SearchDocument, names: Mapping[str, FacetValue]) -> list[str]:
    if document.type in ("organisation", "theme", "action"):
        return []
    return [names[slug].label for slug in document.organisations[:MAX_NAMES] if slug in names]


def _meta(document: SearchDocument) -> list[str]:
    """Return when it is or was, and whether that is over."""
    day = long_date(document.day) if document.day else ""
    if day and document.type == "post":
        day = _("Posted on %(day)s", day=day)
    meta = [day] if day else []
    if document.type != "event":
        return meta if document.is_open else [*meta, pgettext("search", "Closed")]
    if document.day and document.day < clock.today():
        meta.append(pgettext("search", "Past"))
    elif document.day and not document.is_open:
        meta.append(pgettext("search", "Cancelled or postponed"))
    return meta
