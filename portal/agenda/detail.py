"""Template variables of an event's sheet, for its page and its preview."""

from typing import Any

from markupsafe import Markup

from portal.agenda import policies
from portal.agenda.cards import language_label, make_card, mark_programme
from portal.agenda.models import Event
from portal.core import clock
from portal.core.web.access import viewer


def detail_context(event: Event) -> dict[str, Any]:
    """Return the template variables of `agenda/_sheet.html`."""
    return {
        "event": event,
        "card": make_card(event, clock.now()),
        "body": Markup(mark_programme(event.body_html)),  # noqa: S704  # HTML from `render_markdown`, which sanitises
        "language": language_label(event),
        "shows_link": policies.may_see_link(viewer(), event),
        "today": clock.today(),
    }
