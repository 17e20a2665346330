"""Finds the place in a thread of who asks for a page, or ends the request."""

from flask import abort

from portal.answers import links, policies, queries
from portal.answers.models import Participant
from portal.core.i18n import gettext as _
from portal.core.web import limits
from portal.core.web.access import viewer
from portal.core.web.forms import PortalForm

WRONG_LINKS_PER_HOUR = 60
HOUR, DAY = 3600, 86_400


def own_place(thread_id: int) -> Participant:
    """Return the member's place in a thread; 404 when there is none, so that nobody learns which threads exist."""
    found = queries.get_thread(thread_id) or abort(404)
    place = queries.get_participant(found, viewer())
    if place is None or not policies.may_take_part(place):
        abort(404)
    return place


def place_of_guest(token: str) -> Participant:
    """Return the place of the guest with this link; 404 for a link that is not ours."""
    return links.read_guest_token(token) or _refuse_link()


def place_of_outcome(token: str) -> Participant:
    """Return the place to which the link about an outcome was mailed; 404 for a link that is not ours."""
    place = links.read_outcome_token(token)
    return place if place is not None and policies.may_take_part(place) else _refuse_link()


def count_wrong_link() -> None:
    """Count a link that is not ours, so that trying many of them ends; those that work are never counted."""
    limits.hit("answer-link", limits.address(), WRONG_LINKS_PER_HOUR, HOUR)


def is_over_limit(form: PortalForm, name: str, who: object, most: int) -> bool:
    """Count an act of a person; above `most` a day, say so in the form and return True."""
    if limits.count(name, who, most, DAY) is None:
        return False
    form.form_errors.append(
        _("You did this %(most)s times today. Send it tomorrow: what you wrote is still here.", most=most)
    )
    return True


def _refuse_link() -> Participant:
    count_wrong_link()
    abort(404)
