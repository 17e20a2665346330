"""The features that take incoming mail; each registers a handler for the letter in its reply addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from portal.mail.inbound.parsing import Incoming


class Fate(StrEnum):
    """What became of an incoming mail."""

    DELIVERED = "delivered"
    HELD = "held"
    """Kept apart until the person whom the address belongs to says what must happen."""
    IGNORED = "ignored"
    """Written by a machine or a list."""
    BOUNCE = "bounce"


class UnknownAddress(Exception):
    """The mail is not for the portal: the address has no code, an invalid one, or one of something deleted."""


@dataclass(frozen=True, slots=True)
class Handler:
    """What a feature does with mail to its addresses, given the number of its row.

    `deliver` takes the mail of a person, within the running transaction, and returns DELIVERED, HELD or IGNORED.
    `find_address` returns to whom our mail with this reply address went, None when that is not known any more. Both
    may raise UnknownAddress.
    """

    deliver: Callable[[int, Incoming], Fate]
    find_address: Callable[[int], str | None]


_handlers: dict[str, Handler] = {}


def register(letter: str, handler: Handler) -> None:
    """Register the handler for a letter from a to z; raises ValueError when another feature has it."""
    if len(letter) != 1 or not "a" <= letter <= "z" or _handlers.get(letter, handler) != handler:
        raise ValueError(f"not a free letter: {letter!r}")
    _handlers[letter] = handler


def get(letter: str) -> Handler:
    """Return the handler for a letter; raises UnknownAddress."""
    try:
        return _handlers[letter]
    except KeyError:
        raise UnknownAddress(letter) from None
