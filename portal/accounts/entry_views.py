"""Views to register, sign in (by password or mailed link) and sign out."""

from flask import Response, abort, url_for
from flask_login import current_user

from portal.accounts import deferred_actions, passwords, services, sessions, tokens
from portal.accounts.blueprint import bp
from portal.accounts.forms import LinkForm, RegisterForm, SignInForm
from portal.accounts.models import Purpose
from portal.accounts.sign_in_flow import (
    complete_sign_in,
    continue_sign_in,
    disabled_message,
    forget_guesses,
    limit_guesses,
    limit_links,
    limit_mails,
    link_gone,
    requested_next,
)
from portal.core import locale
from portal.core.i18n import gettext as _
from portal.core.web.access import token_holders, visitors
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import page, redirect_to

UNDERWAY = ("registratie", "inloglink", "wachtwoord")


@bp.route("/account/registreren", methods=["GET", "POST"])
@visitors
def register() -> Response:
    """Register: the account is created by the mailed link."""
    if current_user.is_authenticated:
        return continue_sign_in()
    form = RegisterForm(next=requested_next())
    if form.validate_on_submit():
        limit_mails(str(form.email.data))
        kept = passwords.hashed(str(form.password.data))
        deferred_actions.queue(
            Purpose.CONFIRM, str(form.email.data), None, str(form.name.data), kept, requested_next() or None
        )
        return redirect_to(url_for("accounts.underway", what="registratie"))
    return form_page("accounts/register.html", form, shortest=passwords.SHORTEST)


@bp.get("/account/onderweg/<what>")
@visitors
def underway(what: str) -> Response:
    """Show that a mail was sent, with the same text for every address."""
    if what not in UNDERWAY:
        abort(404)
    return page("accounts/underway.html", what=what)


@bp.route("/account/bevestigen/<token>", methods=["GET", "POST"])
@token_holders
def confirm(token: str) -> Response:
    """Confirm an address: GET shows a button (mail scanners follow links), POST creates the account."""
    limit_links()
    row = tokens.find(Purpose.CONFIRM, token)
    if row is None:
        return link_gone(url_for("accounts.register"))
    form = ButtonForm()
    if form.validate_on_submit():
        made = services.confirm(token)
        if made is None:
            return link_gone(url_for("accounts.sign_in"))
        answer = complete_sign_in(*made)
        notify(_("Welcome! Your account is ready."))
        return answer
    return form_page("accounts/confirm.html", form, email=row.email, name=row.name)


@bp.route("/account/inloggen", methods=["GET", "POST"])
@visitors
def sign_in() -> Response:
    """Sign in with a password; the error never says whether address or password is wrong."""
    form = SignInForm(next=requested_next())
    if current_user.is_authenticated and not form.is_submitted():
        return continue_sign_in()
    if form.validate_on_submit():
        limit_guesses(str(form.email.data))
        try:
            user = services.with_password(str(form.email.data), str(form.password.data))
        except services.AccountDisabled:
            form.form_errors.append(disabled_message())
            return form_page("accounts/sign_in.html", form, next_path=requested_next())
        if user is not None:
            forget_guesses(str(form.email.data))
            return complete_sign_in(user)
        form.form_errors.append(_("This address and password do not belong together. Check both, or ask for a link."))
    return form_page("accounts/sign_in.html", form, next_path=requested_next())


@bp.route("/account/inloglink", methods=["GET", "POST"])
@visitors
def magic_link() -> Response:
    """Ask for a link that signs in."""
    form = LinkForm(next=requested_next())
    if form.validate_on_submit():
        limit_mails(str(form.email.data))
        deferred_actions.queue(Purpose.MAGIC_LINK, str(form.email.data), next_path=requested_next() or None)
        return redirect_to(url_for("accounts.underway", what="inloglink"))
    return form_page("accounts/magic_link.html", form)


@bp.route("/account/inloglink/<token>", methods=["GET", "POST"])
@token_holders
def magic_link_use(token: str) -> Response:
    """Sign in with a mailed link: GET shows a button (mail scanners follow links), POST signs in."""
    limit_links()
    if tokens.find(Purpose.MAGIC_LINK, token) is None:
        return link_gone(url_for("accounts.magic_link"))
    form = ButtonForm()
    if form.validate_on_submit():
        found = services.with_link(token)
        return complete_sign_in(*found) if found else link_gone(url_for("accounts.magic_link"))
    return form_page("accounts/magic_link_use.html", form)


@bp.route("/account/uitloggen", methods=["GET", "POST"])
@visitors
def sign_out() -> Response:
    """Sign out, by POST only, with Clear-Site-Data."""
    form = ButtonForm()
    if form.validate_on_submit():
        sessions.finish()
        answer = redirect_to(locale.local("/"))
        answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return answer
    return form_page("accounts/sign_out.html", form)
