"""The filter rail of the board: options with result counts, sort orders and suggestions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from portal.board import labels
from portal.board.forms import BoardFilter, Sort, known
from portal.board.index import ALL, CLOSED, OPEN
from portal.board.levels import LEVELS
from portal.board.queries import BoardPage, count
from portal.board.reference import Choices, Reference
from portal.core import locale
from portal.core.i18n import gettext as _
from portal.core.lists.facet_counts import FacetCounts
from portal.core.lists.filters import Suggestion
from portal.core.lists.selection import Option

Counts = Mapping[str, FacetCounts]
"""For each dimension of the index, the number of posts per option."""

NO_COUNTS = FacetCounts()
MAX_CACHED_GROUPS = 256
"""Size of the cache of groups. One filter has seven groups; the largest, organisations, takes some 30 kB."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The options of one field. `control` is "checkbox", "radio" or "select"; for a select the options are HTML.

    Groups are cached: an unchanged group is the same object each time, so that its rendered HTML can be cached too.
    """

    name: str
    options: Sequence[Option] | Markup
    control: str
    legend: str
    is_open: bool = False


def groups(filter: BoardFilter, reference: Reference, counts: Counts) -> list[Group]:
    """Return the fields of the filter, in the order in which the rail shows them."""
    language = locale.current()

    def group(make: Maker, dimension: str, chosen: Sequence[str] | str, rows: Choices | None = None) -> Group:
        return _cached_group(language, make, counts.get(dimension, NO_COUNTS), chosen, rows)

    return [
        group(_kinds, "kind", filter.value("soort")),
        group(_categories, "category", filter.values("rubriek"), reference.categories),
        group(_themes, "theme", filter.values("speerpunt"), reference.themes),
        group(_levels, "level", filter.values("niveau")),
        group(_places, "municipality", filter.values("gemeente"), reference.municipalities),
        group(_organisations, "organisation", filter.value("organisatie"), reference.organisations),
        group(_statuses, "status", filter.status),
    ]


def sorts(filter: BoardFilter, path: str) -> list[tuple[str, str, bool]]:
    """Return the available sort orders as (label, address, is current)."""
    names = {Sort.NEWEST: _("Newest first"), Sort.REPLY_BY: _("Reply-by date")}
    if filter.words:
        names = {Sort.BEST: _("Best match"), **names}
    return [(label, filter.address(path, sort=sort), sort is filter.sort) for sort, label in names.items()]


def title(filter: BoardFilter, reference: Reference) -> str:
    """Return the title of a filtered list, such as "Vraag en aanbod: Gastles, Delft"."""
    on = ", ".join(part.value for part in filter.removals(known(reference)))
    return f"{_('Offers and requests')}: {on}" if on else _("Offers and requests")


def suggestions(filter: BoardFilter, reference: Reference, found: BoardPage, path: str) -> list[Suggestion]:
    """Return similar filters that do find posts: another municipality, closed posts, or one choice less."""
    others: dict[str, Mapping[str, int]] = {}
    if filter.values("gemeente"):
        counts = found.counts.get("municipality", NO_COUNTS)
        others["gemeente"] = {row.slug: counts.get(row.key, 0) for row in reference.municipalities.rows}
    if filter.status == OPEN:
        others["status"] = {CLOSED: found.counts.get("status", NO_COUNTS).get(CLOSED, 0)}
    return filter.suggestions(known(reference), path, lambda other: count(other, found.ids_of_words), others)


Maker = Callable[[FacetCounts, Any, Any], Group]


@lru_cache(maxsize=MAX_CACHED_GROUPS)
def _cached_group(
    _language: str, make: Maker, counts: FacetCounts, chosen: Sequence[str] | str, rows: Choices | None
) -> Group:
    """Return a group from the cache, or build it; the cache key is the language, counts, choice and rows."""
    return make(counts, chosen, rows)


def _kinds(counts: FacetCounts, chosen: str, _rows: None) -> Group:
    options = [Option("", _("Both"), sum(counts.values()), not chosen)]
    options += [Option(kind, label, counts.get(kind, 0), kind == chosen) for kind, label in labels.kinds().items()]
    return Group("soort", options, "radio", _("Kind"), is_open=True)


def _statuses(counts: FacetCounts, chosen: str, _rows: None) -> Group:
    found = {**counts, ALL: sum(counts.values())}
    options = [
        Option(status, label, found.get(status, 0), status == chosen) for status, label in labels.statuses().items()
    ]
    return Group("status", options, "radio", _("State"), is_open=True)


def _levels(counts: FacetCounts, chosen: Sequence[str], _rows: None) -> Group:
    options = [Option(slug, label, counts.get(slug, 0), slug in chosen) for slug, label in LEVELS.items()]
    return Group("niveau", options, "checkbox", _("Level"))


def _categories(counts: FacetCounts, chosen: Sequence[str], rows: Choices) -> Group:
    return Group("rubriek", _options(rows, counts, chosen), "checkbox", _("Category"))


def _themes(counts: FacetCounts, chosen: Sequence[str], rows: Choices) -> Group:
    return Group("speerpunt", _options(rows, counts, chosen), "checkbox", _("Focus point"))


def _places(counts: FacetCounts, chosen: Sequence[str], rows: Choices) -> Group:
    return Group("gemeente", _options(rows, counts, chosen), "checkbox", _("Municipality"))


def _options(choices: Choices, counts: FacetCounts, chosen: Sequence[str]) -> list[Option]:
    return [Option(row.slug, row.label, counts.get(row.key, 0), row.slug in chosen) for row in choices.rows]


def _organisations(counts: FacetCounts, chosen: str, choices: Choices) -> Group:
    """Return the option elements of a select: organisations with posts, and the chosen one."""
    elements = [f'<option value="">{escape(_("All organisations"))}</option>']
    for row in choices.rows:
        count = counts.get(row.key, 0)
        if row.slug == chosen:
            elements.append(f"{row.option.replace('>', ' selected>', 1)} ({count})</option>")
        elif count:
            elements.append(f"{row.option} ({count})</option>")
    options = Markup("".join(elements))  # noqa: S704  # labels and slugs were escaped when they were read
    return Group("organisatie", options, "select", _("Organisation"))
