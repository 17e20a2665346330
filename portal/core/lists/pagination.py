"""Paging: by key for lists to which new rows are added at the top, by page number for search results."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, ValidationError

Row = TypeVar("Row")
KEY = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20}){0,2}")
MAX_PAGE = 100_000
MAX_ID = 2**31 - 1
MAX_LENGTH = 200
"""The maximum number of rows shown at once after a reload or the Back button."""


class RowNumber(BaseConverter):
    """The URL converter `<int:…>`: plain digits, limited to the range of database ids."""

    regex = "[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        """Return the number; raises ValidationError (no match, so 404) when it is out of range."""
        number = int(value)
        if number > MAX_ID:
            raise ValidationError
        return number


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """A part of a list: its rows, and the paging key of the next part (None at the end)."""

    rows: Sequence[Row]
    next_key: str | None


@dataclass(frozen=True, slots=True)
class NextPart:
    """The addresses of the next part of a list."""

    url: str
    """A whole page with the next part, for use without script."""
    fragment_url: str
    """The next part as a fragment for htmx to append; it includes the new number of rows."""
    list_url: str | None
    """The list from its start up to and including the next part; None when this page does not begin at the start."""


def next_part(address: Callable[..., str], key: str, shown: int, page_size: int) -> NextPart:
    """Return the addresses of the part after a key; `shown` is the number of rows from the start, 0 if unknown.

    `address` returns the address of the list with additional (name, value) parameters.
    """
    if not shown:
        return NextPart(address(("na", key)), address(("na", key)), None)
    length = ("aantal", str(min(shown + page_size, MAX_LENGTH)))
    return NextPart(address(("na", key)), address(("na", key), length), address(length))


def parse_length(text: str) -> int | None:
    """Return the number of rows from a query string; None for anything but 1 to 200 in plain digits."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,2}", text) and int(text) <= MAX_LENGTH else None


def encode_key(*parts: int) -> str:
    """Return an opaque paging key for whole numbers >= 0, such as a sort value and an id."""
    return ".".join(map(str, parts))


def decode_key(text: str, length: int) -> tuple[int, ...] | None:
    """Return the numbers of a paging key, None for an invalid key."""
    if len(text) > 64 or not KEY.fullmatch(text):
        return None
    parts = tuple(int(part) for part in text.split("."))
    return parts if len(parts) == length and all(part < 2**63 for part in parts) else None


def parse_page_number(text: str | None) -> int:
    """Return a page number from a query string; absent is 1, anything but 1 to 100,000 in digits aborts with 404."""
    if text is None:
        return 1
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text) or int(text) > MAX_PAGE:
        raise NotFound
    return int(text)
