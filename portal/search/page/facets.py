"""The facets of the search page: options with counts, chosen options, and input that was ignored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.core.i18n import gettext as _
from portal.core.i18n import pgettext
from portal.core.lists.selection import Chip, Option
from portal.search.engines.base import Results
from portal.search.indexing import documents
from portal.search.indexing.documents import FacetValue
from portal.search.models import SearchDocument
from portal.search.page import content_types
from portal.search.page.forms import PARAMETERS, SearchFilter

MAX_ORGANISATIONS = 12
"""Most organisations offered: those with most hits. Chosen ones are always offered."""

MAX_NAMES = 2
"""Most organisations named under a hit."""

Known = Mapping[str, Mapping[str, FacetValue]]


@dataclass(frozen=True, slots=True)
class Group:
    """A facet."""

    name: str
    legend: str
    options: list[Option]


def known(found: Results, asked: SearchFilter, shown: list[SearchDocument]) -> Known:
    """Return the labels of all options on the page: offered, chosen and existing, and those of the hits shown."""
    types = {value: FacetValue(value, label.all) for value, label in content_types.labels().items()}
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


def groups(found: Results, asked: SearchFilter, known: Known) -> list[Group]:
    """Return the facets that have options."""
    made = [
        Group(parameter, label(parameter), list(_options(name, found.facets.get(name, {}), asked, known[name])))
        for name, parameter in PARAMETERS.items()
    ]
    return [group for group in made if group.options]


def _options(
    name: str, counts: Mapping[str, int], asked: SearchFilter, known: Mapping[str, FacetValue]
) -> Iterable[Option]:
    chosen = asked.chosen[name]
    offered = {*_most(counts), *chosen} if name == "organisation" else known.keys()
    for value in _in_order(name, counts, known):
        if value in offered and (counts.get(value, 0) or value in chosen):
            yield Option(value, known[value].label, counts.get(value, 0), value in chosen)


def _in_order(name: str, counts: Mapping[str, int], known: Mapping[str, FacetValue]) -> list[str]:
    """Return the options in display order: types as on the site, speerpunten by number, years newest first."""
    if name == "theme":
        return sorted(known, key=lambda value: known[value].number)
    if name == "year":
        return sorted(known, reverse=True)
    if name == "organisation":
        return sorted(known, key=lambda value: (-counts.get(value, 0), known[value].label.casefold()))
    return list(known)


def chips(asked: SearchFilter, known: Known) -> list[Chip]:
    """Return what narrows a search: the chosen options and the excluded words."""
    chosen = [
        Chip(label(PARAMETERS[name]), known[name][value].label, asked.without(name, value).address())
        for name, values in asked.chosen.items()
        for value in values
    ]
    unwanted = [
        Chip(pgettext("search", "Words"), _("without “%(word)s”", word=word), rest.address())
        for word, rest in asked.excluded()
    ]
    return chosen + unwanted


def ignored(asked: SearchFilter, words: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return (field label, value) of all input that was ignored."""
    left_out = [(label(parameter), value) for parameter, value in asked.ignored]
    if asked.cut:
        left_out.append((pgettext("search", "Words"), asked.cut))
    return left_out + [(pgettext("search", "Words"), word) for word in words]


def label(parameter: str) -> str:
    """Return what a parameter of the address is called on screen."""
    return {
        "type": _("Kind of page"),
        "speerpunt": _("Focus point"),
        "jaar": _("Year"),
        "organisatie": _("Organisation"),
    }[parameter]
