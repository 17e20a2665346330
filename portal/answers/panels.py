"""Panels with what came of conversations, on pages of posts and organisations; importing this module registers them."""

from portal.answers import outcomes
from portal.board.models import Post
from portal.community.models import Organisation
from portal.core import panels
from portal.core.i18n import gettext as _

TEMPLATE = "answers/panel.html"
SHOWN = 6


@panels.provide("post", "10-outcomes")
def of_post(post: Post) -> panels.Panel:
    """Return the panel with what came of a post."""
    return panels.Panel("outcome", _("What came of it"), TEMPLATE, outcomes.results_of_post(post))


@panels.provide("organisation", "12-outcomes")
def of_organisation(organisation: Organisation) -> panels.Panel:
    """Return the panel with what an organisation achieved with others."""
    results = outcomes.results_of_organisation(organisation, SHOWN)
    return panels.Panel("outcomes", _("What came of offers and requests"), TEMPLATE, results)
