"""Views of the second factor: asking for it, setting it up, recovery codes, and authenticating again."""

from collections.abc import Callable
from functools import wraps

from flask import Response, abort, current_app, request, url_for
from flask_login import current_user

from portal.accounts import identities, notices, passkeys, passwords, recovery_codes, second_factor, sessions
from portal.accounts import second_factor_forms as forms
from portal.accounts.blueprint import bp
from portal.accounts.models import User, WebSession
from portal.accounts.single_sign_on import settings as other_house
from portal.core.i18n import gettext as _
from portal.core.storage.database import transaction
from portal.core.web import limits
from portal.core.web.access import half_signed_in, members, owes_second_factor
from portal.core.web.forms import form_page, next_path, notify
from portal.core.web.rendering import page, redirect_to

TRIES, TRIES_SECONDS = 10, 600
TRIES_A_DAY, DAY_SECONDS = 50, 24 * 60 * 60


def me() -> User:
    """Return the signed-in user, also before the second factor was passed."""
    user: User = current_user._get_current_object()
    return user


def my_session() -> WebSession:
    """Return the session row of the signed-in user."""
    row = sessions.current()
    if row is None:
        abort(401)
    return row


def with_proof(view: Callable[..., Response]) -> Callable[..., Response]:
    """Decorator: require recent authentication, and the second factor when there is one."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Response:
        owed = me().has_second_factor and owes_second_factor()
        if owed or not sessions.has_fresh_proof():
            question = "accounts.second_step" if me().has_second_factor else "accounts.prove"
            back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else url_for("accounts.factors")
            return redirect_to(url_for(question, next=back))
        return view(*args, **kwargs)

    return guarded


def count_try(user: User) -> None:
    """Count an attempt; raises TooManyRequests. During the block a right code is refused too."""
    limits.hit("second-factor-day", user.id, TRIES_A_DAY, DAY_SECONDS)
    limits.hit("second-factor", user.id, TRIES, TRIES_SECONDS)


def passed(user: User) -> Response:
    """Complete the sign-in after the second factor was passed."""
    limits.reset("second-factor", user.id)
    sessions.note_second_factor()
    return redirect_to(next_path(url_for("home.index")))


@bp.route("/account/tweede-stap", methods=["GET", "POST"])
@half_signed_in
def second_step() -> Response:
    """Ask for the second factor."""
    user = me()
    if not user.has_second_factor:
        return redirect_to(url_for("accounts.factors", next=next_path()))
    form = forms.CodeForm(next=next_path(""))
    if form.validate_on_submit():
        count_try(user)
        if second_factor.accept(user, form.code.data or ""):
            return passed(user)
        form.code.errors = [_("This code is not right, or it was used already. Wait for the next one and try again.")]
    return form_page(
        "accounts/second_factor/question.html",
        form,
        has_app=second_factor.has_app(user),
        has_passkeys=bool(passkeys.list_passkeys(user)),
        next_path=next_path(""),
    )


@bp.get("/account/tweede-stap/beheer")
@half_signed_in
def factors() -> Response:
    """Show the factors of the account and how to set them up."""
    user = me()
    if user.has_second_factor and owes_second_factor():
        return redirect_to(url_for("accounts.second_step", next=url_for("accounts.factors")))
    return page(
        "accounts/second_factor/factors.html",
        must=user.is_editor and not user.has_second_factor,
        has_app=second_factor.has_app(user),
        passkeys=passkeys.list_passkeys(user),
        codes_left=recovery_codes.count_left(user),
        identities=identities.list_identities(user),
        other_house=other_house(),
        next_path=next_path(""),
    )


@bp.route("/account/tweede-stap/app", methods=["GET", "POST"])
@half_signed_in
@with_proof
def set_up_app() -> Response:
    """Set up an authenticator app: scan the QR code, type a code."""
    user, row = me(), my_session()
    form = forms.AppForm(next=next_path(""))
    secret = forms.read_secret(row, form.secret.data)
    form.secret.data = forms.sign_secret(row, secret)
    if form.validate_on_submit():
        count_try(user)
        if second_factor.set_up_app(user, secret, form.code.data or ""):
            return factor_added(_("Your authenticator app is set up."))
        form.code.errors = [_("This code does not fit. Scan the picture, and type the code that the app shows now.")]
    address = second_factor.app_address(user, secret, current_app.config["SITE_NAME"])
    picture = second_factor.picture(address)
    return form_page("accounts/second_factor/app.html", form, secret=secret, address=address, picture=picture)


def factor_added(text: str) -> Response:
    """Treat a new factor as passed in this session, and show recovery codes when there are none yet."""
    sessions.note_second_factor()
    if recovery_codes.count_left(me()) == 0:
        return _show_codes(recovery_codes.renew(me()))
    notify(text)
    return redirect_to(next_path(url_for("accounts.factors")))


def _show_codes(codes: list[str]) -> Response:
    onward = next_path(url_for("accounts.factors"))
    return page("accounts/second_factor/codes_shown.html", codes=codes, next_path=onward)


@bp.post("/account/tweede-stap/app/verwijderen")
@members
@with_proof
def remove_app() -> Response:
    """Remove the authenticator app."""
    return _removed(lambda: second_factor.remove_app(me()))


@bp.post("/account/passkeys/<int:passkey_id>/verwijderen")
@members
@with_proof
def remove_passkey(passkey_id: int) -> Response:
    """Remove a passkey."""
    return _removed(lambda: passkeys.remove(me(), passkey_id) or abort(404))


def _removed(remove: Callable[[], object]) -> Response:
    try:
        remove()
    except second_factor.LastFactor:
        notify(_("Editors keep a second step. Set up another one first, then remove this one."))
    else:
        notify(_("That is removed."))
    return redirect_to(url_for("accounts.factors"))


@bp.route("/account/tweede-stap/herstelcodes", methods=["GET", "POST"])
@members
@with_proof
def codes() -> Response:
    """Create new recovery codes and show them once."""
    user = me()
    if not user.has_second_factor:
        return redirect_to(url_for("accounts.factors"))
    if request.method == "POST":
        with transaction():
            fresh = recovery_codes.renew(user)
            notices.notify(user, "codes_renewed")
        return _show_codes(fresh)
    return page("accounts/second_factor/codes.html", left=recovery_codes.count_left(user))


@bp.route("/account/bewijs", methods=["GET", "POST"])
@half_signed_in
def prove() -> Response:
    """Ask for the password again, for somebody without a second factor."""
    user = me()
    if user.has_second_factor:
        return redirect_to(url_for("accounts.second_step", next=next_path("")))
    form = forms.ProofForm(next=next_path(""))
    if form.validate_on_submit():
        limits.hit("prove", user.id, TRIES, TRIES_SECONDS)
        if passwords.fits(user.password_hash, form.password.data or ""):
            sessions.note_proof()
            return redirect_to(next_path(url_for("accounts.factors")))
        form.password.errors = [_("This is not your password.")]
    return form_page("accounts/second_factor/prove.html", form, has_password=user.password_hash is not None)
