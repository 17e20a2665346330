"""The fields of an event as text, for the audit log and mails; importing this module registers them."""

from portal.agenda import cards
from portal.agenda.models import Event
from portal.core.formatting import full_date
from portal.core.i18n import lazy_gettext
from portal.publishing import changes

LABELS = {
    "kind": lazy_gettext("What kind of meeting is it?"),
    "title": lazy_gettext("Title"),
    "summary": lazy_gettext("In short"),
    "body": lazy_gettext("What happens"),
    "when": lazy_gettext("When"),
    "place_mode": lazy_gettext("How does one take part?"),
    "venue": lazy_gettext("Place"),
    "address": lazy_gettext("Street and number"),
    "municipality": lazy_gettext("Municipality"),
    "accessibility": lazy_gettext("Accessibility of the place"),
    "organisers": lazy_gettext("Organisers"),
    "audience": lazy_gettext("For whom"),
    "capacity": lazy_gettext("For how many people is there room?"),
    "costs": lazy_gettext("Costs"),
    "language": lazy_gettext("Language"),
    "registration_note": lazy_gettext("How does one register?"),
    "registration_deadline": lazy_gettext("Register no later than"),
    "themes": lazy_gettext("Focus points"),
    "action": lazy_gettext("Belongs to action"),
}
PLACE_MODES = {
    "place": lazy_gettext("At a place"),
    "online": lazy_gettext("Online"),
    "both": lazy_gettext("Both: one can come, or join online"),
}
TEXTS = ("title", "summary", "body", "venue", "address", "accessibility", "audience", "costs", "registration_note")


def _read(event: Event) -> changes.Texts:
    """Return the fields of an event as text, by field name."""
    deadline = event.registration_deadline
    return {
        **{name: getattr(event, name) or "" for name in TEXTS},
        "kind": event.kind.label,
        "when": _when(event),
        "place_mode": str(PLACE_MODES.get(event.place_mode, event.place_mode)),
        "municipality": event.municipality.name if event.municipality else "",
        "organisers": ", ".join(organisation.name for organisation in event.organisers),
        "capacity": "" if event.capacity is None else str(event.capacity),
        "language": cards.language_label(event),
        "registration_deadline": full_date(deadline) if deadline else "",
        "themes": ", ".join(theme.title for theme in event.themes),
        "action": event.action.title if event.action else "",
    }


def _when(event: Event) -> str:
    """Return the days and hours of an event, or the words of its source."""
    if event.first_day is None or event.date_text:
        return event.date_text or ""
    days = full_date(event.first_day)
    if event.last_day and event.last_day != event.first_day:
        days = f"{days} – {full_date(event.last_day)}"
    return f"{days}, {cards.time_label(event)}" if event.starts_at else days


describe = changes.register(Event.__tablename__, LABELS, _read)
"""Return the fields of an event as text, by field name."""
