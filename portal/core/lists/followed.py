"""Lists that people can follow by mail. A feature registers each of its lists, and `portal.alerts` mails what is new.

The registry is here because the features with lists cannot import what mails them, and search is below it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, NamedTuple
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

Arguments = MultiDict[str, str]
Pairs = list[tuple[str, str]]


class NewItem(NamedTuple):
    """Something new in a list, as a mail shows it."""

    published: datetime
    """When it was first published (UTC)."""
    label: str
    """What it is: "Aanbod", "Kenniscafé"."""
    title: str
    path: str
    detail: str
    """Who, where or when, in a few words; "" for nothing."""


class FollowedList(ABC):
    """A list with a filter in its query string. The texts are in the language of the request, or of the mail."""

    slug: ClassVar[str]
    """Its name in addresses and in the database; it never changes."""
    path: ClassVar[str]
    """The path of the list."""

    @abstractmethod
    def pairs(self, arguments: Arguments) -> Pairs:
        """Return the parts of a filter that can be followed; order, place and unknown values are left out."""

    @abstractmethod
    def title(self, arguments: Arguments) -> str:
        """Return the name of the list with this filter, such as "Vraag en aanbod: Gastles, Delft"."""

    @abstractmethod
    def feeds(self, query: str) -> list[tuple[str, str, str]]:
        """Return the other ways to follow it, as (label, address, icon), for `components/feed_links.html`."""

    @abstractmethod
    def find_new(self, asked: Mapping[str, datetime], until: datetime) -> dict[str, list[NewItem]]:
        """Return per query what was first published after its moment, up to and including `until`, oldest first.

        A query is missing from the answer when the list cannot tell now, such as while the search index lags behind;
        the caller asks again later. Call it outside a transaction.
        """


_lists: dict[str, FollowedList] = {}


def register(followed: FollowedList) -> None:
    """Register a list that can be followed."""
    _lists[followed.slug] = followed


def find(slug: str) -> FollowedList | None:
    """Return the list of this slug, None when there is none."""
    return _lists.get(slug)


def arguments(query: str) -> Arguments:
    """Return the parameters of a query string."""
    return MultiDict(parse_qsl(query))


def tidy_query(followed: FollowedList, given: Arguments) -> str:
    """Return a filter as query string in a fixed order, so that equal filters are equal texts."""
    return urlencode(sorted(followed.pairs(given)))


def still_exists(followed: FollowedList, query: str) -> bool:
    """Return whether every field of a stored filter still has a value that is known; without it, it would widen."""
    given = arguments(query)
    return {name for name, _value in followed.pairs(given)} == set(given)
