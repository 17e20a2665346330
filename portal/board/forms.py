"""What an address asks of the board: parsed, never failing, and turned back into addresses."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from portal.board.index import CLOSED, OPEN
from portal.board.levels import LEVELS
from portal.board.models import Kind
from portal.board.reference import Choices, Reference
from portal.core.i18n import gettext as _
from portal.core.lists.pagination import decode_key
from portal.core.lists.selection import MAX_IGNORED, QueryArguments
from portal.core.text import clean

ALL = "alle"
STATUSES = (OPEN, CLOSED, ALL)
Ignored = tuple[tuple[str, str], ...]


class Sort(StrEnum):
    """The orders of the list; best match only means something with words."""

    NEWEST = "nieuwste"
    REPLY_BY = "reactiedatum"
    BEST = "relevantie"


KEY_LENGTH = {Sort.NEWEST: 2, Sort.REPLY_BY: 3, Sort.BEST: 2}


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What to show. Options by slug; `ignored` names what the address asked for and we do not know."""

    words: str = ""
    kind: str = ""
    categories: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    organisation: str = ""
    status: str = OPEN
    sort: Sort = Sort.NEWEST
    after: str = ""
    ignored: Ignored = ()

    def chosen(self, reference: Reference) -> dict[str, Sequence[str]]:
        """Return the filter in the terms of the index: ids as text, status and kind by their words."""
        return {
            "kind": (self.kind,) if self.kind else (),
            "category": _keys(self.categories, reference.categories),
            "theme": _keys(self.themes, reference.themes),
            "level": self.levels,
            "municipality": _keys(self.municipalities, reference.municipalities),
            "organisation": _keys((self.organisation,) if self.organisation else (), reference.organisations),
            "status": () if self.status == ALL else (self.status,),
        }

    @property
    def sort_parameter(self) -> str:
        """Return the order when it is not the one that goes without saying."""
        return "" if self.sort is default_sort(self.words) else self.sort

    def parameters(self) -> list[tuple[str, str]]:
        """Return what differs from the plain list, as the parameters of an address, paging left out."""
        pairs = [
            ("q", self.words),
            ("soort", self.kind),
            *(("rubriek", slug) for slug in self.categories),
            *(("speerpunt", slug) for slug in self.themes),
            *(("niveau", slug) for slug in self.levels),
            *(("gemeente", slug) for slug in self.municipalities),
            ("organisatie", self.organisation),
            ("status", "" if self.status == OPEN else self.status),
            ("sorteer", self.sort_parameter),
        ]
        return [(name, value) for name, value in pairs if value]

    def address(self, path: str, after: str | None = None, **changes: Any) -> str:
        """Return the address of this list, of what follows in it, or of one that differs: `sort=Sort.BEST`."""
        pairs = (replace(self, **changes) if changes else self).parameters()
        if after:
            pairs.append(("na", after))
        return f"{path}?{urlencode(pairs)}" if pairs else path


def default_sort(words: str) -> Sort:
    """Return the order of a list that names none: best match with words, else newest."""
    return Sort.BEST if words else Sort.NEWEST


def parse(arguments: MultiDict[str, str], reference: Reference) -> BoardFilter:
    """Return the filter of an address; what it does not know it leaves out and names."""
    asked = QueryArguments(arguments)
    words = asked.words()
    sort = Sort(_one(asked, "sorteer", _("Sort"), tuple(Sort)) or default_sort(words))
    if sort is Sort.BEST and not words:
        sort = Sort.NEWEST
    return BoardFilter(
        words=words,
        kind=_one(asked, "soort", _("Kind"), tuple(Kind)),
        categories=asked.options("rubriek", _("Category"), reference.categories.by_slug),
        themes=asked.options("speerpunt", _("Focus point"), reference.themes.by_slug),
        levels=asked.options("niveau", _("Level"), LEVELS),
        municipalities=asked.options("gemeente", _("Municipality"), reference.municipalities.by_slug),
        organisation=_one(asked, "organisatie", _("Organisation"), reference.organisations.by_slug),
        status=_one(asked, "status", _("State"), STATUSES) or OPEN,
        sort=sort,
        after=_key(asked, arguments.get("na", ""), KEY_LENGTH[sort]),
        ignored=tuple(asked.ignored[:MAX_IGNORED]),
    )


def is_untidy(arguments: MultiDict[str, str]) -> bool:
    """Whether an address, as a plain form makes it, says things that go without saying."""
    return arguments.get("status") == OPEN or not all(value for _name, value in arguments.items(multi=True))


def _one(asked: QueryArguments, name: str, label: str, known: Container[str]) -> str:
    """Return the first known value, "" for none; further ones are left out."""
    values = asked.options(name, label, known)
    asked.ignored += [(label, value) for value in values[1:]]
    return values[0] if values else ""


def _key(asked: QueryArguments, key: str, length: int) -> str:
    """Return a paging key that fits the order of the list, "" for any other."""
    if key and decode_key(key, length) is None:
        asked.ignored.append((_("Place in the list"), clean(key)[:60]))
        return ""
    return key


def _keys(slugs: Iterable[str], choices: Choices) -> tuple[str, ...]:
    """Return the ids of options as text; one that just disappeared finds nothing."""
    return tuple(choices.by_slug[slug].key if slug in choices.by_slug else "" for slug in slugs)
