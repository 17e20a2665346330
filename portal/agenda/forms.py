"""The filter of the agenda: parsed from the query string without ever failing, and turned back into addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.core.formatting import long_date
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.filters import ChoiceField, FilterForm, Known, Part
from portal.core.lists.pagination import decode_key
from portal.core.lists.selection import QueryArguments

LIST, MONTH = "lijst", "maand"
YEARS = range(1990, 2101)
"""The years that the month grid can show."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class AgendaFilter(FilterForm):
    """Which events to show, as a list or as the grid of a month."""

    fields = (
        ChoiceField("speerpunt", lazy_gettext("Focus point")),
        ChoiceField("soort", lazy_gettext("Kind of meeting")),
        ChoiceField("gemeente", lazy_gettext("Municipality")),
        ChoiceField("organisatie", lazy_gettext("Organisation"), takes_one=True),
    )

    since: date | None = None
    until: date | None = None
    view: str = LIST
    month: date | None = None
    """The first day of the month in the grid; None means the current month."""

    @classmethod
    def read(cls, asked: QueryArguments, known: Known) -> dict[str, Any]:
        """Return the attributes of the filter, including its period and its view."""
        values = super().read(asked, known)
        since = asked.parsed("van", _("From"), parse_day)
        until = asked.parsed("tot", _("Up to and including"), parse_day)
        if since and until and until < since:
            asked.ignore(_("Up to and including"), until.isoformat())
            until = None
        view = asked.options("weergave", _("View"), (LIST, MONTH))
        month = asked.parsed("maand", _("Month"), parse_month)
        return values | {"since": since, "until": until, "view": view[0] if view else LIST, "month": month}

    @classmethod
    def parse_place(cls, text: str) -> tuple[int, ...] | None:
        """Return day, second and id of a paging key; None when it is malformed."""
        return decode_key(text, 3)

    @property
    def is_narrowed(self) -> bool:
        """Return whether the filter leaves any event out."""
        return bool(self.since or self.until or super().is_narrowed)

    @property
    def is_grid(self) -> bool:
        """Return whether the month grid is requested."""
        return self.view == MONTH

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query parameters of this filter, without the paging key."""
        pairs = super().pairs()
        pairs += [(name, day.isoformat()) for name, day in (("van", self.since), ("tot", self.until)) if day]
        if self.is_grid:
            pairs.append(("weergave", MONTH))
            if self.month:
                pairs.append(("maand", f"{self.month:%Y-%m}"))
        return pairs

    def removals(self, known: Known) -> Iterator[Part]:
        """Yield each active part of the filter, with the filter without it."""
        yield from super().removals(known)
        first = replace(self, after=None, length=0)
        if self.since:
            yield Part(_("From"), _("from %(day)s", day=long_date(self.since)), replace(first, since=None))
        if self.until:
            day = _("up to and including %(day)s", day=long_date(self.until))
            yield Part(_("Up to and including"), day, replace(first, until=None))

    def cleared(self) -> "AgendaFilter":
        """Return the filter for the same view with nothing chosen."""
        return AgendaFilter(view=self.view, month=self.month)


def parse_day(text: str) -> date | None:
    """Return the day written as 2026-03-12; None for anything else."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def parse_month(text: str) -> date | None:
    """Return the first day of a month written as 2026-03; None for anything else, or a year outside `YEARS`."""
    first = parse_day(f"{text}-01")
    return first if first and first.year in YEARS else None
