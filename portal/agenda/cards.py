"""Events as list cards, month grid cells and panels show them."""

import re
from calendar import Calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from portal.actionplan.models import Theme
from portal.agenda import policies
from portal.agenda.models import OFF, Event, EventStatus, PlaceMode, event_path, has_exact_days
from portal.core.clock import to_local
from portal.core.formatting import clock_span, clock_time, month_short, short_date
from portal.core.i18n import gettext as _
from portal.core.web_address import web_address

HOUR = re.compile(r"<li>\s*((?:[01]?\d|2[0-3])[.:][0-5]\d(?:\s?[-–]\s?(?:[01]?\d|2[0-3])[.:][0-5]\d)?)(?: uur)?:? ")
LONGEST_LABEL = 20
"""Characters that fit in the column of a card that usually shows a day."""


class Kind(NamedTuple):
    """The kind of an event."""

    label: str


class Mark(NamedTuple):
    """A speerpunt, as `components/theme_mark.html` shows it."""

    number: int
    short_title: str


class Organiser(NamedTuple):
    """An organisation that organises an event."""

    name: str


class Place(NamedTuple):
    """The municipality of an event."""

    name: str


class ListedEvent(NamedTuple):
    """The columns and relations of an event that its card needs; not an ORM entity."""

    id: int
    slug: str
    title: str
    summary: str
    first_day: date | None
    last_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    date_precision: str
    date_text: str | None
    place_mode: PlaceMode
    venue: str | None
    status: EventStatus
    moved_from: date | None
    capacity: int | None
    source_note: str | None
    kind: Kind
    municipality: Place | None
    themes: tuple[Mark, ...]
    organisers: tuple[Organiser, ...]

    @property
    def path(self) -> str:
        """Return the canonical path of the event's page."""
        return event_path(self.id, self.slug)

    @property
    def is_exact(self) -> bool:
        """Return whether the days are known exactly, so that a calendar can show the event."""
        return has_exact_days(self.first_day, self.date_precision, self.date_text)

    @property
    def is_off(self) -> bool:
        """Return whether the event does not take place on its day."""
        return self.status in OFF

    @property
    def has_other_day(self) -> bool:
        """Return whether the event was first announced for another day."""
        return self.moved_from is not None and self.moved_from != self.first_day


class EventCard(NamedTuple):
    """An event as `components/event_card.html` shows it, without ORM entities. Equal cards render the same HTML."""

    id: int
    path: str
    title: str
    kind: Kind
    summary: str
    first_day: date | None
    date_label: str | None
    """Text shown when the exact days are unknown, such as "najaar 2014"; None when they are known."""
    time_label: str
    place_label: str
    themes: tuple[Mark, ...]
    organisers: tuple[Organiser, ...]
    is_past: bool
    status: EventStatus
    status_label: str
    capacity: int | None
    note: str
    """A remark on an event from an old document whose outcome is unknown, else ""."""
    ends_at: datetime | None
    last_day: date | None

    def at(self, moment: datetime) -> "EventCard":
        """Return the card with `is_past` as it is at a moment (UTC)."""
        past = is_past(self, moment)
        return self if past == self.is_past else self._replace(is_past=past)


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading: a month, a year, or None for events without a date."""

    day: date | None
    continues: bool
    """Whether the page before ended in the same month or year."""
    cards: Sequence[EventCard]


@dataclass(frozen=True, slots=True)
class GridEvent:
    """An event on one of its days in the month grid."""

    path: str
    title: str
    themes: Sequence[Theme]
    status: EventStatus
    status_label: str
    time_label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month grid."""

    date: date
    week: int | None
    """The ISO week number, on Mondays only; schools plan by week number."""
    in_month: bool
    is_today: bool
    is_past: bool
    events: Sequence[GridEvent]


def make_card(event: Event | ListedEvent, moment: datetime) -> EventCard:
    """Return the card of an event at a moment (UTC)."""
    return EventCard(
        id=event.id,
        path=event.path,
        title=event.title,
        kind=Kind(event.kind.label),
        summary=event.summary,
        first_day=event.first_day,
        date_label=date_label(event),
        time_label=time_label(event),
        place_label=place_label(event),
        themes=tuple(Mark(theme.number, theme.short_title) for theme in event.themes),
        organisers=tuple(Organiser(organisation.name) for organisation in event.organisers),
        is_past=is_past(event, moment),
        status=event.status,
        status_label=status_label(event) or moved_label(event),
        capacity=event.capacity,
        note=_("announced; the source does not say whether it went on") if is_open_fact(event) else "",
        ends_at=event.ends_at,
        last_day=event.last_day,
    )


def is_past(event: Event | ListedEvent | EventCard, moment: datetime) -> bool:
    """Return whether an event is over at a moment (UTC); an event without any date counts as past."""
    if event.ends_at:
        return event.ends_at <= moment
    return event.last_day is None or event.last_day < to_local(moment).date()


def is_open_fact(event: Event | ListedEvent) -> bool:
    """Return whether an event comes from an old document that does not tell whether it took place."""
    return event.source_note is not None and event.status == EventStatus.PLANNED


def date_label(event: Event | ListedEvent) -> str | None:
    """Return a short text for an imprecise date; None when the days are exact."""
    if event.is_exact:
        return None
    if event.first_day is None or event.last_day is None:
        return _("date unknown")
    if event.date_precision == "month":
        return f"{month_short(event.first_day)} {event.first_day.year}"
    if event.date_precision == "season" and event.date_text and len(event.date_text) <= LONGEST_LABEL:
        return event.date_text
    if event.first_day.year == event.last_day.year:
        return str(event.first_day.year)
    return f"{event.first_day.year}–{event.last_day.year}"


def time_label(event: Event | ListedEvent) -> str:
    """Return the hours of a one-day event, the last day of a longer one, or the rest of an imprecise date."""
    if not event.is_exact or event.first_day is None or event.last_day is None:
        is_said = event.date_precision in ("month", "season") or event.date_text == date_label(event)
        return "" if is_said else event.date_text or ""
    if event.first_day != event.last_day:
        return _("up to and including %(day)s", day=short_date(event.last_day))
    if event.starts_at:
        return clock_span(event.starts_at, event.ends_at)
    return "" if event.source_note else _("all day")


def place_label(event: Event | ListedEvent) -> str:
    """Return a short description of the place."""
    if event.place_mode == PlaceMode.ONLINE:
        return "Online"
    place = event.venue or ""
    if event.municipality and event.municipality.name not in place:
        place = f"{place}, {event.municipality.name}" if place else event.municipality.name
    return _("%(place)s or online", place=place) if event.place_mode == PlaceMode.BOTH else place


def public_link(event: Event, moment: datetime) -> str | None:
    """Return the address of the online meeting if everyone may see it and the event is not over; else None.

    Calendars use this, since they cannot tell who reads them.
    """
    if event.is_off or is_past(event, moment) or not policies.may_see_link(None, event):
        return None
    return web_address(event.meeting_url or "")


def status_label(event: Event | ListedEvent) -> str:
    """Return "Cancelled" or "Postponed" as text, "" for a planned event."""
    words = {EventStatus.CANCELLED: _("Cancelled"), EventStatus.POSTPONED: _("Postponed")}
    return words.get(event.status, "")


def moved_label(event: Event | ListedEvent) -> str:
    """Return "Moved" or "Changed" as text for an event that differs from its announcement, else ""."""
    if event.moved_from is None or event.is_off:
        return ""
    return _("Moved") if event.has_other_day else _("Changed")


def mark_programme(html: str) -> str:
    """Return HTML in which list items that start with a time are marked up as a programme."""
    return HOUR.sub(lambda item: f'<li class="is-timed"><b>{item[1].replace(":", ".")}</b> ', html)


def language_label(event: Event) -> str:
    """Return the name of the event's language; for an unknown code, the code."""
    return {"nl": _("Dutch"), "en": _("English")}.get(event.language, event.language)


def by_month(cards: Iterable[EventCard], last: date | None) -> list[Group]:
    """Group cards by month; `last` is the last day on the previous page."""
    return _grouped(cards, last, lambda day: day.replace(day=1))


def by_year(cards: Iterable[EventCard], last: date | None) -> list[Group]:
    """Group cards by year; `last` is the last day on the previous page."""
    return _grouped(cards, last, lambda day: day.replace(month=1, day=1))


def grid_days(month: date) -> list[list[date]]:
    """Return the days of a month as whole weeks, Monday first."""
    return Calendar().monthdatescalendar(month.year, month.month)


def month_grid(month: date, events: Iterable[Event], today: date) -> list[list[Cell]]:
    """Return the month grid: whole weeks of cells, each event on each of its days."""
    grid = grid_days(month)
    on_day: dict[date, list[GridEvent]] = {day: [] for week in grid for day in week}
    for event in events:
        for day in on_day:
            if event.is_exact and event.first_day and event.last_day and event.first_day <= day <= event.last_day:
                on_day[day].append(_grid_event(event, (day - event.first_day).days + 1))
    return [[_cell(day, month, on_day[day], today) for day in week] for week in grid]


def _cell(day: date, month: date, events: Sequence[GridEvent], today: date) -> Cell:
    return Cell(
        date=day,
        week=day.isocalendar().week if day.isoweekday() == 1 else None,
        in_month=day.month == month.month,
        is_today=day == today,
        is_past=day < today,
        events=events,
    )


def _grid_event(event: Event, number: int) -> GridEvent:
    """Return the grid entry of an event on its `number`th day."""
    label = clock_time(event.starts_at) if event.starts_at else ""
    if number > 1:
        label = _("day %(number)s", number=number)
    word = status_label(event) or moved_label(event)
    return GridEvent(event.path, event.title, event.themes, event.status, word, label)


def _grouped(cards: Iterable[EventCard], last: date | None, start: Callable[[date], date]) -> list[Group]:
    def head(card: EventCard) -> date | None:
        return start(card.first_day) if card.first_day else None

    before = start(last) if last else None
    return [
        Group(day, continues=day is not None and day == before, cards=list(rows))
        for day, rows in groupby(cards, key=head)
    ]
