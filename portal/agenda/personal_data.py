"""Personal data stored by the agenda: who submitted an event."""

from portal.agenda.models import Event
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, holds, holds_none
from portal.publishing import personal_data as publishing

holds_none("belongs to an event, and says nothing about who proposed it", "event_theme", "event_organiser")
holds_none("facts of the network", "event_kind")
holds(
    Event.__tablename__,
    what=lazy_gettext("Events that you proposed"),
    purpose=publishing.PURPOSE,
    basis=Basis.AGREEMENT,
    keep=publishing.KEEP,
    export=publishing.export_of_author(
        Event,
        *("id", "title", "summary", "body", "first_day", "last_day", "starts_at", "ends_at", "venue", "address"),
        "meeting_url",
        *("state", "status", "status_reason", "registration_note", "created_at", "published_at"),
    ),
    erase=publishing.erase_of_author(Event, lambda event: event.organisers),
)
