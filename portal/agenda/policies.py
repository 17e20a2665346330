"""Who may do what with an event."""

from collections.abc import Iterable

from portal.accounts.models import User
from portal.agenda.models import Event, EventStatus, LinkReach
from portal.community.models import Organisation
from portal.community.policies import organisations_of, signatory_organisations, speaks_for, spoke_for
from portal.publishing import review_route
from portal.publishing.models import State
from portal.publishing.review_route import ReviewRoute


def publishes_directly(user: User, organisers: Iterable[Organisation]) -> bool:
    """Whether an event of this person needs no judgement: an editor's, or a signatory's for the own organisation."""
    if user.is_editor:
        return True
    own = {organisation.id for organisation in signatory_organisations(user)}
    return any(organisation.id in own for organisation in organisers)


def review_route_of(user: User) -> ReviewRoute:
    """Return where an event of this person goes when it is sent."""
    return review_route.route_for(publishes_directly(user, ()), signatory_organisations(user))


def may_edit(user: User | None, event: Event) -> bool:
    """Whether somebody may change it: who holds a seat today at an organiser, and an editor.

    Anybody can name any organiser; so who proposed it may too, unless that was as one of an organiser and that is over.
    """
    if user is None:
        return False
    if user.is_editor or speaks_for(user, event.organisers):
        return True
    return event.author_id == user.id and not spoke_for(user, event.organisers)


def may_read(user: User | None, event: Event) -> bool:
    """Whether somebody may read it: everybody once it is public, before that only who may change it."""
    return event.is_visible or may_edit(user, event)


def may_see_link(user: User | None, event: Event) -> bool:
    """Whether somebody may see where one joins online: everybody, or who changes it and who speaks for an organiser.

    People who signed up come to this when one can sign up here.
    """
    if event.meeting_url_for == LinkReach.EVERYONE:
        return event.meeting_url is not None
    if user is None or event.meeting_url is None:
        return False
    own = {organisation.id for organisation in organisations_of(user)}
    return may_edit(user, event) or any(organisation.id in own for organisation in event.organisers)


def may_cancel(user: User | None, event: Event) -> bool:
    """Whether somebody may say that it does not go on: what is public and not over by that word already."""
    return may_edit(user, event) and event.is_visible and event.status != EventStatus.CANCELLED


def may_postpone(user: User | None, event: Event) -> bool:
    """Whether somebody may give it another day; a cancelled event can be brought back so."""
    return may_edit(user, event) and event.is_visible


def may_withdraw(user: User | None, event: Event) -> bool:
    """Whether somebody may take back a proposal: what was public is cancelled instead, so that calendars hear it."""
    return may_edit(user, event) and event.published_at is None and event.state in (State.DRAFT, State.REVIEW)


def may_send(user: User | None, event: Event) -> bool:
    """Whether somebody may hand it in (again): what was sent back or withdrawn."""
    return may_edit(user, event) and event.state in (State.DRAFT, State.WITHDRAWN)
