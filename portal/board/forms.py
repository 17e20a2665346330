"""The filter of the board: parsed from the query string without ever failing, and turned back into addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from portal.board import labels
from portal.board.index import ALL, OPEN
from portal.board.levels import LEVELS
from portal.board.reference import Choices, Reference
from portal.core import locale
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.filters import ChoiceField, FilterForm, Known
from portal.core.lists.pagination import decode_key
from portal.core.lists.selection import QueryArguments


class Sort(StrEnum):
    """Sort orders of the list. Best match requires search words."""

    NEWEST = "nieuwste"
    REPLY_BY = "reactiedatum"
    BEST = "relevantie"


KEY_LENGTH = {Sort.NEWEST: 2, Sort.REPLY_BY: 3, Sort.BEST: 2}


@dataclass(frozen=True)
class BoardFilter(FilterForm):
    """Which posts to list, and in which order. Options are slugs; without a status, only open posts are listed."""

    fields = (
        ChoiceField("soort", lazy_gettext("Kind"), takes_one=True),
        ChoiceField("rubriek", lazy_gettext("Category")),
        ChoiceField("speerpunt", lazy_gettext("Focus point")),
        ChoiceField("niveau", lazy_gettext("Level")),
        ChoiceField("gemeente", lazy_gettext("Municipality")),
        ChoiceField("organisatie", lazy_gettext("Organisation"), takes_one=True),
        ChoiceField("status", lazy_gettext("State"), takes_one=True, default=OPEN),
    )

    sort: Sort = Sort.NEWEST

    @classmethod
    def read(cls, asked: QueryArguments, known: Known) -> dict[str, Any]:
        """Return the attributes of the filter, including its sort order and a paging key that fits that order."""
        values = super().read(asked, known)
        default = default_sort(values["words"])
        sorts = asked.options("sorteer", _("Sort"), tuple(Sort))
        for further in sorts[1:]:
            asked.ignore(_("Sort"), further)
        sort = Sort(sorts[0]) if sorts else default
        if sort is Sort.BEST and not values["words"]:
            sort = Sort.NEWEST
        if values["after"] and len(values["after"]) != KEY_LENGTH[sort]:
            asked.ignore(_("Place in the list"), ".".join(map(str, values["after"])))
            values["after"] = None
        return values | {"sort": sort}

    @classmethod
    def parse_place(cls, text: str) -> tuple[int, ...] | None:
        """Return the numbers of a paging key, for whichever sort order; None when it is malformed."""
        return decode_key(text, 2) or decode_key(text, 3)

    @property
    def status(self) -> str:
        """Return which posts to list by state; open ones by default."""
        return self.value("status") or OPEN

    @property
    def sort_parameter(self) -> str:
        """Return the value of the sort parameter; "" when the order is the default one."""
        is_plain = self.sort is default_sort(self.words) or (self.sort is Sort.BEST and not self.words)
        return "" if is_plain else self.sort

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query parameters of this filter, without the paging key."""
        return super().pairs() + ([("sorteer", self.sort_parameter)] if self.sort_parameter else [])

    def in_index(self, reference: Reference) -> dict[str, Sequence[str]]:
        """Return the filter as the index expects it: ids as text; slugs for kind, level and status."""
        return {
            "kind": self.values("soort"),
            "category": _keys(self.values("rubriek"), reference.categories),
            "theme": _keys(self.values("speerpunt"), reference.themes),
            "level": self.values("niveau"),
            "municipality": _keys(self.values("gemeente"), reference.municipalities),
            "organisation": _keys(self.values("organisatie"), reference.organisations),
            "status": () if self.status == ALL else (self.status,),
        }


def default_sort(words: str) -> Sort:
    """Return the sort order of a list when none is requested: best match with search words, else newest."""
    return Sort.BEST if words else Sort.NEWEST


def known(reference: Reference) -> Known:
    """Return the available options per field, with labels in the language of the request."""
    return _known(locale.current(), reference)


@lru_cache(maxsize=8)
def _known(_language: str, reference: Reference) -> Known:
    return {
        "soort": labels.kinds(),
        "rubriek": _labels(reference.categories),
        "speerpunt": _labels(reference.themes),
        "niveau": LEVELS,
        "gemeente": _labels(reference.municipalities),
        "organisatie": _labels(reference.organisations),
        "status": labels.statuses(),
    }


def _labels(choices: Choices) -> dict[str, str]:
    return {row.slug: row.label for row in choices.rows}


def _keys(slugs: Iterable[str], choices: Choices) -> tuple[str, ...]:
    """Return the ids of options as text; an option that no longer exists becomes "", which matches nothing."""
    return tuple(choices.by_slug[slug].key if slug in choices.by_slug else "" for slug in slugs)
