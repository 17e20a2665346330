"""The board on the pages of organisations, speerpunten and issues of the news; importing this module registers them."""

from datetime import date, timedelta
from typing import Protocol

from portal.actionplan.models import Theme
from portal.board import queries
from portal.board.forms import BoardFilter
from portal.community.models import Organisation
from portal.core import clock, panels
from portal.core.i18n import gettext as _
from portal.core.locale import local

PATH = "/vraag-en-aanbod/"
TEMPLATE = "board/panel.html"
ORDER = "10-board"
SHOWN = 6
FRESH = timedelta(weeks=3)
"""How far back posts were new to an issue of the news."""


@panels.provide("organisation", ORDER)
def of_organisation(organisation: Organisation) -> panels.Panel:
    """Return what an organisation offers and asks now."""
    posts = queries.of_organisation(organisation.id, SHOWN)
    more = BoardFilter().choosing("organisatie", organisation.slug).address(local(PATH))
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, posts, more)


@panels.provide("theme", ORDER)
def of_theme(theme: Theme) -> panels.Panel:
    """Return what is offered and asked around a speerpunt now."""
    posts = queries.of_theme(theme.id, SHOWN)
    more = BoardFilter().choosing("speerpunt", theme.slug).address(local(PATH))
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, posts, more)


class Dated(Protocol):
    """What came out on a day, such as an issue of the news."""

    published_on: date


@panels.provide("issue", "30-board")
def of_issue(issue: Dated) -> panels.Panel:
    """Return what had just been placed when an issue came out."""
    start, end = clock.start_of_day(issue.published_on - FRESH), clock.start_of_day(issue.published_on)
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, queries.placed_between(start, end, SHOWN))
