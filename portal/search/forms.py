"""What an address of the search page asks for. Reading it never fails: what is not understood is named and left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.core.text import clean
from portal.search.query import MAX_TYPED

PARAMETERS = {"type": "type", "theme": "speerpunt", "year": "jaar", "organisation": "organisatie"}
"""The facets and how they are called in addresses, in the order in which they stand on the page."""

MAX_READ = 10 * MAX_TYPED
"""How much of what was typed is looked at, if only to say that it is left out."""

MAX_OPTIONS = 20
"""Most options of one facet that an address can choose."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Words and chosen facets."""

    words: str
    chosen: Mapping[str, tuple[str, ...]]
    cut: str = ""
    """What was typed beyond the length that is read."""
    ignored: list[tuple[str, str]] = field(default_factory=list)
    """(parameter, value) of what was not understood."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked yet."""
        return not self.words and not any(self.chosen.values())

    def keeping(self, known: Mapping[str, Mapping[str, Any]]) -> "SearchFilter":
        """Return the filter without the options that are not among the known ones of their facet."""
        chosen = {
            name: tuple(value for value in values if value in known[name]) for name, values in self.chosen.items()
        }
        unknown = [
            (PARAMETERS[name], value)
            for name, values in self.chosen.items()
            for value in values
            if value not in known[name]
        ]
        return replace(self, chosen=chosen, ignored=[*self.ignored, *unknown])

    def without(self, name: str, value: str) -> "SearchFilter":
        """Return the filter with one option taken away."""
        return replace(self, chosen={**self.chosen, name: tuple(kept for kept in self.chosen[name] if kept != value)})

    def address(self, page: int = 1) -> str:
        """Return the address of the search page for this filter."""
        arguments: dict[str, Any] = {"q": self.words or None}
        arguments |= {parameter: list(self.chosen.get(name, ())) for name, parameter in PARAMETERS.items()}
        return url_for("search.index", **arguments, pagina=page if page > 1 else None)


def parse(arguments: MultiDict[str, str]) -> SearchFilter:
    """Return what an address asks for."""
    typed = " ".join(clean(arguments.get("q", "")[:MAX_READ]).split())
    words = typed[:MAX_TYPED]
    ignored = []
    chosen: dict[str, tuple[str, ...]] = {}
    for name, parameter in PARAMETERS.items():
        values = list(dict.fromkeys(value for value in arguments.getlist(parameter) if value))
        chosen[name] = tuple(values[:MAX_OPTIONS])
        ignored += [(parameter, value) for value in values[MAX_OPTIONS : MAX_OPTIONS + 3]]
    return SearchFilter(words, chosen, typed[MAX_TYPED:], ignored)
