"""The words for what a post is and how it stands, in the language of the request."""

from portal.board.index import ALL, CLOSED, OPEN
from portal.board.models import Kind
from portal.core.i18n import gettext as _
from portal.publishing.models import State


def kinds() -> dict[str, str]:
    """Return the word for each side of the board."""
    return {Kind.OFFER: _("Offer"), Kind.REQUEST: _("Request")}


def kind_questions() -> dict[str, str]:
    """Return what somebody who writes says of himself."""
    return {Kind.OFFER: _("I offer something"), Kind.REQUEST: _("I ask for something")}


def statuses() -> dict[str, str]:
    """Return the words by which the filter tells open posts from closed ones."""
    return {OPEN: _("Open"), CLOSED: _("Closed posts"), ALL: _("Open and closed")}


def states() -> dict[str, str]:
    """Return the word for each state; the first two only its owner and the editors see."""
    return {
        State.DRAFT: _("Sent back"),
        State.REVIEW: _("To be judged"),
        State.OPEN: _("Open"),
        State.IN_CONVERSATION: _("In conversation"),
        State.FULFILLED: _("Fulfilled"),
        State.EXPIRED: _("Expired"),
        State.WITHDRAWN: _("Withdrawn"),
    }
