"""Filters of lists: parsing one from the query string, which never fails, and building the address for one.

A feature derives from `FilterForm` and declares its fields. Unknown values are ignored and mentioned on the page. The
query string also holds the number of rows shown so far (`aantal`), so that a reload or the Back button shows as many.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, ClassVar, NamedTuple, Self, TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.pagination import NextPart, decode_key, next_part, parse_length
from portal.core.lists.selection import Chip, Option, QueryArguments

MOST_SUGGESTIONS = 6
"""The maximum number of other filters that an empty list suggests."""

Row = TypeVar("Row")
Known = Mapping[str, Mapping[str, str]]
"""Per parameter the valid values with their labels, in display order."""
Place = tuple[Any, ...]
"""A position in a list: the sort values and the id of the last row shown."""


class ChoiceField(NamedTuple):
    """A parameter of the query string with a fixed set of values."""

    name: str
    label: str
    """The label on the page."""
    takes_one: bool = False
    """Whether only the first value is used."""
    default: str = ""
    """The value that is implied when the parameter is absent."""


class Part(NamedTuple):
    """One chosen value of a filter: labels of field and value, and a filter without it or with nothing else."""

    label: str
    value: str
    filter: "FilterForm"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another filter that gives results: a label for the difference, its address and its number of rows."""

    label: str
    url: str
    count: int


@dataclass(frozen=True)
class FilterForm:
    """The filter of a list. Values of one field are combined with OR, fields with AND."""

    fields: ClassVar[tuple[ChoiceField, ...]] = ()
    words_label: ClassVar[str] = lazy_gettext("Search words")
    has_words: ClassVar[bool] = True
    is_paged: ClassVar[bool] = True
    """Whether the list is shown in parts, so that an address can hold a position in it."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The chosen values per parameter; a field without values may be absent."""
    after: Place | None = None
    length: int = 0
    """The number of rows shown before, from the start of the list; 0 when not given."""
    ignored: tuple[tuple[str, str], ...] = ()
    """(label, value) of unknown parameters and values."""

    @classmethod
    def parse(cls, args: MultiDict[str, str], known: Known) -> Self:
        """Return the filter for a query string; unknown values go to `ignored`."""
        asked = QueryArguments(args)
        values = cls.read(asked, known)
        return cls(**values, ignored=tuple(asked.ignored))

    @classmethod
    def read(cls, asked: QueryArguments, known: Known) -> dict[str, Any]:
        """Return the attributes for the constructor; a subclass with further fields extends this."""
        values: dict[str, Any] = {
            "words": asked.words() if cls.has_words else "",
            "chosen": {choice.name: _chosen(asked, choice, known[choice.name]) for choice in cls.fields},
        }
        if cls.is_paged:
            values["after"] = asked.parsed("na", _("Place in the list"), cls.parse_place)
            values["length"] = asked.parsed("aantal", _("Number of rows"), parse_length) or 0
        return values

    @classmethod
    def parse_place(cls, text: str) -> Place | None:
        """Return the position that a paging key encodes, None for an invalid key."""
        return decode_key(text, 2)

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Return the labels of the parameters."""
        return {"q": str(cls.words_label)} | {choice.name: str(choice.label) for choice in cls.fields}

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.words or any(self.chosen.values()))

    def values(self, name: str) -> tuple[str, ...]:
        """Return the chosen values of a field."""
        return self.chosen.get(name, ())

    def value(self, name: str) -> str:
        """Return the chosen value of a field with a single value, "" for none."""
        return next(iter(self.values(name)), "")

    def choosing(self, name: str, *values: str) -> Self:
        """Return the filter with other values of a field, from the start of the list."""
        return replace(self, chosen={**self.chosen, name: values}, after=None, length=0)

    def without(self, name: str, value: str) -> Self:
        """Return the filter without one value of a field."""
        return self.choosing(name, *(other for other in self.values(name) if other != value))

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query parameters of this filter in a fixed order, without the position in the list."""
        pairs = [("q", self.words)] if self.words else []
        return pairs + [(choice.name, value) for choice in self.fields for value in self.values(choice.name)]

    def address(self, path: str, *extra: tuple[str, str], **changes: Any) -> str:
        """Return a path with this filter as query string, with `changes` to its attributes and `extra` parameters."""
        pairs = [*(replace(self, **changes) if changes else self).pairs(), *extra]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def limit(self, page_size: int) -> int:
        """Return the number of rows to show: one page, or as many as were shown before."""
        return page_size if self.after else max(page_size, self.length)

    def next_part(self, path: str, key: str | None, shown: int, page_size: int) -> NextPart | None:
        """Return the addresses of the next part, None at the end; `key` is the paging key after the `shown` rows."""
        if not key:
            return None
        so_far = self.length if self.after else shown
        return next_part(lambda *extra: self.address(path, *extra), key, so_far, page_size)

    def removals(self, known: Known) -> Iterator[Part]:
        """Yield every chosen value, each with the filter without it."""
        if self.words:
            yield Part(str(self.words_label), f"“{self.words}”", replace(self, words="", after=None, length=0))
        for choice in self.fields:
            for value in self.values(choice.name):
                yield Part(str(choice.label), known[choice.name][value], self.without(choice.name, value))

    def parts(self, known: Known) -> Iterator[Part]:
        """Yield every chosen value, each with a filter of that value alone."""
        plain = type(self)()
        if self.words:
            yield Part(str(self.words_label), f"“{self.words}”", replace(plain, words=self.words))
        for choice in self.fields:
            for value in self.values(choice.name):
                yield Part(str(choice.label), known[choice.name][value], plain.choosing(choice.name, value))

    def chips(self, known: Known, path: str) -> list[Chip]:
        """Return the chosen values as chips, each with the address of the list without it."""
        return [Chip(label, value, rest.address(path)) for label, value, rest in self.removals(known)]

    def suggestions(
        self, known: Known, path: str, count: Callable[[Any], int], others: Mapping[str, Mapping[str, int]]
    ) -> list[Suggestion]:
        """Return similar filters with results, for an empty list.

        `count` returns the number of rows of a filter. `others` holds the counts of the other values of those fields
        whose values are worth suggesting.
        """
        found = [
            Suggestion(known[name][value], self.choosing(name, value).address(path), number)
            for name, counts in others.items()
            for value, number in _most(counts, self.values(name))
            if value in known[name]
        ]
        for label, value, rest in islice(self.removals(known), MOST_SUGGESTIONS):
            if rest.is_narrowed and (number := count(rest)):
                without = _("without %(field)s: %(value)s", field=label, value=value)
                found.append(Suggestion(without, rest.address(path), number))
        if not found:
            for label, value, alone in islice(self.parts(known), MOST_SUGGESTIONS):
                if number := count(alone):
                    only = _("only %(field)s: %(value)s", field=label, value=value)
                    found.append(Suggestion(only, alone.address(path), number))
        return found[:MOST_SUGGESTIONS]


OptionsOf = Callable[[Row, str, "ListFilter"], Set[str]]
"""Returns the values of a field that a row matches, given the rest of the filter."""


class ListFilter(FilterForm):
    """The filter of a list whose rows are all in memory; it filters and counts them in Python."""

    is_paged = False

    def matching(self, rows: Iterable[Row], options_of: OptionsOf[Row]) -> list[Row]:
        """Return the rows that match the filter."""
        return [
            row
            for row in rows
            if all(
                not values or not options_of(row, name, self).isdisjoint(values) for name, values in self.chosen.items()
            )
        ]

    def options(self, rows: Sequence[Row], options_of: OptionsOf[Row], known: Known) -> dict[str, list[Option]]:
        """Return every option with the number of rows if it were chosen, with the other fields unchanged."""
        found = {}
        for name, labels in known.items():
            others = self.choosing(name)
            counts = Counter(
                value for row in others.matching(rows, options_of) for value in options_of(row, name, others)
            )
            found[name] = [
                Option(value, label, counts[value], value in self.values(name)) for value, label in labels.items()
            ]
        return found


def is_untidy(args: MultiDict[str, str], form: type[FilterForm]) -> bool:
    """Return whether a query string, as sent by a form without script, has empty fields or default values."""
    defaults = {choice.name: choice.default for choice in form.fields}
    return any(value in ("", defaults.get(name)) for name, value in args.items(multi=True))


def _chosen(asked: QueryArguments, choice: ChoiceField, known: Mapping[str, str]) -> tuple[str, ...]:
    values = asked.options(choice.name, str(choice.label), known)
    if choice.takes_one:
        for value in values[1:]:
            asked.ignore(str(choice.label), value)
        values = values[:1]
    return tuple(value for value in values if value != choice.default)


def _most(counts: Mapping[str, int], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """Return the three values with the highest counts, without the chosen ones."""
    found = [(value, number) for value, number in counts.items() if number and value not in chosen]
    return sorted(found, key=lambda pair: -pair[1])[:3]
