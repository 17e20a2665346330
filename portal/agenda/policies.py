"""Rules for who may do what with an event."""

from collections.abc import Iterable

from portal.accounts.models import User
from portal.agenda.models import Event, EventStatus, LinkReach
from portal.community.models import Organisation
from portal.community.policies import organisations_of, signatory_organisations, speaks_for, spoke_for
from portal.publishing import review_route
from portal.publishing.models import State
from portal.publishing.review_route import ReviewRoute


def publishes_directly(user: User, organisers: Iterable[Organisation]) -> bool:
    """Return whether a user's event is published without review.

    That holds for editors, and for signatories who name their own organisation among the organisers.
    """
    if user.is_editor:
        return True
    own = {organisation.id for organisation in signatory_organisations(user)}
    return any(organisation.id in own for organisation in organisers)


def review_route_of(user: User) -> ReviewRoute:
    """Return whether a user's events are published directly or reviewed first, for the text of the form."""
    return review_route.route_for(publishes_directly(user, ()), signatory_organisations(user))


def may_edit(user: User | None, event: Event) -> bool:
    """Return whether a user may edit an event: editors, and users who hold a seat at an organiser now.

    The user who submitted it may too, unless he or she did so for an organiser and no longer holds a seat there:
    anybody can name any organisation as an organiser.
    """
    if user is None:
        return False
    if user.is_editor or speaks_for(user, event.organisers):
        return True
    return event.author_id == user.id and not spoke_for(user, event.organisers)


def may_read(user: User | None, event: Event) -> bool:
    """Return whether a user may read an event: everyone while it is public, otherwise only those who may edit it."""
    return event.is_visible or may_edit(user, event)


def may_see_link(user: User | None, event: Event) -> bool:
    """Return whether a user may see the meeting link.

    That is everyone if the organiser chose so, otherwise those who may edit the event or speak for an organiser. People
    who registered will be added once they can register on the portal.
    """
    if event.meeting_url_for == LinkReach.EVERYONE:
        return event.meeting_url is not None
    if user is None or event.meeting_url is None:
        return False
    own = {organisation.id for organisation in organisations_of(user)}
    return may_edit(user, event) or any(organisation.id in own for organisation in event.organisers)


def may_cancel(user: User | None, event: Event) -> bool:
    """Return whether a user may cancel an event, which must be public and not cancelled yet."""
    return may_edit(user, event) and event.is_visible and event.status != EventStatus.CANCELLED


def may_postpone(user: User | None, event: Event) -> bool:
    """Return whether a user may postpone a public event; postponing also reinstates a cancelled one."""
    return may_edit(user, event) and event.is_visible


def may_withdraw(user: User | None, event: Event) -> bool:
    """Return whether a user may withdraw an event that was never public.

    A public event is cancelled instead, so that subscribed calendars show the cancellation.
    """
    return may_edit(user, event) and event.published_at is None and event.state in (State.DRAFT, State.REVIEW)


def may_send(user: User | None, event: Event) -> bool:
    """Return whether a user may submit an event (again): one that was sent back or withdrawn."""
    return may_edit(user, event) and event.state in (State.DRAFT, State.WITHDRAWN)
