"""Following the agenda by mail; importing this module registers it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from portal.agenda import queries
from portal.agenda.forms import LIST, AgendaFilter
from portal.agenda.index import AgendaIndex, current
from portal.agenda.list_context import INDEX, subscription_urls, words_of
from portal.agenda.models import Event
from portal.core.formatting import long_date
from portal.core.i18n import gettext as _
from portal.core.lists import followed
from portal.core.lists.followed import Arguments, FollowedList, NewItem, Pairs
from portal.search import services as search


class FollowedAgenda(FollowedList):
    """Coming events; whether they are shown as list or month is not part of what is followed."""

    slug = "agenda"
    path = INDEX

    def pairs(self, arguments: Arguments) -> Pairs:
        """Return the choices, words and days of a filter."""
        return _filter(arguments, current()).pairs()

    def title(self, arguments: Arguments) -> str:
        """Return the name of the filtered agenda."""
        index = current()
        words = words_of(_filter(arguments, index), index.options)
        return f"{_('Agenda')}: {words}" if words else _("Agenda")

    def feeds(self, query: str) -> list[tuple[str, str, str]]:
        """Return the calendar of the filter."""
        subscribe, download = subscription_urls(_filter(followed.arguments(query), current()))
        return [(_("Subscribe"), subscribe, "calendar-add"), (_("Calendar file (.ics)"), download, "download")]

    def find_new(self, asked: Mapping[str, datetime], until: datetime) -> dict[str, list[NewItem]]:
        """Return the coming events of each filter that were published in its period."""
        index = current()
        events = queries.published_events(min(asked.values(), default=until), until)
        items = [(event, _item(event), index.facets.rows([event.id])) for event in events]
        filters = {query: _filter(followed.arguments(query), index) for query in asked}
        in_step = search.is_complete_until(until)
        words = {wanted.words for wanted in filters.values() if wanted.words}
        ids = {one: search.find_matching_ids(one, Event.search_type) if in_step else None for one in words}
        found = {}
        for query, wanted in filters.items():
            matching = ids[wanted.words] if wanted.words else [event.id for event in events]
            if matching is None:
                continue
            rows = index.facets.matching(wanted.chosen, index.facets.rows(matching))
            found[query] = [
                item
                for event, item, bit in items
                if bit & rows and item.published > asked[query] and _is_within(event, wanted)
            ]
        return found


def _filter(arguments: Arguments, index: AgendaIndex) -> AgendaFilter:
    return replace(AgendaFilter.parse(arguments, index.options), view=LIST, month=None, ignored=())


def _is_within(event: Event, filter: AgendaFilter) -> bool:
    """Return whether an event has a day in the period of a filter."""
    ends_in_time = filter.since is None or (event.last_day is not None and event.last_day >= filter.since)
    return ends_in_time and (filter.until is None or (event.first_day is not None and event.first_day <= filter.until))


def _item(event: Event) -> NewItem:
    assert event.published_at is not None
    (card,) = queries.as_cards([event])
    day = card.date_label or (long_date(card.first_day) if card.first_day else "")
    detail = ", ".join(part for part in (day, card.place_label) if part)
    return NewItem(event.published_at, event.kind.label, event.title, event.path, detail)


followed.register(FollowedAgenda())
