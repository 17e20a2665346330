"""Parsing a query string parameter by parameter without failing; options and chips for display."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from portal.core.text import clean

MAX_WORDS = 200
MAX_IGNORED = 5
"""The maximum number of ignored values that a page mentions."""

Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a filter, with the number of rows if it were chosen."""

    value: str
    label: str
    count: int | None
    selected: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value of a filter: labels of field and value, and the address of the list without it."""

    label: str
    value: str
    remove_url: str


class QueryArguments:
    """The query string of a request; unknown values are collected in `ignored` as (label, value)."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        self._args = args
        self.ignored: list[tuple[str, str]] = []

    def words(self, name: str = "q") -> str:
        """Return the search words on one line, cut at 200 characters."""
        return " ".join(clean(self._args.get(name, "")[: MAX_WORDS * 2]).split())[:MAX_WORDS].strip()

    def options(self, name: str, label: str, known: Container[str]) -> tuple[str, ...]:
        """Return the valid values of a parameter without duplicates, in the given order."""
        asked = dict.fromkeys(value for value in self._args.getlist(name) if value)
        for value in asked:
            if value not in known:
                self.ignore(label, value)
        return tuple(value for value in asked if value in known)

    def parsed(self, name: str, label: str, parse: Callable[[str], Parsed | None]) -> Parsed | None:
        """Return the result of `parse` for a parameter; None when it is empty or invalid."""
        text = self._args.get(name, "").strip()
        value = parse(text) if text else None
        if text and value is None:
            self.ignore(label, text)
        return value

    def ignore(self, label: str, value: str) -> None:
        """Record an unknown value."""
        if len(self.ignored) < MAX_IGNORED:
            self.ignored.append((label, clean(value)[:MAX_WORDS]))
