"""Panels with events on pages of organisations, speerpunten, actions and issues; importing registers them."""

from datetime import date, timedelta
from typing import Protocol

from portal.actionplan.models import Action, Theme
from portal.agenda import queries
from portal.agenda.cards import EventCard
from portal.agenda.forms import AgendaFilter
from portal.agenda.list_context import ARCHIVE, INDEX
from portal.community.models import Organisation
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.panels import Panel, provide

MOST = 5
ANNOUNCED = timedelta(weeks=4)
"""An issue of the nieuwsflits shows events that begin within this period after it."""
ORDER = "20-agenda"


@provide("organisation", order=ORDER)
def of_organisation(organisation: Organisation) -> Panel:
    """Return the panel with the events of an organisation."""
    events = queries.of_organisation(organisation.id, MOST)
    return _panel(events, AgendaFilter().choosing("organisatie", organisation.slug))


@provide("theme", order=ORDER)
def of_theme(theme: Theme) -> Panel:
    """Return the panel with the events of a speerpunt."""
    return _panel(queries.of_theme(theme.id, MOST), AgendaFilter().choosing("speerpunt", theme.slug))


@provide("action", order=ORDER)
def of_action(action: Action) -> Panel:
    """Return the panel with all events of an action."""
    return _panel(queries.of_action(action.id), None)


class Dated(Protocol):
    """Anything with a day of publication, such as an issue of the nieuwsflits."""

    published_on: date


@provide("issue", order=ORDER)
def of_issue(issue: Dated) -> Panel:
    """Return the panel with the events that followed shortly after an issue."""
    first, last = issue.published_on + timedelta(days=1), issue.published_on + ANNOUNCED
    return Panel("agenda", _("Coming up"), "agenda/panel.html", queries.events_beginning_between(first, last, MOST))


def _panel(events: list[EventCard], more: AgendaFilter | None) -> Panel:
    path = ARCHIVE if all(event.is_past for event in events) else INDEX
    return Panel("agenda", _("Agenda"), "agenda/panel.html", events, more.address(local(path)) if more else None)
