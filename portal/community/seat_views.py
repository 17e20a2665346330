"""Views of seats at an organisation: the list, invitations, leaving and handing over."""

from http import HTTPStatus

from flask import Response, abort, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.community import joining_views, policies, queries
from portal.community import seats as service
from portal.community.blueprint import bp
from portal.community.models import Invitation, Organisation, Seat
from portal.community.seats import InvitationGone, LastOwner
from portal.community.writing_forms import AcceptForm, EndForm, HandOverForm, InviteForm, SeatForm
from portal.community.writing_views import load
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.core.web import access, limits
from portal.core.web.access import members, token_holders
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to

INVITATIONS_PER_DAY = 30
CHANGES_PER_DAY = 100
DAY = 24 * 3600
OWNER, YES = "eigenaar", "ja"
INVITATION = "invitation"
"""What the key of the form is for (`idempotency`)."""


@bp.get("/organisaties/<slug>/plaatsen")
@members
def seats(slug: str) -> Response:
    """List the current and past seats and the open invitations."""
    organisation, viewer = load(slug), access.viewer()
    access.require(policies.may_see_seats(viewer, organisation))
    manages = policies.may_manage(viewer, organisation)
    rows = queries.seats(organisation)
    return page(
        "community/seats.html",
        organisation=organisation,
        current=[seat for seat in rows if not seat.has_ended],
        past=[seat for seat in rows if seat.has_ended],
        invitations=queries.open_invitations(organisation) if manages else [],
        manages=manages,
        viewer=viewer,
        unreachable=queries.unreachable_holders(rows),
    )


@bp.route("/organisaties/<slug>/uitnodigen", methods=["GET", "POST"])
@members
def invite(slug: str) -> Response:
    """Invite somebody by mail; the answer does not reveal whether the address belongs to a member."""
    organisation, viewer = load(slug), access.viewer()
    access.require(policies.may_manage(viewer, organisation))
    form = InviteForm()
    if form.validate_on_submit():
        _invite(organisation, viewer, form)
        notify(_("The invitation is on its way to %(address)s.", address=form.email.data))
        return redirect_to(url_for(".seats", slug=slug))
    return form_page("community/invite.html", form, organisation=organisation)


def _invite(organisation: Organisation, viewer: User, form: InviteForm) -> None:
    limits.hit("invite", viewer.id, INVITATIONS_PER_DAY, DAY)
    with transaction():
        if idempotency.stored_result(viewer.id, INVITATION, form.once.data) is None:
            service.invite(
                organisation, viewer, form.email.data or "", form.role.data or "", is_owner=form.is_owner.data
            )
            idempotency.store_result(viewer.id, INVITATION, form.once.data, organisation.path)


@bp.post("/organisaties/<slug>/uitnodigingen/<int:invitation_id>/intrekken")
@members
def revoke_invitation(slug: str, invitation_id: int) -> Response:
    """Revoke an invitation."""
    organisation, viewer = load(slug), access.viewer()
    access.require(policies.may_manage(viewer, organisation))
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.organisation_id != organisation.id:
        abort(HTTPStatus.NOT_FOUND)
    try:
        service.revoke_invitation(invitation, viewer)
        notify(_("The invitation was taken back. The link in the mail no longer works."))
    except InvitationGone:
        notify(_("That invitation was already accepted or taken back."))
    return redirect_to(url_for(".seats", slug=slug))


@bp.route("/uitnodiging/<token>", methods=["GET", "POST"])
@token_holders
def invitation(token: str) -> Response:
    """Show an invitation; only a POST accepts it, as mail scanners follow links. Visitors can create an account."""
    row = service.find_invitation(token) or abort(HTTPStatus.NOT_FOUND)
    viewer = access.viewer()
    if row.is_open and viewer is None:
        return joining_views.answer(row, token)
    form = AcceptForm()
    if row.is_open and form.validate_on_submit():
        try:
            service.accept_invitation(row, viewer, is_public=form.is_public.data)
        except InvitationGone:
            db.session.refresh(row)
        else:
            notify(_("Welcome: you now speak for %(name)s.", name=row.organisation.name))
            return redirect_to(local(row.organisation.path))
    status = HTTPStatus.OK if row.is_open else HTTPStatus.GONE
    return form_page("community/invitation.html", form, status=status, invitation=row, token=token, viewer=viewer)


def _seat(organisation: Organisation, seat_id: int) -> Seat:
    """Return a seat of this organisation that has not ended; 404 otherwise."""
    statement = select(Seat).where(Seat.id == seat_id, Seat.organisation_id == organisation.id)
    seat = db.session.scalar(statement.options(joinedload(Seat.user)))
    if seat is None or seat.has_ended:
        abort(HTTPStatus.NOT_FOUND)
    return seat


@bp.route("/organisaties/<slug>/plaatsen/<int:seat_id>/bewerken", methods=["GET", "POST"])
@members
def edit_seat(slug: str, seat_id: int) -> Response:
    """Edit how the holder of a seat is shown; only the holder may do so."""
    organisation, viewer = load(slug), access.viewer()
    seat = _seat(organisation, seat_id)
    access.require(seat.user_id == viewer.id)
    form = SeatForm(obj=seat)
    if form.validate_on_submit():
        limits.hit("seat-change", viewer.id, CHANGES_PER_DAY, DAY)
        service.update_presentation(seat, form.role.data or "", form.bio.data, form.is_public.data)
        notify(_("Your place was saved."))
        return redirect_to(url_for(".seats", slug=slug))
    return form_page("community/seat_edit.html", form, organisation=organisation)


@bp.post("/organisaties/<slug>/plaatsen/<int:seat_id>/eigenaar")
@members
def change_owner(slug: str, seat_id: int) -> Response:
    """Make a colleague owner of the organisation, or remove that."""
    organisation, viewer = load(slug), access.viewer()
    access.require(policies.may_manage(viewer, organisation))
    seat = _seat(organisation, seat_id)
    limits.hit("seat-change", viewer.id, CHANGES_PER_DAY, DAY)
    try:
        service.set_owner(seat, viewer, request.form.get(OWNER) == YES)
        notify(_("Saved: who manages this organisation."))
    except LastOwner:
        notify(_("Somebody must manage this organisation. Make a colleague manager first."))
    return redirect_to(url_for(".seats", slug=slug))


@bp.route("/organisaties/<slug>/plaatsen/<int:seat_id>/beeindigen", methods=["GET", "POST"])
@members
def end_seat(slug: str, seat_id: int) -> Response:
    """End a seat; the last owner of the organisation is warned first."""
    organisation, viewer = load(slug), access.viewer()
    seat = _seat(organisation, seat_id)
    access.require(policies.may_end(viewer, seat))
    is_last = seat.is_owner and not service.other_owners(seat)
    form = EndForm()
    if form.validate_on_submit():
        limits.hit("seat-change", viewer.id, CHANGES_PER_DAY, DAY)
        try:
            service.end_seat(seat, viewer, form.day(), leave_without_owner=form.leave.data)
        except LastOwner:
            form.leave.errors = [_("Hand over to somebody, or say that you know this.")]
        else:
            notify(_("The place of %(name)s ends.", name=seat.user.name))
            return redirect_to(_after_leaving(organisation, viewer))
    return form_page("community/seat_end.html", form, organisation=organisation, seat=seat, is_last=is_last)


def _after_leaving(organisation: Organisation, viewer: User) -> str:
    """Redirect to the list of seats if the user may still see it, else to the page of the organisation."""
    if policies.may_see_seats(viewer, organisation):
        return url_for(".seats", slug=organisation.slug)
    return local(organisation.path)


@bp.route("/organisaties/<slug>/plaatsen/<int:seat_id>/overdragen", methods=["GET", "POST"])
@members
def hand_over(slug: str, seat_id: int) -> Response:
    """Hand a seat over: to a colleague on a given day, or to somebody invited by mail once they accept."""
    organisation, viewer = load(slug), access.viewer()
    seat = _seat(organisation, seat_id)
    access.require(policies.may_end(viewer, seat))
    colleagues = queries.colleagues(seat)
    form = HandOverForm(data={"role": seat.role})
    form.offer(colleagues)
    if form.validate_on_submit():
        _hand_over(seat, viewer, form, {str(user.id): user for user in colleagues})
        return redirect_to(_after_leaving(organisation, viewer))
    return form_page("community/seat_hand_over.html", form, organisation=organisation, seat=seat)


def _hand_over(seat: Seat, viewer: User, form: HandOverForm, colleagues: dict[str, User]) -> None:
    successor = colleagues.get(form.successor.data)
    limits.hit("seat-change", viewer.id, CHANGES_PER_DAY, DAY)
    if successor is not None:
        service.hand_over_seat(seat, successor, viewer, form.day(), form.role.data or "")
        notify(_("The place was handed over to %(name)s.", name=successor.name))
        return
    limits.hit("invite", viewer.id, INVITATIONS_PER_DAY, DAY)
    organisation, email, role = seat.organisation, form.email.data or "", form.role.data or ""
    service.invite(organisation, viewer, email, role, is_owner=seat.is_owner, succeeds=seat)
    notify(_("The invitation is on its way. The place passes as soon as it is accepted."))
