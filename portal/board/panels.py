"""Panels with posts on pages of organisations, speerpunten and issues; importing this module registers them."""

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
"""An issue of the nieuwsflits shows posts that were published within this period before it."""


@panels.provide("organisation", ORDER)
def of_organisation(organisation: Organisation) -> panels.Panel:
    """Return the panel with the open posts of an organisation."""
    posts = queries.of_organisation(organisation.id, SHOWN)
    more = BoardFilter().choosing("organisatie", organisation.slug).address(local(PATH))
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, posts, more)


@panels.provide("theme", ORDER)
def of_theme(theme: Theme) -> panels.Panel:
    """Return the panel with the open posts of a speerpunt."""
    posts = queries.of_theme(theme.id, SHOWN)
    more = BoardFilter().choosing("speerpunt", theme.slug).address(local(PATH))
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, posts, more)


class Dated(Protocol):
    """Anything with a day of publication, such as an issue of the nieuwsflits."""

    published_on: date


@panels.provide("issue", "30-board")
def of_issue(issue: Dated) -> panels.Panel:
    """Return the panel with the posts published shortly before an issue."""
    start, end = clock.start_of_day(issue.published_on - FRESH), clock.start_of_day(issue.published_on)
    return panels.Panel("board", _("Offers and requests"), TEMPLATE, queries.published_between(start, end, SHOWN))
