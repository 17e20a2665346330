"""The filter of the agenda: read from an address, never failing, and written back into one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from portal.core.formatting import long_date
from portal.core.i18n import gettext as _
from portal.core.lists.pagination import decode_key
from portal.core.lists.selection import MAX_IGNORED, Chip, QueryArguments
from portal.core.text import clean

LIST, MONTH = "lijst", "maand"
KEY_LENGTH = 3
YEARS = range(1990, 2101)
"""Years that the month grid can show."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CHOICES = {"speerpunt": "themes", "soort": "kinds", "gemeente": "municipalities", "organisatie": "organisations"}
"""Parameters that choose from known slugs, as the rail orders them, and the fields of the filter that hold them."""

Known = Mapping[str, Mapping[str, str]]
"""Per parameter its slugs and their labels."""


@dataclass(frozen=True, slots=True)
class AgendaFilter:
    """What a visitor wants to see; `ignored` is what the address asked for that means nothing here."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    """At most one."""
    since: date | None = None
    until: date | None = None
    view: str = LIST
    month: date | None = None
    """The first day of the month of the grid; None means this month."""
    after: tuple[int, ...] | None = None
    ignored: tuple[tuple[str, str], ...] = ()

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the chosen slugs per parameter."""
        return {name: getattr(self, field) for name, field in CHOICES.items()}

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.words or self.since or self.until or any(self.chosen.values()))

    @property
    def is_grid(self) -> bool:
        """Whether it asks for the month grid."""
        return self.view == MONTH

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that say the same, in a fixed order, place in the list left out."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(name, slug) for name, slugs in self.chosen.items() for slug in slugs]
        pairs += [(name, day.isoformat()) for name, day in (("van", self.since), ("tot", self.until)) if day]
        if self.is_grid:
            pairs.append(("weergave", MONTH))
            if self.month:
                pairs.append(("maand", f"{self.month:%Y-%m}"))
        return pairs

    def url(self, path: str, *extra: tuple[str, str], **changes: Any) -> str:
        """Return the address of a path under this filter with some of its fields changed."""
        pairs = [*replace(self, **changes).pairs(), *extra]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def cleared(self) -> "AgendaFilter":
        """Return the same view with nothing chosen."""
        return AgendaFilter(view=self.view, month=self.month)


def field_labels() -> dict[str, str]:
    """Return what the parameters are called on screen."""
    return {
        "q": _("Search words"),
        "soort": _("Kind of meeting"),
        "speerpunt": _("Focus point"),
        "gemeente": _("Municipality"),
        "organisatie": _("Organisation"),
        "van": _("From"),
        "tot": _("Up to and including"),
        "weergave": _("View"),
        "maand": _("Month"),
        "na": _("Place in the list"),
    }


def parse(args: MultiDict[str, str], known: Known) -> AgendaFilter:
    """Read a filter from the parameters of an address; what is not known is named in `ignored`."""
    asked = _Asked(args)
    since, until = asked.day("van"), asked.day("tot")
    if since and until and until < since:
        asked.ignore("tot", until.isoformat())
        until = None
    view = asked.options("weergave", asked.labels["weergave"], (LIST, MONTH))
    organisations = asked.options("organisatie", asked.labels["organisatie"], known["organisatie"])
    for slug in organisations[1:]:
        asked.ignore("organisatie", slug)
    return AgendaFilter(
        words=asked.words(),
        kinds=asked.options("soort", asked.labels["soort"], known["soort"]),
        themes=asked.options("speerpunt", asked.labels["speerpunt"], known["speerpunt"]),
        municipalities=asked.options("gemeente", asked.labels["gemeente"], known["gemeente"]),
        organisations=organisations[:1],
        since=since,
        until=until,
        view=view[0] if view else LIST,
        month=asked.month("maand"),
        after=asked.key("na"),
        ignored=tuple(asked.ignored),
    )


class _Asked(QueryArguments):
    """A query string that may hold days, a month and a place in a list."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        super().__init__(args)
        self.labels = field_labels()

    def ignore(self, name: str, value: str) -> None:
        """Remember what meant nothing."""
        if len(self.ignored) < MAX_IGNORED:
            self.ignored.append((self.labels[name], clean(value)))

    def day(self, name: str) -> date | None:
        """Return a day written as 2026-03-12."""
        text = self._args.get(name, "").strip()
        return self._date(name, text, text)

    def month(self, name: str) -> date | None:
        """Return the first day of a month written as 2026-03."""
        text = self._args.get(name, "").strip()
        first = self._date(name, text, f"{text}-01" if text else "")
        if first and first.year not in YEARS:
            self.ignore(name, text)
            return None
        return first

    def key(self, name: str) -> tuple[int, ...] | None:
        """Return a place in the list."""
        text = self._args.get(name, "")
        key = decode_key(text, KEY_LENGTH)
        if text and key is None:
            self.ignore(name, text)
        return key

    def _date(self, name: str, text: str, iso: str) -> date | None:
        try:
            if DAY.fullmatch(iso):
                return date.fromisoformat(iso)
        except ValueError:
            pass
        if text:
            self.ignore(name, text)
        return None


def chips(filter: AgendaFilter, known: Known, path: str) -> list[Chip]:
    """Return what narrows the list now."""
    labels = field_labels()
    found = [Chip(labels["q"], f"“{filter.words}”", filter.url(path, words=""))] if filter.words else []
    for name, field in CHOICES.items():
        slugs = filter.chosen[name]
        found += [
            Chip(labels[name], known[name][slug], filter.url(path, **{field: _without(slugs, slug)})) for slug in slugs
        ]
    if filter.since:
        found.append(Chip(labels["van"], _("from %(day)s", day=long_date(filter.since)), filter.url(path, since=None)))
    if filter.until:
        value = _("up to and including %(day)s", day=long_date(filter.until))
        found.append(Chip(labels["tot"], value, filter.url(path, until=None)))
    return found


def _without(slugs: Iterable[str], taken: str) -> tuple[str, ...]:
    return tuple(slug for slug in slugs if slug != taken)
