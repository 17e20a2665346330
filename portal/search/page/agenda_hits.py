"""Events on the days that a search names, shown before its other hits.

The calendar feature registers how events are looked up by day, so that one that takes several days is found on each of
them and the hits are those of the agenda page that the heading links to. The other words of the search go through the
index, whichever engine holds it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import url_for

from portal.core import clock
from portal.core.formatting import long_date, month_year
from portal.core.i18n import gettext as _
from portal.search.engines.base import SearchRequest
from portal.search.indexing import documents
from portal.search.language import periods
from portal.search.language.periods import Period
from portal.search.models import SearchDocument
from portal.search.query import execution, parser

EVENT = "event"
MAX_SHOWN = 5
MAX_FINDS = 2_000
"""Events with the other words among which those of the days are looked up."""

DayLookup = Callable[[date, date, Collection[int] | None], list[int]]
"""Takes a first and a last day, and ids to choose from (None: all). Returns the ids of public events, by time."""

_lookups: list[DayLookup] = []


@dataclass(frozen=True, slots=True)
class AgendaHits:
    """The first events on some days, how many there are, and the address of the agenda with all of them.

    Without events, the address is that of the agenda from those days on.
    """

    title: str
    url: str
    total: int
    events: list[SearchDocument]


def register_day_lookup(lookup: DayLookup) -> DayLookup:
    """Set how events are looked up by day; for use as a decorator."""
    _lookups[:] = [lookup]
    return lookup


def find(words: str) -> AgendaHits | None:
    """Return the events on the days that some words name; None when they name none.

    Where nothing happens then, the answer has no events when the words name coming days and nothing else, and is None
    otherwise. Raises SearchUnavailable when there are other words and the index cannot be used now.
    """
    today = clock.today()
    asked = periods.read(words, today)
    if asked is None or not _lookups:
        return None
    among = _matching(asked.rest)
    for period in asked.periods:
        shown = Period(today, period.last) if period.first < today <= period.last else period
        ids = _lookups[0](shown.first, shown.last, among)
        keys = [f"{EVENT}:{row_id}" for row_id in ids[:MAX_SHOWN]]
        here = documents.load(keys)
        if here:
            events = [here[key] for key in keys if key in here]
            return AgendaHits(_title(period), _url(shown, asked.rest, today), len(ids), events)
    coming = [period for period in asked.periods if period.last >= today]
    return _nothing(coming[0], today) if coming and among is None else None


def _nothing(period: Period, today: date) -> AgendaHits:
    """Return that nothing happens in a period, with the address of the agenda from there on."""
    query = urlencode({"van": max(period.first, today).isoformat()})
    return AgendaHits(_title(period), f"{url_for('agenda.index')}?{query}", 0, [])


def _matching(words: str) -> list[int] | None:
    """Return the ids of events that match the other words, None when there is nothing to match."""
    asked = parser.parse(words)
    if not asked.nodes and not asked.without:
        return None
    found = execution.find(asked, SearchRequest({"type": [EVENT]}).first_hits(MAX_FINDS))
    if found.plan.unknown:
        return []
    return [int(hit.key.partition(":")[2]) for hit in found.results.hits[: found.results.complete]]


def _title(period: Period) -> str:
    if period.is_month:
        days = month_year(period.first)
    elif period.first == period.last:
        days = long_date(period.first)
    else:
        span = {"first": long_date(period.first), "last": long_date(period.last)}
        days = _("%(first)s up to and including %(last)s", **span)
    return _("Agenda of %(days)s", days=days)


def _url(period: Period, words: str, today: date) -> str:
    """Return the address of the agenda, or of its archive, with the same choice."""
    path = url_for("agenda.index" if period.last >= today else "agenda.archive")
    pairs = [("q", words)] if parser.parse(words).nodes else []
    return f"{path}?{urlencode([*pairs, ('van', period.first.isoformat()), ('tot', period.last.isoformat())])}"
