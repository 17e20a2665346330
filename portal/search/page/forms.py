"""Parses the address of the search page. Parsing never fails: unknown input is ignored and reported."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.core.text import clean
from portal.search.query.parser import MAX_TYPED, MAX_WITHOUT

PARAMETERS = {"type": "type", "theme": "speerpunt", "year": "jaar", "organisation": "organisatie"}
"""The facets and how they are called in addresses, in the order in which they stand on the page."""

MAX_READ = 10 * MAX_TYPED
"""Characters of the input that are read; those after MAX_TYPED only to report that they are ignored."""

MAX_OPTIONS = 20
"""Most options of one facet that an address can choose."""

UNQUOTED = "!$'()*,/:;?@"
"""Characters that are not escaped in a query string."""

QUOTES = '"“”„«»'
EXCLUDED = re.compile(rf"(?<!\S)[-−–](?P<word>[{QUOTES}][^{QUOTES}]*[{QUOTES}]|\w\S*)")
"""A word or phrase with a minus before it, as `search.query.parser` reads it."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Words and chosen facets."""

    words: str
    chosen: Mapping[str, tuple[str, ...]]
    cut: str = ""
    """The input after the maximum length."""
    ignored: list[tuple[str, str]] = field(default_factory=list)
    """(parameter, value) of ignored input."""
    puzzling: tuple[str, ...] = ()
    """Fields (`type`, `speerpunt`) that were typed with an unknown value."""

    @property
    def is_empty(self) -> bool:
        """Whether there are neither words nor chosen options."""
        return not self.words and not any(self.chosen.values())

    def keeping(self, known: Mapping[str, Mapping[str, Any]]) -> "SearchFilter":
        """Return the filter without unknown options."""
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
        """Return the filter without one option."""
        return replace(self, chosen={**self.chosen, name: tuple(kept for kept in self.chosen[name] if kept != value)})

    def bare(self) -> "SearchFilter":
        """Return the filter without options."""
        return replace(self, chosen={})

    def with_words(self, words: str) -> "SearchFilter":
        """Return the filter with other words."""
        return replace(self, words=" ".join(words.split()), cut="")

    def excluded(self) -> list[tuple[str, "SearchFilter"]]:
        """Return the excluded words and phrases, each with the filter that no longer excludes it."""
        return [
            (found["word"].strip(QUOTES), self.with_words(self.words[: found.start()] + self.words[found.end() :]))
            for found in EXCLUDED.finditer(self.words)
        ][:MAX_WITHOUT]

    def address(self, page: int = 1, endpoint: str = "search.index") -> str:
        """Return the address of the search page for this filter, or of another page with the same parameters."""
        return self.path(url_for(endpoint), page)

    def path(self, base: str, page: int = 1) -> str:
        """Return a path with the parameters of this filter."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(parameter, value) for name, parameter in PARAMETERS.items() for value in self.chosen.get(name, ())]
        pairs += [("pagina", str(page))] if page > 1 else []
        return f"{base}?{urlencode(pairs, safe=UNQUOTED)}" if pairs else base


def parse(arguments: MultiDict[str, str]) -> SearchFilter:
    """Return the filter in the parameters of an address."""
    typed = " ".join(clean(arguments.get("q", "")[:MAX_READ]).split())
    words = typed[:MAX_TYPED]
    ignored = []
    chosen: dict[str, tuple[str, ...]] = {}
    for name, parameter in PARAMETERS.items():
        values = list(dict.fromkeys(value for value in arguments.getlist(parameter) if value))
        chosen[name] = tuple(values[:MAX_OPTIONS])
        ignored += [(parameter, value) for value in values[MAX_OPTIONS : MAX_OPTIONS + 3]]
    return SearchFilter(words, chosen, typed[MAX_TYPED:], ignored)
