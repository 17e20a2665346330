"""Events on the pages of an organisation, a speerpunt or an action; what was about to come when an issue came out."""

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
"""How far an issue of the news looks ahead."""
ORDER = "20-agenda"


@provide("organisation", order=ORDER)
def of_organisation(organisation: Organisation) -> Panel:
    """Return what an organisation organises."""
    events = queries.of_organisation(organisation.id, MOST)
    return _panel(events, AgendaFilter().choosing("organisatie", organisation.slug))


@provide("theme", order=ORDER)
def of_theme(theme: Theme) -> Panel:
    """Return the events of a speerpunt."""
    return _panel(queries.of_theme(theme.id, MOST), AgendaFilter().choosing("speerpunt", theme.slug))


@provide("action", order=ORDER)
def of_action(action: Action) -> Panel:
    """Return the events of an action, all of them."""
    return _panel(queries.of_action(action.id), None)


class Dated(Protocol):
    """What came out on a day, such as an issue of the news."""

    published_on: date


@provide("issue", order=ORDER)
def of_issue(issue: Dated) -> Panel:
    """Return what was about to come when an issue came out."""
    first, last = issue.published_on + timedelta(days=1), issue.published_on + ANNOUNCED
    return Panel("agenda", _("Coming up"), "agenda/panel.html", queries.beginning(first, last, MOST))


def _panel(events: list[EventCard], more: AgendaFilter | None) -> Panel:
    path = ARCHIVE if all(event.is_past for event in events) else INDEX
    return Panel("agenda", _("Agenda"), "agenda/panel.html", events, more.address(local(path)) if more else None)
