"""Views of one's own account: password, address, language and sessions."""

from flask import Response, abort, url_for
from flask_login import current_user

from portal.accounts import deferred_actions, passwords, services, sessions
from portal.accounts.blueprint import bp
from portal.accounts.forms import AddressForm, LanguageForm, PasswordForm
from portal.accounts.models import Purpose, User
from portal.accounts.sign_in_flow import HOUR, MINUTE, limit_mails
from portal.core import locale
from portal.core.i18n import gettext as _
from portal.core.web import limits
from portal.core.web.access import members
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import redirect_to


def me() -> User:
    """Return the signed-in user."""
    user: User = current_user._get_current_object()
    return user


def _knows_password(password: str) -> bool:
    """Return whether the typed password is right; attempts are limited."""
    limits.hit("own-password", me().id, most=10, seconds=10 * MINUTE)
    return passwords.fits(me().password_hash, password)


@bp.route("/account/instellingen", methods=["GET", "POST"])
@members
def settings() -> Response:
    """Show the account settings, and set the language."""
    form = LanguageForm(language=me().language)
    if form.validate_on_submit():
        language = str(form.language.data)
        services.choose_language(me(), language)
        return redirect_to(locale.in_language("/account/instellingen", language))
    current = sessions.current()
    return form_page(
        "accounts/settings.html",
        form,
        user=me(),
        sessions=sessions.list_sessions(me()),
        current_id=current.id if current else None,
    )


@bp.route("/account/wachtwoord", methods=["GET", "POST"])
@members
def password() -> Response:
    """Change the password: the present one is asked, and all other sessions end."""
    form = PasswordForm()
    if form.validate_on_submit():
        if _knows_password(str(form.password.data)):
            return _set_password(str(form.new_password.data))
        form.password.errors = [*form.password.errors, _("This is not your password.")]
    has_password = me().password_hash is not None
    return form_page("accounts/password.html", form, has_password=has_password, shortest=passwords.SHORTEST)


def _set_password(new: str) -> Response:
    """Store the new password and renew this browser's session."""
    current = sessions.current()
    gave_second_factor = current is not None and current.second_factor_at is not None
    user = me()
    services.set_password(user, new, current)
    sessions.begin(user, second_factor=gave_second_factor)
    notify(_("Your new password is set. All other browsers were signed out."))
    return redirect_to(url_for("accounts.settings"))


@bp.route("/account/instellingen/adres", methods=["GET", "POST"])
@members
def change_address() -> Response:
    """Ask for another address: it changes once the link mailed there is used."""
    form = AddressForm()
    if form.validate_on_submit():
        if _knows_password(str(form.password.data)):
            return _ask_address(str(form.email.data))
        form.password.errors = [*form.password.errors, _("This is not your password.")]
    return form_page("accounts/change_address.html", form, user=me(), has_password=me().password_hash is not None)


def _ask_address(email: str) -> Response:
    limit_mails(email)
    limits.hit("change-address", me().id, most=5, seconds=HOUR)
    deferred_actions.queue(Purpose.CHANGE_ADDRESS, email, me())
    notify(_("A mail is underway to %(email)s. Your address changes when you use the link in it.", email=email))
    return redirect_to(url_for("accounts.settings"))


@bp.post("/account/sessies/<int:session_id>/beeindigen")
@members
def end_session(session_id: int) -> Response:
    """End one of one's own sessions; 404 for any other."""
    current = sessions.current()
    if current is not None and current.id == session_id:
        return redirect_to(url_for("accounts.sign_out"))
    if not sessions.end(me(), session_id):
        abort(404)
    notify(_("That browser was signed out."))
    return redirect_to(url_for("accounts.settings"))


@bp.post("/account/sessies/beeindigen")
@members
def end_other_sessions() -> Response:
    """End all sessions but this one."""
    sessions.end_all(me(), sessions.current())
    notify(_("All other browsers were signed out."))
    return redirect_to(url_for("accounts.settings"))
