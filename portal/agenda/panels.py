"""The events of an organisation, a speerpunt or an action, on the pages of those."""

from typing import Any

from portal.actionplan.models import Action, Theme
from portal.agenda import queries
from portal.agenda.forms import AgendaFilter
from portal.agenda.screens import INDEX
from portal.community.models import Organisation
from portal.core.locale import local
from portal.core.panels import Panel, provide
from portal.core.words import gettext as _

MOST = 5
ORDER = "20-agenda"


@provide("organisation", order=ORDER)
def of_organisation(organisation: Organisation) -> Panel:
    """Return what an organisation organises."""
    events = queries.of_organisation(organisation.id, MOST)
    return _panel(events, AgendaFilter(organisations=(organisation.slug,)))


@provide("theme", order=ORDER)
def of_theme(theme: Theme) -> Panel:
    """Return the events of a speerpunt."""
    return _panel(queries.of_theme(theme.id, MOST), AgendaFilter(themes=(theme.slug,)))


@provide("action", order=ORDER)
def of_action(action: Action) -> Panel:
    """Return the events of an action, all of them."""
    return _panel(queries.of_action(action.id), None)


def _panel(events: list[Any], more: AgendaFilter | None) -> Panel:
    url = more.url(local(INDEX)) if more and any(not event.is_past for event in events) else None
    return Panel("agenda", _("Agenda"), "agenda/panel.html", events, url)
