"""Finding the place of a reader in a thread, from the address of a page; 404 when there is none."""

from flask import abort, request

from portal.answers import policies, queries
from portal.answers.links import read_guest_token
from portal.answers.models import Participant
from portal.core.web import limits
from portal.core.web.access import viewer

LINKS_PER_HOUR, HOUR = 60, 3600


def own_place(thread_id: int) -> Participant:
    """Return the member's place in a thread; 404 when there is none, so that nobody learns which threads exist."""
    found = queries.get_thread(thread_id) or abort(404)
    place = queries.get_participant(found, viewer())
    if place is None or not policies.may_take_part(place):
        abort(404)
    return place


def place_of_guest(token: str) -> Participant:
    """Return the place of the guest with this signed link."""
    if request.method == "POST":
        limits.hit("answer-link", limits.address(), LINKS_PER_HOUR, HOUR)
    return read_guest_token(token) or abort(404)
