"""Filters in an address: what was asked for, what we know of it, what was left out. Reading them never fails."""

from collections.abc import Container
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portal.core.text import clean

MAX_WORDS = 200
MAX_IGNORED = 5
"""How many unknown values a page names; a longer list would only repeat what somebody made up."""


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


class Asked:
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
