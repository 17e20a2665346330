"""Events as schema.org JSON-LD, for search engines."""

from typing import Any

from portal.agenda.cards import is_past, place_label, public_link
from portal.agenda.models import Event, EventStatus, PlaceMode
from portal.core import clock
from portal.core.formatting import iso
from portal.core.web.navigation import absolute

SCHEMA = "https://schema.org/"
STATUSES = {EventStatus.CANCELLED: "EventCancelled", EventStatus.POSTPONED: "EventPostponed"}
MODES = {
    PlaceMode.PLACE: "OfflineEventAttendanceMode",
    PlaceMode.ONLINE: "OnlineEventAttendanceMode",
    PlaceMode.BOTH: "MixedEventAttendanceMode",
}
FREE = "gratis"


def describe_event(event: Event) -> dict[str, Any] | None:
    """Return an event as a schema.org Event; None when its days are not exact."""
    if not event.is_exact or event.first_day is None or event.last_day is None:
        return None
    data: dict[str, Any] = {
        "@context": SCHEMA.rstrip("/"),
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "url": absolute(event.path),
        "startDate": iso(event.starts_at or event.first_day),
        "endDate": iso(event.ends_at or event.last_day),
        "eventStatus": SCHEMA + STATUSES.get(event.status, "EventScheduled"),
        "eventAttendanceMode": SCHEMA + MODES[event.place_mode],
        "location": _location(event),
        "organizer": [
            {"@type": "Organization", "name": organisation.name, "url": absolute(organisation.path)}
            for organisation in event.organisers
        ],
        "inLanguage": event.language,
    }
    if event.moved_from and event.has_other_day and not event.is_off:
        data |= {"eventStatus": SCHEMA + "EventRescheduled", "previousStartDate": iso(event.moved_from)}
    if event.capacity and not event.is_off and not is_past(event, clock.now()):
        data["maximumAttendeeCapacity"] = event.capacity
    if event.costs:
        data["isAccessibleForFree"] = event.costs.strip().lower() == FREE
    return data


def _location(event: Event) -> Any:
    online = {"@type": "VirtualLocation", "url": public_link(event, clock.now()) or absolute(event.path)}
    if event.place_mode == PlaceMode.ONLINE:
        return online
    address = {"@type": "PostalAddress", "addressCountry": "NL"}
    if event.address:
        address["streetAddress"] = event.address
    if event.municipality:
        address["addressLocality"] = event.municipality.name
    name = event.venue or (event.municipality.name if event.municipality else place_label(event))
    place = {"@type": "Place", "name": name or "Haaglanden", "address": address}
    return [place, online] if event.place_mode == PlaceMode.BOTH else place
