"""Paging: by key for lists that grow at the top, by number for search results."""

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
"""So many rows of a list that was unfolded are shown again at once, after a reload or the Back button."""


class RowNumber(BaseConverter):
    """A whole number in an address, as `<int:…>`: plain digits, no more than any table has rows."""

    regex = "[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        """Return the number; one beyond every table makes the address unknown."""
        number = int(value)
        if number > MAX_ID:
            raise ValidationError
        return number


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """A part of a list: its rows, and the key after which the next part begins (None at the end)."""

    rows: Sequence[Row]
    next_key: str | None


@dataclass(frozen=True, slots=True)
class NextPart:
    """The addresses of what follows in a list."""

    url: str
    """A page with the part that follows, for who has no script."""
    fragment_url: str
    """The same part, for htmx to append: it tells how long the list is then."""
    list_url: str | None
    """The list from its beginning up to and including that part, None when the beginning is not on the page."""


def next_part(address: Callable[..., str], key: str, shown: int, page_size: int) -> NextPart:
    """Return where a list goes on after a key; `shown` rows are there from its beginning, 0 when that is not there.

    `address` returns the address of the list with the parameters that it is given as (name, value).
    """
    if not shown:
        return NextPart(address(("na", key)), address(("na", key)), None)
    length = ("aantal", str(min(shown + page_size, MAX_LENGTH)))
    return NextPart(address(("na", key)), address(("na", key), length), address(length))


def parse_length(text: str) -> int | None:
    """Return how many rows of a list an address asks for, None for anything but 1 to 200 in plain digits."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,2}", text) and int(text) <= MAX_LENGTH else None


def encode_key(*parts: int) -> str:
    """Return an opaque key for whole numbers >= 0, such as a sort value and an id."""
    return ".".join(map(str, parts))


def decode_key(text: str, length: int) -> tuple[int, ...] | None:
    """Return the numbers of a key of ours, None for anything else."""
    if len(text) > 64 or not KEY.fullmatch(text):
        return None
    parts = tuple(int(part) for part in text.split("."))
    return parts if len(parts) == length and all(part < 2**63 for part in parts) else None


def parse_page_number(text: str | None) -> int:
    """Return a page number from an address; absent means 1, anything but 1 to 100,000 in plain digits is a 404."""
    if text is None:
        return 1
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text) or int(text) > MAX_PAGE:
        raise NotFound
    return int(text)
