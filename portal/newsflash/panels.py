"""News on the pages of others: an organisation's, a speerpunt's."""

from flask import url_for

from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core import panels
from portal.core.i18n import gettext as _
from portal.core.panels import Panel
from portal.newsflash import queries

TEMPLATE = "newsflash/panel.html"
LIMIT = 3
ORDER = "30-newsflash"


def of_organisation(organisation: Organisation) -> Panel:
    """Return the newest articles of an organisation."""
    more = url_for("newsflash.news", organisatie=organisation.slug)
    return Panel("news", _("News"), TEMPLATE, queries.of_organisation(organisation.id, LIMIT), more)


def of_theme(theme: Theme) -> Panel:
    """Return the newest articles on a speerpunt."""
    more = url_for("newsflash.news", speerpunt=theme.slug)
    return Panel("news", _("News"), TEMPLATE, queries.of_theme(theme.id, LIMIT), more)


def register() -> None:
    """Offer these panels to the pages they are for."""
    panels.provide("organisation", order=ORDER)(of_organisation)
    panels.provide("theme", order=ORDER)(of_theme)
