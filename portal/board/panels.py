"""The board on the pages of organisations and speerpunten; importing this module registers both."""

from portal.actionplan.models import Theme
from portal.board import queries
from portal.board.forms import BoardFilter
from portal.community.models import Organisation
from portal.core import panels
from portal.core.locale import local
from portal.core.words import gettext as _

PATH = "/vraag-en-aanbod/"
TEMPLATE = "board/panel.html"
ORDER = "10-board"
SHOWN = 6


@panels.provide("organisation", ORDER)
def of_organisation(organisation: Organisation) -> panels.Panel:
    """Return what an organisation offers and asks now."""
    posts = queries.of_organisation(organisation.id, SHOWN)
    more = BoardFilter(organisation=organisation.slug).address(local(PATH))
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, posts, more)


@panels.provide("theme", ORDER)
def of_theme(theme: Theme) -> panels.Panel:
    """Return what is offered and asked around a speerpunt now."""
    posts = queries.of_theme(theme.id, SHOWN)
    more = BoardFilter(themes=(theme.slug,)).address(local(PATH))
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, posts, more)
