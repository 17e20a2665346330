"""The filters of the two lists: read from the address, never failing; what is unknown is named and left out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.core.i18n import gettext as _
from portal.core.lists.selection import MAX_IGNORED, MAX_WORDS, Chip, Option, QueryArguments
from portal.core.text import clean
from portal.newsflash.facets import Facets
from portal.newsflash.queries import Position

SELECT = "organisatie"
"""The field that takes one value: there are too many organisations for a row of check boxes."""


@dataclass(frozen=True, slots=True)
class Group:
    """A field of the filter and its options, as the rail shows it."""

    name: str
    legend: str
    options: list[Option]
    kind: str


@dataclass(frozen=True, slots=True)
class NewsFilter:
    """What an address asks of a list: the chosen values per field, where to go on, and what we did not know."""

    endpoint: str
    facets: Facets
    chosen: Mapping[str, tuple[str, ...]]
    after: Position | None
    ignored: tuple[tuple[str, str], ...]

    @property
    def is_narrow(self) -> bool:
        """Whether anything was chosen."""
        return any(self.chosen.values())

    @property
    def total(self) -> int:
        """How many rows answer the filter."""
        return self.facets.index.count(self.chosen)

    @property
    def query(self) -> str:
        """The filter as a query string with its "?", always in the same order; "" when nothing is chosen."""
        pairs = [(name, value) for name, values in self.chosen.items() for value in values]
        return f"?{urlencode(pairs)}" if pairs else ""

    def url(self, endpoint: str = "", **changes: Any) -> str:
        """Return the address of this filter on its list or on another endpoint, with some fields changed."""
        return url_for(endpoint or self.endpoint, **{**self.chosen, **changes})

    def _without(self, name: str, value: str) -> str:
        changes: dict[str, Any] = {name: [other for other in self.chosen[name] if other != value]}
        return self.url(**changes)

    def groups(self) -> list[Group]:
        """Return the fields with their options, each option with what one would find by choosing it."""
        return list(self._groups())

    def _groups(self) -> Iterator[Group]:
        counts = self.facets.index.counts(self.chosen)
        for name, labels in self.facets.choices.items():
            found, chosen = counts.get(name, {}), self.chosen[name]
            options = [Option(value, label, found.get(value, 0), value in chosen) for value, label in labels.items()]
            if name == SELECT:
                options = [Option("", _("All organisations"), None, not chosen), *options]
            yield Group(name, field_labels()[name], options, "select" if name == SELECT else "checkbox")

    def chips(self) -> list[Chip]:
        """Return what was chosen, each with the address of the list without it."""
        labels = field_labels()
        return [
            Chip(labels[name], self.facets.choices[name][value], self._without(name, value))
            for name, values in self.chosen.items()
            for value in values
        ]


def field_labels() -> dict[str, str]:
    """Return what the parameters are called on screen."""
    return {
        "speerpunt": _("Focus point"),
        "jaar": _("Year"),
        "organisatie": _("Organisation"),
        "na": _("Place in the list"),
    }


def parse(
    endpoint: str, arguments: MultiDict[str, str], facets: Facets, position: Callable[[str], Position | None]
) -> NewsFilter:
    """Read a filter from the arguments of an address; `position` reads the paging key."""
    asked, labels = _Asked(arguments), field_labels()
    chosen = {name: asked.known(name, labels[name], values) for name, values in facets.choices.items()}
    key = arguments.get("na", "")
    after = position(key) if key else None
    if key and after is None:
        asked.ignore(labels["na"], key)
    return NewsFilter(endpoint, facets, chosen, after, tuple(asked.ignored))


def is_untidy(arguments: MultiDict[str, str]) -> bool:
    """Whether an address holds empty fields."""
    return not all(value for _name, value in arguments.items(multi=True))


class _Asked(QueryArguments):
    """A query string read in the order in which the options are offered, so that one filter has one address."""

    def known(self, name: str, label: str, values: Mapping[str, str]) -> tuple[str, ...]:
        """Return the values of a field that exist; of a field that takes one value the first."""
        asked = self.options(name, label, values)
        if name == SELECT:
            for further in asked[1:]:
                self.ignore(label, further)
            return asked[:1]
        return tuple(value for value in values if value in asked)

    def ignore(self, label: str, value: str) -> None:
        """Note a value that means nothing here."""
        if len(self.ignored) < MAX_IGNORED:
            self.ignored.append((label, clean(value)[:MAX_WORDS]))
