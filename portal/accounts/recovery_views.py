"""Views for mailed links: choosing a new password and confirming a new address."""

from flask import Response, url_for

from portal.accounts import deferred_actions, passwords, services, sessions, tokens
from portal.accounts.blueprint import bp
from portal.accounts.forms import LinkForm, ResetForm
from portal.accounts.models import OneTimeToken, Purpose, User
from portal.accounts.sign_in_flow import complete_sign_in, limit_links, limit_mails, link_gone, requested_next
from portal.core import locale
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.web.access import token_holders, visitors
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import redirect_to


@bp.route("/account/wachtwoord-vergeten", methods=["GET", "POST"])
@visitors
def forgot() -> Response:
    """Ask for a link to choose a new password."""
    form = LinkForm(next=requested_next())
    if form.validate_on_submit():
        limit_mails(str(form.email.data))
        deferred_actions.queue(Purpose.RESET, str(form.email.data))
        return redirect_to(url_for("accounts.underway", what="wachtwoord"))
    return form_page("accounts/forgot.html", form)


@bp.route("/account/wachtwoord-vergeten/<token>", methods=["GET", "POST"])
@token_holders
def reset(token: str) -> Response:
    """Choose a new password with a mailed link; every session ends, and this browser signs in."""
    limit_links()
    row = tokens.find(Purpose.RESET, token)
    user = _owner(row)
    if user is None:
        return link_gone(url_for("accounts.forgot"))
    form = ResetForm()
    form.known = (user.name, user.email)
    if form.validate_on_submit():
        found = services.reset_password(token, str(form.new_password.data))
        if found is None:
            return link_gone(url_for("accounts.forgot"))
        answer = complete_sign_in(found)
        notify(_("Your new password is set. All other browsers were signed out."))
        return answer
    return form_page("accounts/reset.html", form, email=user.email, shortest=passwords.SHORTEST)


def _owner(row: OneTimeToken | None) -> User | None:
    user = db.session.get(User, row.user_id) if row else None
    return user if user and user.is_active else None


@bp.route("/account/adres/<token>", methods=["GET", "POST"])
@token_holders
def confirm_address(token: str) -> Response:
    """Confirm a new address: GET shows a button, POST changes it."""
    limit_links()
    row = tokens.find(Purpose.CHANGE_ADDRESS, token)
    if row is None:
        return link_gone(url_for("accounts.change_address"))
    form = ButtonForm()
    if form.validate_on_submit():
        if services.change_address(token, sessions.current()) is None:
            return link_gone(url_for("accounts.change_address"))
        notify(_("Your new e-mail address is set."))
        return redirect_to(locale.local("/account/instellingen"))
    return form_page("accounts/confirm_address.html", form, email=row.email)
