"""Panels with the newest articles on pages of organisations and speerpunten; importing this module registers them."""

from flask import url_for

from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.core.i18n import gettext as _
from portal.core.panels import Panel, provide
from portal.newsflash import queries

TEMPLATE = "newsflash/panel.html"
LIMIT = 3
ORDER = "30-newsflash"


@provide("organisation", order=ORDER)
def of_organisation(organisation: Organisation) -> Panel:
    """Return the panel with the newest articles of an organisation."""
    more = url_for("newsflash.news", organisatie=organisation.slug)
    return Panel("news", _("News"), TEMPLATE, queries.of_organisation(organisation.id, LIMIT), more)


@provide("theme", order=ORDER)
def of_theme(theme: Theme) -> Panel:
    """Return the panel with the newest articles on a speerpunt."""
    more = url_for("newsflash.news", speerpunt=theme.slug)
    return Panel("news", _("News"), TEMPLATE, queries.of_theme(theme.id, LIMIT), more)
