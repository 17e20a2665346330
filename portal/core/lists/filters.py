"""The filter of a list: what an address asks for, and the address that asks for the same. Reading one never fails.

A feature derives from `FilterForm` and names its fields; what is not known is left out and named on the page. How far a
list was unfolded stands in the address too (`aantal`), so that a reload or the Back button shows as much of it.
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
"""How many other choices an empty list offers."""

Row = TypeVar("Row")
Known = Mapping[str, Mapping[str, str]]
"""Per parameter every value that can be chosen with its label, in the order in which the page offers them."""
Place = tuple[Any, ...]
"""Where a list goes on: the sort values and the id of the last row shown."""


class ChoiceField(NamedTuple):
    """A parameter of an address that takes known values."""

    name: str
    label: str
    """What the field is called on screen."""
    takes_one: bool = False
    """Whether only the first value counts."""
    default: str = ""
    """The value that goes without saying, and so never stands in an address."""


class Part(NamedTuple):
    """A part of a filter that is on: its field, its value in words, and the filter without it or with it alone."""

    label: str
    value: str
    filter: "FilterForm"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another filter that does find something: what it changes, in words, and how many rows it finds."""

    label: str
    url: str
    count: int


@dataclass(frozen=True)
class FilterForm:
    """What an address asks of a list: options of one field widen (or), fields narrow (and)."""

    fields: ClassVar[tuple[ChoiceField, ...]] = ()
    words_label: ClassVar[str] = lazy_gettext("Search words")
    has_words: ClassVar[bool] = True
    is_paged: ClassVar[bool] = True
    """Whether the list is shown in parts, so that an address can name a place in it."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per parameter the chosen values; a field without any may be absent."""
    after: Place | None = None
    length: int = 0
    """How many rows of the list were shown before, from its beginning; 0 when the address does not say."""
    ignored: tuple[tuple[str, str], ...] = ()
    """(label, value) of what the address asked for and we do not know."""

    @classmethod
    def parse(cls, args: MultiDict[str, str], known: Known) -> Self:
        """Return the filter that the parameters of an address ask for."""
        asked = QueryArguments(args)
        values = cls.read(asked, known)
        return cls(**values, ignored=tuple(asked.ignored))

    @classmethod
    def read(cls, asked: QueryArguments, known: Known) -> dict[str, Any]:
        """Return the attributes of the filter; a derived filter adds its own."""
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
        """Return the place in the list that a paging key names, None for anything else."""
        return decode_key(text, 2)

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Return what the parameters are called on screen."""
        return {"q": str(cls.words_label)} | {choice.name: str(choice.label) for choice in cls.fields}

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anything out that the plain list shows."""
        return bool(self.words or any(self.chosen.values()))

    def values(self, name: str) -> tuple[str, ...]:
        """Return the chosen values of a field."""
        return self.chosen.get(name, ())

    def value(self, name: str) -> str:
        """Return the chosen value of a field that takes one, "" for none."""
        return next(iter(self.values(name)), "")

    def choosing(self, name: str, *values: str) -> Self:
        """Return the filter with other values of a field, from the beginning of the list."""
        return replace(self, chosen={**self.chosen, name: values}, after=None, length=0)

    def without(self, name: str, value: str) -> Self:
        """Return the filter with one value of a field taken away."""
        return self.choosing(name, *(other for other in self.values(name) if other != value))

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that ask for the same, in a fixed order, the place in the list left out."""
        pairs = [("q", self.words)] if self.words else []
        return pairs + [(choice.name, value) for choice in self.fields for value in self.values(choice.name)]

    def address(self, path: str, *extra: tuple[str, str], **changes: Any) -> str:
        """Return the address of a path under this filter, some of its attributes changed and parameters added."""
        pairs = [*(replace(self, **changes) if changes else self).pairs(), *extra]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def limit(self, page_size: int) -> int:
        """Return how many rows to show: a page of the list, or as much of it as was shown before."""
        return page_size if self.after else max(page_size, self.length)

    def next_part(self, path: str, key: str | None, shown: int, page_size: int) -> NextPart | None:
        """Return the addresses of the rows that follow; `key` is the paging key after the `shown` rows of this part."""
        if not key:
            return None
        so_far = self.length if self.after else shown
        return next_part(lambda *extra: self.address(path, *extra), key, so_far, page_size)

    def removals(self, known: Known) -> Iterator[Part]:
        """Yield every part of the filter that is on."""
        if self.words:
            yield Part(str(self.words_label), f"“{self.words}”", replace(self, words="", after=None, length=0))
        for choice in self.fields:
            for value in self.values(choice.name):
                yield Part(str(choice.label), known[choice.name][value], self.without(choice.name, value))

    def parts(self, known: Known) -> Iterator[Part]:
        """Yield every part of the filter that is on, as a filter that asks for nothing else."""
        plain = type(self)()
        if self.words:
            yield Part(str(self.words_label), f"“{self.words}”", replace(plain, words=self.words))
        for choice in self.fields:
            for value in self.values(choice.name):
                yield Part(str(choice.label), known[choice.name][value], plain.choosing(choice.name, value))

    def chips(self, known: Known, path: str) -> list[Chip]:
        """Return what narrows the list, each part with the address of the list without it."""
        return [Chip(label, value, rest.address(path)) for label, value, rest in self.removals(known)]

    def suggestions(
        self, known: Known, path: str, count: Callable[[Any], int], others: Mapping[str, Mapping[str, int]]
    ) -> list[Suggestion]:
        """Return filters near this one that find something, for a list that is empty.

        `count` tells how many rows another filter finds; `others` holds, per field whose other values are worth naming,
        how many rows each value would find in place of the chosen one.
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
"""The values of a field under which a row falls, given what else is chosen."""


class ListFilter(FilterForm):
    """The filter of a list so small that all its rows are in memory: it filters and counts them itself."""

    is_paged = False

    def matching(self, rows: Iterable[Row], options_of: OptionsOf[Row]) -> list[Row]:
        """Return the rows that answer it."""
        return [
            row
            for row in rows
            if all(
                not values or not options_of(row, name, self).isdisjoint(values) for name, values in self.chosen.items()
            )
        ]

    def options(self, rows: Sequence[Row], options_of: OptionsOf[Row], known: Known) -> dict[str, list[Option]]:
        """Return every option with the number of rows it would show, the other fields staying as they are."""
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
    """Return whether an address, as a plain form makes it, holds empty fields or values that go without saying."""
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
    """Return the three values that find most, those chosen left out."""
    found = [(value, number) for value, number in counts.items() if number and value not in chosen]
    return sorted(found, key=lambda pair: -pair[1])[:3]
