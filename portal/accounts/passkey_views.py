"""Views for passkeys: a script fetches the WebAuthn options as JSON, the response comes back in an ordinary form."""

from flask import Response, current_app, request, url_for

from portal.accounts import passkeys, sessions
from portal.accounts import second_factor_forms as forms
from portal.accounts.blueprint import bp
from portal.accounts.second_factor_views import count_try, factor_added, me, passed, with_proof
from portal.accounts.services import AccountDisabled
from portal.accounts.sign_in_flow import disabled_message
from portal.core.i18n import gettext as _
from portal.core.web import limits
from portal.core.web.access import half_signed_in, visitors
from portal.core.web.forms import form_page, next_path, notify
from portal.core.web.rendering import redirect_to

QUESTIONS, QUESTIONS_SECONDS = 30, 600


@bp.post("/account/passkeys/nieuw/vraag")
@half_signed_in
@with_proof
def passkey_new_question() -> Response:
    """Return the options for registering a passkey as JSON."""
    limits.hit("passkey-question", me().id, QUESTIONS, QUESTIONS_SECONDS)
    return _json(passkeys.registration_options(me()))


@bp.route("/account/passkeys/nieuw", methods=["GET", "POST"])
@half_signed_in
@with_proof
def passkey_new() -> Response:
    """Add a passkey."""
    form = forms.PasskeyForm(next=next_path(""))
    if form.validate_on_submit():
        try:
            passkeys.register(me(), form.credential.data or "", form.name.data or "")
        except passkeys.PasskeyRefused:
            form.form_errors.append(_("The passkey could not be added. Try again; each device can be added once."))
        else:
            return factor_added(_("Your passkey is added."))
    form.credential.data = ""
    return form_page("accounts/second_factor/passkey_new.html", form)


@bp.post("/account/tweede-stap/passkey/vraag")
@half_signed_in
def passkey_step_question() -> Response:
    """Return the options for the second factor as JSON."""
    limits.hit("passkey-question", me().id, QUESTIONS, QUESTIONS_SECONDS)
    return _json(passkeys.second_step_options(me()))


@bp.post("/account/tweede-stap/passkey")
@half_signed_in
def passkey_step() -> Response:
    """Check a passkey's response as the second factor."""
    count_try(me())
    try:
        passkeys.accept(me(), request.form.get("credential", ""))
    except passkeys.PasskeyRefused:
        notify(_("The passkey was not accepted. Try again, or use a code."))
        return redirect_to(url_for("accounts.second_step", next=next_path("")))
    return passed(me())


@bp.post("/account/inloggen/passkey/vraag")
@visitors
def passkey_sign_in_question() -> Response:
    """Return the options for signing in with any passkey of this site as JSON."""
    limits.hit("passkey-question", limits.address(), QUESTIONS, QUESTIONS_SECONDS)
    return _json(passkeys.sign_in_options())


@bp.post("/account/inloggen/passkey")
@visitors
def passkey_sign_in() -> Response:
    """Sign in with a passkey alone; user verification on the device makes it both factors."""
    limits.hit("passkey-sign-in", limits.address(), QUESTIONS, QUESTIONS_SECONDS)
    try:
        user = passkeys.user_of(request.form.get("credential", ""))
    except AccountDisabled:
        notify(disabled_message())
        return redirect_to(url_for("accounts.sign_in", next=next_path("")))
    except passkeys.PasskeyRefused:
        notify(_("The passkey was not accepted. Sign in another way."))
        return redirect_to(url_for("accounts.sign_in", next=next_path("")))
    sessions.begin(user, second_factor=True)
    return redirect_to(next_path(url_for("home.index")))


def _json(text: str) -> Response:
    return current_app.response_class(text, mimetype="application/json")
