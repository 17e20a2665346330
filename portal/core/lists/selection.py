"""Filters read from a query string. Unknown values are ignored and reported, never an error.

`Selection` filters and counts small lists in memory; the board and the agenda use `core.lists.facets`.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from portal.core.text import clean

MAX_WORDS = 200
MAX_IGNORED = 5
"""How many ignored values a page names at most."""

Row = TypeVar("Row")
Known = Mapping[str, Mapping[str, str]]
"""Per field every option with its label, in the order in which the page offers them."""
OptionsOf = Callable[[Row, str, "Selection"], Set[str]]
"""The options of a field under which a row falls, given what else is chosen."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter, with the number of rows one would find by choosing it."""

    value: str
    label: str
    count: int | None
    selected: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its field, its value in words, and the address of the list without it."""

    label: str
    value: str
    remove_url: str


class QueryArguments:
    """The query string of one request; what is read and not known gathers in `ignored` as (label, value)."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        self._args = args
        self.ignored: list[tuple[str, str]] = []

    def words(self, name: str = "q") -> str:
        """Return words to look for on one line, cut at 200 characters."""
        return " ".join(clean(self._args.get(name, "")[: MAX_WORDS * 2]).split())[:MAX_WORDS].strip()

    def options(self, name: str, label: str, known: Container[str]) -> tuple[str, ...]:
        """Return the known values of a field, each once, in the order asked."""
        asked = dict.fromkeys(value for value in self._args.getlist(name) if value)
        for value in asked:
            if value not in known and len(self.ignored) < MAX_IGNORED:
                self.ignored.append((label, clean(value)[:MAX_WORDS]))
        return tuple(value for value in asked if value in known)

    def selection(self, labels: Mapping[str, str], known: Known) -> "Selection":
        """Return the known values of several fields."""
        return Selection({name: self.options(name, labels[name], options) for name, options in known.items()})


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen options per field: options of one field widen (or), fields narrow (and)."""

    chosen: Mapping[str, tuple[str, ...]]

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return any(self.chosen.values())

    def without(self, field: str, value: str | None = None) -> "Selection":
        """Return the same with one option of a field taken away, or all of them."""
        kept = tuple(option for option in self.chosen[field] if value is not None and option != value)
        return replace(self, chosen={**self.chosen, field: kept})

    def url(self, path: str, words: str = "") -> str:
        """Return the address of a list under this selection and these words."""
        pairs = [("q", words)] if words else []
        pairs += [(field, value) for field, values in self.chosen.items() for value in values]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def matching(self, rows: Iterable[Row], options_of: OptionsOf[Row]) -> list[Row]:
        """Return the rows that answer it."""
        return [
            row
            for row in rows
            if all(
                not values or not options_of(row, field, self).isdisjoint(values)
                for field, values in self.chosen.items()
            )
        ]

    def options(self, rows: Sequence[Row], options_of: OptionsOf[Row], known: Known) -> dict[str, list[Option]]:
        """Return every option with the number of rows it would show, the other fields staying as they are."""
        found = {}
        for field, labels in known.items():
            others = self.without(field)
            counts = Counter(
                value for row in others.matching(rows, options_of) for value in options_of(row, field, others)
            )
            found[field] = [
                Option(value, label, counts[value], value in self.chosen[field]) for value, label in labels.items()
            ]
        return found

    def chips(self, labels: Mapping[str, str], known: Known, path: str, words: str = "") -> list[Chip]:
        """Return what narrows the list, words first, each with the address of the list without it."""
        chips = [Chip(labels["q"], f"“{words}”", self.url(path))] if words else []
        return chips + [
            Chip(labels[field], known[field][value], self.without(field, value).url(path, words))
            for field, values in self.chosen.items()
            for value in values
        ]
