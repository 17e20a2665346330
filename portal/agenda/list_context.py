"""Template variables of the list, the month grid and the archive, with the filter rail beside them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import current_app

from portal.agenda import cards, forms, queries
from portal.agenda.cards import EventCard
from portal.agenda.forms import AgendaFilter
from portal.agenda.index import AgendaIndex
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.lists.filters import Known, Suggestion
from portal.core.lists.pagination import Slice
from portal.core.lists.selection import Option
from portal.core.locale import local
from portal.core.web.navigation import absolute
from portal.core.web.rendering import wants_fragment

INDEX, ARCHIVE, CALENDAR = "/agenda/", "/agenda/archief", "/agenda.ics"


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its label; `current` when it leads to the page shown."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A group of options in the rail. Choices compare by value, so that their rendered HTML can be cached."""

    name: str
    options: tuple[Option, ...]
    control: str
    legend: str
    is_open: bool


class ListResult(NamedTuple):
    """The result of a filter for a list, and the rail beside it."""

    found: queries.FilterResult
    part: Slice[EventCard]
    rail: list[Choice]
    years: dict[int, int]


def upcoming(filter: AgendaFilter, index: AgendaIndex) -> dict[str, Any]:
    """Return the template variables of the list of coming events."""
    listed = _list_result(INDEX, filter, index)
    return _list_context(listed, filter, index.options, INDEX) | {
        "groups": cards.by_month(_current_cards(listed), _day_before(filter))
    }


def archive(filter: AgendaFilter, index: AgendaIndex) -> dict[str, Any]:
    """Return the template variables of the archive, including links to its years."""
    listed = _list_result(ARCHIVE, filter, index)
    return _list_context(listed, filter, index.options, ARCHIVE) | {
        "groups": cards.by_year(_current_cards(listed), _day_before(filter)),
        "years": [_year(filter, year, count) for year, count in listed.years.items()],
    }


def _list_result(path: str, filter: AgendaFilter, index: AgendaIndex) -> ListResult:
    """Return the result of a filter; cached, unless it has search words or a custom length."""
    since = queries.last_end(index)

    def compute() -> ListResult:
        period = queries.is_coming(since) if path == INDEX else queries.is_over(since)
        found = queries.find(index.facets, filter, period)
        page = queries.upcoming_page if path == INDEX else queries.archive_page
        years = queries.count_by_year(found) if path == ARCHIVE else {}
        return ListResult(found, page(index, found, filter), _rail(filter, index.options, found), years)

    if filter.words or filter.length:  # not cached: search may change on its own, long lists take memory
        return compute()
    return index.cached((filter.address(path), filter.after, since), compute)


def _list_context(listed: ListResult, filter: AgendaFilter, known: Known, path: str) -> dict[str, Any]:
    """Return the template variables that both lists share."""
    part = listed.part
    frame = _shared_context(filter, known, listed.rail, listed.found, path)
    return (
        frame
        | _status_text(filter, part)
        | {
            "next_part": filter.next_part(local(path), part.next_key, len(part.rows), queries.PAGE),
            "suggestions": [] if listed.found.total else _suggestions(filter, known, listed.found, path),
        }
    )


def _suggestions(filter: AgendaFilter, known: Known, found: queries.FilterResult, path: str) -> list[Suggestion]:
    """Return similar filters that do find events: another municipality, or one choice less."""
    places = {"gemeente": found.counts.get("gemeente", {})} if filter.values("gemeente") else {}
    return filter.suggestions(known, local(path), found.count, places)


def _current_cards(listed: ListResult) -> list[EventCard]:
    moment = clock.now()
    return [card.at(moment) for card in listed.part.rows]


def month(filter: AgendaFilter, index: AgendaIndex) -> dict[str, Any]:
    """Return the template variables of the month grid; its first and last week are whole."""
    today = clock.today()
    first = filter.month or today.replace(day=1)
    last = _next_month(first) - timedelta(days=1)
    vague = queries.is_known_by_month(first)
    found = queries.find(index.facets, filter, queries.has_day_between(first, last) | vague)
    # htmx keeps the rail when it loads another month, so it must offer the options of every month.
    found = replace(found, offered={name: set(counts) for name, counts in found.counts.items()})
    grid = cards.grid_days(first)
    shown = queries.events_in_period(found, queries.has_day_between(grid[0][0], grid[-1][-1]) | vague)
    before, after = _neighbours(first, index.span)
    return _shared_context(filter, index.options, _rail(filter, index.options, found), found, INDEX) | {
        "month": first,
        "weeks": cards.month_grid(first, shown, today),
        "vague": queries.as_cards(event for event in shown if not event.is_exact),
        "previous_month": before and (before, _month_url(filter, before)),
        "next_month": after and (after, _month_url(filter, after)),
        "this_month_url": None if first == today.replace(day=1) else _month_url(filter, None),
    }


def _neighbours(month: date, span: tuple[date, date] | None) -> tuple[date | None, date | None]:
    """Return the previous and next month, None outside the agenda so that crawlers do not follow links forever."""
    if span is None:
        return None, None
    first, last = (day.replace(day=1) for day in span)
    before = min(_previous_month(month), last) if first < month else None
    after = max(_next_month(month), first) if last > month else None
    return _within_years(before), _within_years(after)


def _within_years(month: date | None) -> date | None:
    return month if month and month.year in forms.YEARS else None


def _previous_month(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _shared_context(
    filter: AgendaFilter, known: Known, choices: list[Choice], found: queries.FilterResult, path: str
) -> dict[str, Any]:
    """Return the template variables that the list, the grid and the archive share."""
    return {
        "filter": filter,
        "found": found,
        "path": local(path),
        "is_archive": path == ARCHIVE,
        "tabs": _tabs(filter, path),
        "rail": choices,
        "counts": [(choice.name, choice.options, choice.control) for choice in choices],
        "chips": filter.chips(known, local(path)),
        "clear_url": filter.cleared().address(local(path)),
        "count_line": _count_line(filter, found.total, path),
        "subscription": subscription_urls(filter),
        "spoken": _count_line(filter, found.total, path),
        "this_month_url": None,
        "is_part": wants_fragment(),
    }


def _tabs(filter: AgendaFilter, path: str) -> list[Link]:
    without_place = {"month": None, "after": None, "length": 0}
    return [
        Link(
            _("List"),
            filter.address(local(INDEX), view=forms.LIST, **without_place),
            path == INDEX and not filter.is_grid,
        ),
        Link(
            _("Month"),
            filter.address(local(INDEX), view=forms.MONTH, **without_place),
            path == INDEX and filter.is_grid,
        ),
        Link(_("Archive"), filter.address(local(ARCHIVE), view=forms.LIST, **without_place), path == ARCHIVE),
    ]


def _count_line(filter: AgendaFilter, total: int, path: str) -> str:
    if path == ARCHIVE:
        return ngettext("%(num)s event in the archive", "%(num)s events in the archive", total)
    if filter.is_grid:
        return ngettext("%(num)s event this month", "%(num)s events this month", total)
    return ngettext("%(num)s coming event", "%(num)s coming events", total)


def _status_text(filter: AgendaFilter, part: Slice[EventCard]) -> dict[str, str]:
    """Return the status text for screen readers after "show more" loaded another page."""
    count = len(part.rows)
    return {"spoken": ngettext("%(num)s more event", "%(num)s more events", count)} if filter.after else {}


def _rail(filter: AgendaFilter, known: Known, found: queries.FilterResult) -> list[Choice]:
    """Return the groups of the rail; an option without events is left out, unless it is chosen."""
    choices: list[Choice] = []
    for name, label, takes_one, _default in filter.fields:
        chosen, counted, offered = filter.values(name), found.counts.get(name, {}), found.offered.get(name, set())
        options = [
            Option(slug, label, counted.get(slug, 0), slug in chosen)
            for slug, label in known[name].items()
            if slug in offered or slug in chosen
        ]
        if takes_one:
            options.insert(0, Option("", _("All organisations"), None, not chosen))
        control = "select" if takes_one else "checkbox"
        choices.append(Choice(name, tuple(options), control, str(label), is_open=not choices))
    return choices


def subscription_urls(filter: AgendaFilter) -> tuple[str, str]:
    """Return the calendar address of this filter, as webcal: for subscribing and as http(s): for fetching."""
    address = absolute(calendar_path(filter))
    return f"webcal:{address.partition(':')[2]}", address


def calendar_path(filter: AgendaFilter) -> str:
    """Return the path of the calendar with exactly this filter."""
    return filter.address(CALENDAR, view=forms.LIST, month=None)


def calendar_name(filter: AgendaFilter, known: Known) -> str:
    """Return the title of a subscribed calendar: the site name and the chosen options."""
    words = words_of(filter, known)
    name = _("%(site)s: agenda", site=current_app.config["SITE_NAME"])
    return f"{name} ({words})" if words else name


def words_of(filter: AgendaFilter, known: Known) -> str:
    """Return the chosen options of a filter in words, separated by commas."""
    return ", ".join(part.value for part in filter.removals(known))


def _month_url(filter: AgendaFilter, month: date | None) -> str:
    return filter.address(local(INDEX), view=forms.MONTH, month=month)


def _year(filter: AgendaFilter, year: int, count: int) -> Link:
    first, last = date(year, 1, 1), date(year, 12, 31)
    current = (filter.since, filter.until) == (first, last)
    changes = {"since": None, "until": None} if current else {"since": first, "until": last}
    return Link(str(year), filter.address(local(ARCHIVE), **changes), current, count)


def _day_before(filter: AgendaFilter) -> date | None:
    """Return the day of the last event on the previous page."""
    return queries.read_key(filter.after)[0] if filter.after else None
