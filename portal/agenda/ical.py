"""Events as iCalendar (RFC 5545, RFC 7986): a file for one event, and calendars to subscribe to."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from portal.agenda.cards import is_past, moved_label, place_label, public_link, status_label
from portal.agenda.models import Event, PlaceMode
from portal.core import clock
from portal.core.clock import AMSTERDAM, to_local
from portal.core.formatting import long_date
from portal.core.i18n import gettext as _
from portal.core.lazy_import import LazyImport
from portal.core.plain_lines import plain_lines
from portal.core.web.navigation import absolute

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = LazyImport("icalendar")

PRODUCT = "-//portal//agenda//NL"
REFRESH = timedelta(hours=6)
"""How often a subscribed calendar should be fetched again."""
VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
"""The rule of the European Union since 1996; older events in the agenda have no hours."""


def single_event(event: Event) -> bytes:
    """Return an iCalendar file with one event."""
    return _calendar([event]).to_ical()


def subscription(events: Iterable[Event], name: str, page_url: str, calendar_url: str) -> bytes:
    """Return a calendar to subscribe to; `name` is its title, `page_url` the page with the same filter."""
    calendar = _calendar(events)
    calendar.add("name", _text(name))
    calendar.add("x-wr-calname", _text(name))
    calendar.add("x-wr-timezone", AMSTERDAM.key)
    calendar.add("url", icalendar.vUri(page_url))
    calendar.add("source", icalendar.vUri(calendar_url), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", icalendar.vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    return calendar.to_ical()


def _calendar(events: Iterable[Event]) -> "icalendar.Calendar":
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add_component(icalendar.Timezone.from_ical(VTIMEZONE))
    for event in events:
        calendar.add_component(_vevent(event))
    return calendar


def _vevent(event: Event) -> "icalendar.Event":
    """Return an event as a VEVENT; its days must be exact."""
    off = status_label(event)
    entry = icalendar.Event()
    entry.add("uid", _text(event.uid))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.updated_at.replace(microsecond=0))
    entry.add("last-modified", event.updated_at.replace(microsecond=0))
    entry.add("created", event.created_at.replace(microsecond=0))
    entry.add("summary", _text(f"{off}: {event.title}" if off else event.title))
    entry.add("status", "CANCELLED" if event.is_off else "CONFIRMED")
    entry.add("description", _text("\n\n".join(_description(event))))
    entry.add("url", icalendar.vUri(absolute(event.path)))
    entry.add("categories", [_text(label) for label in _categories(event)])
    entry.add("class", "PUBLIC")
    address = event.address if event.place_mode != PlaceMode.ONLINE else None
    if place := ", ".join(filter(None, [place_label(event), address])):
        entry.add("location", _text(place))
    if link := public_link(event, clock.now()):
        entry.add("conference", icalendar.vUri(link), parameters={"VALUE": "URI"})
    if event.organisers:
        entry.add("contact", _text(", ".join(organisation.name for organisation in event.organisers)))
    _add_time(entry, event)
    return entry


def _categories(event: Event) -> list[str]:
    return [event.kind.label, *(theme.short_title for theme in event.themes)]


def _add_time(entry: "icalendar.Event", event: Event) -> None:
    """Add the hours in Amsterdam time, or whole days; the end of whole days is exclusive."""
    if event.starts_at:
        entry.add("dtstart", _calendar_time(event.starts_at))
        if event.ends_at:
            entry.add("dtend", _calendar_time(event.ends_at))
    elif event.first_day and event.last_day:
        entry.add("dtstart", event.first_day)
        if event.last_day < date.max:
            entry.add("dtend", event.last_day + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")


def _calendar_time(moment: datetime) -> datetime:
    """Return a moment in Amsterdam time; in UTC during the hour that occurs twice, where local time is ambiguous."""
    local = to_local(moment)
    occurs_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return moment.astimezone(UTC) if occurs_twice else local


def _description(event: Event) -> Iterator[str]:
    """Yield the paragraphs of the description: cancellation or change first, address of the page last."""
    if event.is_off and event.status_reason:
        yield f"{status_label(event)}: {event.status_reason}"
    elif event.moved_from:
        moved = _("Moved from %(day)s", day=long_date(event.moved_from)) if event.has_other_day else moved_label(event)
        yield f"{moved}: {event.status_reason}" if event.status_reason else moved
    yield event.summary
    if event.body_html:
        yield plain_lines(event.body_html)
    if event.costs:
        yield f"{_('Costs')}: {event.costs}"
    if event.accessibility:
        yield f"{_('Accessibility of the place')}: {event.accessibility}"
    if not event.is_off and not is_past(event, clock.now()):
        yield from _participation(event)
    yield absolute(event.path)


def _participation(event: Event) -> Iterator[str]:
    """Yield how people can join or register."""
    if link := public_link(event, clock.now()):
        yield f"{_('Join online')}: {link}"
    if event.registration_note:
        yield f"{_('Registration')}: {event.registration_note}"
    if event.registration_deadline:
        yield _("Registration until %(day)s", day=long_date(event.registration_deadline))


def _text(text: str) -> "icalendar.vText":
    """Return text with normal line ends, so that an odd line separator cannot start a new property."""
    return icalendar.vText("\n".join(text.splitlines()))
