"""The page of an invitation for a visitor: create an account there, or sign in."""

from http import HTTPStatus

from flask import Response, abort, url_for

from portal.accounts import deferred_actions, passwords
from portal.accounts.models import Purpose
from portal.accounts.services import AddressKnown
from portal.accounts.sign_in_flow import complete_sign_in, limit_links, limit_mails
from portal.community import joining
from portal.community.models import Invitation
from portal.community.seats import InvitationGone
from portal.community.writing_forms import JoinForm
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import redirect_to


def answer(invitation: Invitation, token: str) -> Response:
    """Show and process the form that creates an account and accepts the invitation."""
    known = joining.has_account(invitation)
    form = JoinForm(data={"email": invitation.email})
    if form.is_submitted() and known:
        abort(HTTPStatus.UNAUTHORIZED)
    if form.is_submitted():
        limit_links()
    if form.validate_on_submit():
        if joining.is_invited(invitation, form.email.data or ""):
            return _join(invitation, form)
        return _register(form, url_for("community.invitation", token=token))
    return form_page(
        "community/invitation.html",
        form,
        invitation=invitation,
        token=token,
        viewer=None,
        is_known=known,
        shortest=passwords.SHORTEST,
    )


def _join(invitation: Invitation, form: JoinForm) -> Response:
    kept = passwords.hashed(form.password.data or "")
    try:
        user = joining.join(invitation, form.name.data or "", kept, is_public=form.is_public.data)
    except (InvitationGone, AddressKnown):
        abort(HTTPStatus.GONE)
    organisation = invitation.organisation
    entered = complete_sign_in(user, local(organisation.path))
    notify(_("Welcome: you now speak for %(name)s.", name=organisation.name))
    return entered


def _register(form: JoinForm, back: str) -> Response:
    """Start a registration with another address than the invited one; a mailed link must confirm it first."""
    email = form.email.data or ""
    limit_mails(email)
    kept = passwords.hashed(form.password.data or "")
    deferred_actions.queue(Purpose.CONFIRM, email, None, form.name.data or "", kept, back)
    return redirect_to(url_for("accounts.underway", what="registratie"))
