"""Queries of the agenda. Lists are ordered by day, then by hour; whole-day events come first on their day."""

import calendar
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from portal.actionplan.models import Action, Theme
from portal.agenda import index as agenda_index
from portal.agenda.cards import EventCard, ListedEvent, make_card
from portal.agenda.forms import AgendaFilter
from portal.agenda.index import AgendaIndex
from portal.agenda.models import EXACT, Event, EventKind, EventStatus, event_organiser, event_theme
from portal.community.models import Municipality, Organisation
from portal.community.queries import follow_organisations
from portal.core import clock
from portal.core.extensions import db
from portal.core.lists.facets import FacetIndex
from portal.core.lists.pagination import Slice, encode_key
from portal.core.storage.types import UtcDateTime
from portal.publishing.models import VISIBLE, State
from portal.search import services as search

PAGE = 25
CALENDAR_MONTHS = 12
CALENDAR_MOST = 1000
MAX_CACHED_EVENTS = 20
"""Number of coming events cached for other pages, which show a handful each."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_DAY = date.min

Condition = ColumnElement[bool]
START = func.coalesce(Event.starts_at, literal(EPOCH, UtcDateTime))
"""The start of an event for sorting; whole-day events get the earliest moment."""
DAY = func.coalesce(Event.first_day, NO_DAY)
IS_PUBLIC = Event.state.in_(VISIBLE)
HAS_DAYS = Event.date_precision.in_(EXACT) & Event.date_text.is_(None) & Event.first_day.is_not(None)


@dataclass(frozen=True, slots=True)
class FilterResult:
    """The result of a filter within a period: the total, and the counts for every other choice."""

    total: int
    counts: dict[str, dict[str, int]]
    """For each parameter, the number of events per option; options without any event are missing."""
    offered: dict[str, set[str]]
    """For each parameter, the options with an event in the period, whatever else is chosen."""
    period: Condition
    chosen: list[Condition]
    """The conditions of the filter, except its days."""
    days: list[Condition]
    searchable: bool
    """False when search was unavailable, so that the search words were ignored."""
    count: Callable[[AgendaFilter], int]
    """Return how many events of the period another filter finds; its words must be the same or none."""

    @property
    def conditions(self) -> list[Condition]:
        """Return all conditions that an event of the list meets."""
        return [IS_PUBLIC, self.period, *self.chosen, *self.days]


def is_coming(moment: datetime) -> Condition:
    """Return the condition for events not over at a moment; one without hours lasts until the end of its last day."""
    today = clock.to_local(moment).date()
    return or_(Event.last_day > today, (Event.last_day == today) & _has_not_ended(moment))


def is_over(moment: datetime) -> Condition:
    """Return the condition for events that are over at a moment, and events without a date."""
    today = clock.to_local(moment).date()
    ended = (Event.last_day == today) & (Event.ends_at <= moment)
    return or_(Event.last_day < today, ended, Event.last_day.is_(None))


def last_end(index: AgendaIndex) -> datetime:
    """Return the last moment (UTC) at which an event passed from coming to past, or the start of today.

    Lists hold the same events until the next such moment, so it can be part of their cache key.
    """
    moment, today = clock.now(), clock.today()
    ended = (end for day, end in index.ends.values() if day == today and end <= moment)
    return max(ended, default=clock.start_of_day(today))


def has_day_between(first: date, last: date) -> Condition:
    """Return the condition for events with an exact day from `first` up to and including `last`."""
    return HAS_DAYS & (Event.first_day <= last) & (Event.last_day >= first)


def is_known_by_month(month: date) -> Condition:
    """Return the condition for events of which only the month is known, and is this one."""
    return (Event.date_precision == "month") & (Event.first_day == month)


def find(facets: FacetIndex, filter: AgendaFilter, period: Condition) -> FilterResult:
    """Return the result of a filter within a period, with the counts for every other choice."""
    ids = search.find_ids(filter.words, Event.search_type) if filter.words else None
    words = [] if ids is None else [Event.id.in_(ids)]
    days = list(_day_conditions(filter))
    whole = _rows(facets, period)
    within = _rows(facets, period, *words, *days) if words or days else whole

    def count(other: AgendaFilter) -> int:
        narrowing = [*(words if other.words else []), *_day_conditions(other)]
        return facets.count(other.chosen, _rows(facets, period, *narrowing) if narrowing else whole)

    return FilterResult(
        total=facets.count(filter.chosen, within),
        counts=facets.counts(filter.chosen, within),
        offered={name: {slug for slug in counts if counts[slug]} for name, counts in facets.counts({}, whole).items()},
        period=period,
        chosen=[*words, *_choice_conditions(filter)],
        days=days,
        searchable=ids is not None or not filter.words,
        count=count,
    )


def _rows(facets: FacetIndex, *conditions: Condition) -> int:
    """Return the public events that meet these conditions, as bits of the index."""
    return facets.rows(db.session.connection().scalars(select(Event.id).where(IS_PUBLIC, *conditions)))


def _day_conditions(filter: AgendaFilter) -> Iterator[Condition]:
    if filter.since:
        yield Event.last_day >= filter.since
    if filter.until:
        yield Event.first_day <= filter.until


def _choice_conditions(filter: AgendaFilter) -> Iterator[Condition]:
    if filter.values("soort"):
        yield Event.kind.has(EventKind.slug.in_(filter.values("soort")))
    if filter.values("gemeente"):
        yield Event.municipality.has(Municipality.slug.in_(filter.values("gemeente")))
    if filter.values("speerpunt"):
        yield Event.themes.any(Theme.slug.in_(filter.values("speerpunt")))
    if filter.values("organisatie"):
        yield Event.organisers.any(Organisation.slug.in_(filter.values("organisatie")))


def upcoming_page(index: AgendaIndex, found: FilterResult, filter: AgendaFilter) -> Slice[EventCard]:
    """Return a page of the list of coming events, earliest first."""
    beyond = [_position() > _position_of(filter.after)] if filter.after else []
    return _slice(index, [*found.conditions, *beyond], (DAY, START, Event.id), filter.limit(PAGE))


def archive_page(index: AgendaIndex, found: FilterResult, filter: AgendaFilter) -> Slice[EventCard]:
    """Return a page of the archive, latest first; events without a date come last."""
    beyond = [_position() < _position_of(filter.after)] if filter.after else []
    return _slice(index, [*found.conditions, *beyond], (DAY.desc(), START.desc(), Event.id.desc()), filter.limit(PAGE))


LISTED = select(
    Event.id,
    Event.slug,
    Event.title,
    Event.summary,
    Event.first_day,
    Event.last_day,
    Event.starts_at,
    Event.ends_at,
    Event.date_precision,
    Event.date_text,
    Event.place_mode,
    Event.venue,
    Event.status,
    Event.moved_from,
    Event.capacity,
    Event.source_note,
)
"""The columns that an event card needs, in the order of `cards.ListedEvent`."""


def _slice(index: AgendaIndex, conditions: list[Condition], order: tuple[Any, ...], limit: int) -> Slice[EventCard]:
    """Return the cards of a page; an event added after the index was read is left out until the next request."""
    statement = LISTED.where(*conditions).order_by(*order).limit(limit + 1)
    rows = db.session.connection().execute(statement).all()
    moment = clock.now()
    listed = [ListedEvent._make((*row, *index.relations[row.id])) for row in rows[:limit] if row.id in index.relations]
    return Slice([make_card(event, moment) for event in listed], _key(rows[limit - 1]) if len(rows) > limit else None)


def _position() -> Any:
    return tuple_(DAY, START, Event.id)


def _position_of(after: tuple[int, ...]) -> Any:
    day, start, event_id = read_key(after)
    return tuple_(literal(day), literal(start, UtcDateTime), literal(event_id))


def _key(event: Any) -> str:
    day = event.first_day or NO_DAY
    return encode_key(day.toordinal(), max(0, int((event.starts_at or EPOCH).timestamp())), event.id)


def read_key(after: tuple[int, ...]) -> tuple[date, datetime, int]:
    """Return day, moment (UTC) and id of a paging key; values out of range are clipped."""
    ordinal, seconds, event_id = after
    day = date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))
    return day, EPOCH + timedelta(seconds=min(seconds, 2**37)), min(event_id, 2**31 - 1)


def events_in_period(found: FilterResult, period: Condition) -> Sequence[Event]:
    """Return all events that match the filter of `found` in another period, earliest first."""
    statement = _events(IS_PUBLIC, period, *found.chosen, *found.days)
    return db.session.scalars(statement.order_by(DAY, START, Event.id)).all()


def count_by_year(found: FilterResult) -> dict[int, int]:
    """Return the number of events that began in each year, latest year first, ignoring the days of the filter."""
    year = func.extract("year", Event.first_day)
    counted = select(year, func.count()).where(IS_PUBLIC, found.period, *found.chosen, Event.first_day.is_not(None))
    return {int(number): count for number, count in db.session.execute(counted.group_by(year).order_by(year.desc()))}


def published_events(since: datetime, until: datetime) -> Sequence[Event]:
    """Return the coming events that were first published after a moment, up to and including another, oldest first."""
    statement = _events(IS_PUBLIC, Event.published_at > since, Event.published_at <= until, is_coming(clock.now()))
    return db.session.scalars(statement.order_by(Event.published_at, Event.id)).all()


def calendar_events(facets: FacetIndex, filter: AgendaFilter) -> Sequence[Event]:
    """Return the events of a subscribed calendar: the last twelve months and everything to come."""
    today = clock.today()
    found = find(facets, filter, HAS_DAYS & (Event.last_day >= months_before(today, CALENDAR_MONTHS)))
    statement = _events(*found.conditions).order_by(DAY.desc(), START.desc(), Event.id.desc()).limit(CALENDAR_MOST)
    return db.session.scalars(statement).all()[::-1]


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last day of that month when it is shorter."""
    years_back, month = divmod(day.month - 1 - months, 12)
    year = day.year + years_back
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def get_public_event(event_id: int) -> Event | None:
    """Return a public event with its relations; None when it does not exist or is not public."""
    action = joinedload(Event.action)
    return db.session.scalar(
        _events(IS_PUBLIC, Event.id == event_id).options(
            action.joinedload(Action.theme), action.joinedload(Action.agenda)
        )
    )


def get_event(event_id: int) -> Event | None:
    """Return an event, public or not; None when it does not exist. The caller must check who may see it."""
    return db.session.scalar(_events(Event.id == event_id).options(joinedload(Event.author)))


def awaiting() -> list[Event]:
    """Return the events that await review."""
    return list(db.session.scalars(_events(Event.state == State.REVIEW).options(joinedload(Event.author))))


def count_awaiting() -> int:
    """Return how many events await review."""
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.state == State.REVIEW)) or 0


def _events(*conditions: Condition) -> Select[Event]:
    return (
        select(Event)
        .where(*conditions)
        .options(
            joinedload(Event.kind),
            joinedload(Event.municipality),
            selectinload(Event.themes),
            selectinload(Event.organisers),
        )
    )


# ── for other features ────────────────────────────────────────────────────────────────────────────


def next_events(limit: int) -> list[EventCard]:
    """Return the next events that take place and are not over yet."""
    index = agenda_index.current()
    since = last_end(index)
    return index.cached(("coming", since), lambda: _coming(MAX_CACHED_EVENTS, is_coming(since)))[:limit]


def next_events_after(event: Event, limit: int) -> list[EventCard]:
    """Return the events that take place after this one; after now when this one is over."""
    place = (event.first_day or NO_DAY).toordinal(), int((event.starts_at or EPOCH).timestamp()), event.id
    return _coming(limit, is_coming(clock.now()), _position() > _position_of(place))


def _coming(limit: int, *conditions: Condition) -> list[EventCard]:
    statement = _events(IS_PUBLIC, Event.status == EventStatus.PLANNED, *conditions)
    return as_cards(db.session.scalars(statement.order_by(DAY, START, Event.id).limit(limit)))


def _has_not_ended(moment: datetime) -> Condition:
    return or_(Event.ends_at.is_(None), Event.ends_at > moment)


def count_coming() -> int:
    """Return how many events the agenda lists as coming."""
    index = agenda_index.current()
    since = last_end(index)
    count = select(func.count()).select_from(Event).where(IS_PUBLIC, is_coming(since))
    return index.cached(("count", since), lambda: db.session.scalar(count)) or 0


def of_organisation(organisation_id: int, limit: int) -> list[EventCard]:
    """Return the events of an organisation: coming ones, earliest first, then past ones, latest first."""
    return _coming_then_past(Event.organisers.any(Organisation.id == organisation_id), limit)


def of_theme(theme_id: int, limit: int) -> list[EventCard]:
    """Return the events of a speerpunt: coming ones, earliest first, then past ones, latest first."""
    return _coming_then_past(Event.themes.any(Theme.id == theme_id), limit)


def of_action(action_id: int, limit: int = PAGE) -> list[EventCard]:
    """Return the events of an action: coming ones, earliest first, then past ones, latest first."""
    return _coming_then_past(Event.action_id == action_id, limit)


def events_beginning_between(first: date, last: date, limit: int) -> list[EventCard]:
    """Return the events that begin from `first` up to and including `last`, earliest first."""
    statement = _events(IS_PUBLIC, HAS_DAYS, Event.first_day.between(first, last))
    return as_cards(db.session.scalars(statement.order_by(DAY, START, Event.id).limit(limit)))


def _coming_then_past(condition: Condition, limit: int) -> list[EventCard]:
    moment = clock.now()
    ahead = _events(IS_PUBLIC, condition, is_coming(moment)).order_by(DAY, START, Event.id).limit(limit)
    behind = (
        _events(IS_PUBLIC, condition, is_over(moment)).order_by(DAY.desc(), START.desc(), Event.id.desc()).limit(limit)
    )
    return as_cards([*db.session.scalars(ahead), *db.session.scalars(behind)][:limit])


def as_cards(events: Iterable[Event]) -> list[EventCard]:
    """Return the cards of events at this moment."""
    moment = clock.now()
    return [make_card(event, moment) for event in events]


def sitemap_entries() -> Iterator[tuple[str, datetime]]:
    """Yield the path and last change of every public event."""
    yield from (
        (row.path, row.updated_at) for row in db.session.scalars(select(Event).where(IS_PUBLIC).order_by(Event.id))
    )


def load_results(ids: list[int] | None) -> Sequence[Event]:
    """Return events with all that search indexes; `ids` None means every event."""
    statement = _events() if ids is None else _events(Event.id.in_(ids))
    statement = statement.options(selectinload(Event.organisers).selectinload(Organisation.names))
    return db.session.scalars(statement).all()


def _organised_by(organisations: Any) -> Select[Any]:
    return select(event_organiser.c.event_id).where(event_organiser.c.organisation_id.in_(organisations))


@search.register_synonyms
def names_of_kinds() -> list[list[str]]:
    """Return the label of each kind together with its synonyms, as search synonyms."""
    rows = db.session.execute(select(EventKind.label, EventKind.synonyms))
    return [[label, *others] for label, others in rows if others]


@search.register_day_lookup
def ids_on_days(first: date, last: date, among: Collection[int] | None) -> list[int]:
    """Return the ids of public events with a day in a period, by time; only ids of `among` unless it is None."""
    statement = select(Event.id).where(IS_PUBLIC, has_day_between(first, last)).order_by(DAY, START, Event.id)
    return list(db.session.scalars(statement if among is None else statement.where(Event.id.in_(among))))


search.register(Event.search_type, load_results)
follow_organisations("event", _organised_by)
search.follow(EventKind, ("label", "synonyms"), "event", lambda ids: select(Event.id).where(Event.kind_id.in_(ids)))
search.follow(Municipality, ("name",), "event", lambda ids: select(Event.id).where(Event.municipality_id.in_(ids)))
search.follow(
    Theme, ("slug",), "event", lambda ids: select(event_theme.c.event_id).where(event_theme.c.theme_id.in_(ids))
)
