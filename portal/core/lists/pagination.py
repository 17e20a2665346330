"""Paging: by key for lists that grow at the top, by number for search results."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, ValidationError

Row = TypeVar("Row")
KEY = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20}){0,2}")
MAX_PAGE = 100_000
MAX_ID = 2**31 - 1


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
