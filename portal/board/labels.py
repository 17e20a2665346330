"""Labels for the kinds and states of posts, in the language of the request."""

from portal.board.index import ALL, CLOSED, OPEN
from portal.board.models import Kind
from portal.core.i18n import gettext as _
from portal.publishing.models import State


def kinds() -> dict[str, str]:
    """Return the label of each kind of post."""
    return {Kind.OFFER: _("Offer"), Kind.REQUEST: _("Request")}


def kind_questions() -> dict[str, str]:
    """Return the label of each kind as the writing form asks it ("I offer something")."""
    return {Kind.OFFER: _("I offer something"), Kind.REQUEST: _("I ask for something")}


def statuses() -> dict[str, str]:
    """Return the labels of the status filter."""
    return {OPEN: _("Open"), CLOSED: _("Closed posts"), ALL: _("Open and closed")}


def states() -> dict[str, str]:
    """Return the label of each state. Only owners and editors see posts that were sent back or await review."""
    return {
        State.DRAFT: _("Sent back"),
        State.REVIEW: _("To be judged"),
        State.OPEN: _("Open"),
        State.IN_CONVERSATION: _("In conversation"),
        State.FULFILLED: _("Fulfilled"),
        State.EXPIRED: _("Expired"),
        State.WITHDRAWN: _("Withdrawn"),
    }
