"""Reading a query string field by field, without ever failing; and the parts of a filter that a page shows."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from portal.core.text import clean

MAX_WORDS = 200
MAX_IGNORED = 5
"""How many ignored values a page names at most."""

Parsed = TypeVar("Parsed")


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
            if value not in known:
                self.ignore(label, value)
        return tuple(value for value in asked if value in known)

    def parsed(self, name: str, label: str, parse: Callable[[str], Parsed | None]) -> Parsed | None:
        """Return what `parse` makes of a field, None when it is empty or makes no sense."""
        text = self._args.get(name, "").strip()
        value = parse(text) if text else None
        if text and value is None:
            self.ignore(label, text)
        return value

    def ignore(self, label: str, value: str) -> None:
        """Note a value that means nothing here."""
        if len(self.ignored) < MAX_IGNORED:
            self.ignored.append((label, clean(value)[:MAX_WORDS]))
