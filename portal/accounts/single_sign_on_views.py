"""Views of single sign-on: going to the provider, coming back, linking an account, creating one."""

from http import HTTPStatus

from flask import Response, abort, request, url_for
from flask_login import current_user

from portal.accounts import identities, sessions, single_sign_on
from portal.accounts import second_factor_forms as forms
from portal.accounts.blueprint import bp
from portal.accounts.second_factor_views import me, with_proof
from portal.accounts.single_sign_on import NotAvailable, NotProved, Person
from portal.core.config import SingleSignOn
from portal.core.i18n import gettext as _
from portal.core.web import limits
from portal.core.web.access import members, visitors
from portal.core.web.forms import form_page, next_path, notify, safe_next
from portal.core.web.rendering import page, redirect_to

STARTS, STARTS_SECONDS = 30, 600


def house() -> SingleSignOn:
    """Return the configured provider, or abort with 404."""
    return single_sign_on.settings() or abort(404)


@bp.post("/account/sso")
@visitors
def single_sign_on_start() -> Response:
    """Show a link to the provider; CSP's `form-action` allows no form that leaves this site."""
    limits.hit("single-sign-on", limits.address(), STARTS, STARTS_SECONDS)
    try:
        address = single_sign_on.question(house(), next_path(""))
    except NotAvailable:
        return _problem("unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
    return page("accounts/second_factor/single_sign_on.html", address=address, house=house())


@bp.get(single_sign_on.RETURN)
@visitors
def single_sign_on_return() -> Response:
    """Handle the provider's response. The protocol uses GET; the state stored in this session protects it."""
    if request.method == "HEAD":
        return page("accounts/second_factor/single_sign_on_problem.html", problem="not_proved", house=house())
    try:
        person, onward = single_sign_on.answer(house(), request.args.to_dict())
    except NotAvailable:
        return _problem("unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
    except NotProved:
        return _problem("not_proved", HTTPStatus.BAD_REQUEST)
    user = identities.find(person)
    if user is None:
        return _stranger(person)
    if not user.is_active:
        return _problem("shut_out", HTTPStatus.FORBIDDEN)
    sessions.begin(user)
    return redirect_to(safe_next(onward, url_for("home.index")))


def _stranger(person: Person) -> Response:
    """Send a person with an unknown `sub` to create an account, or to sign in first when the address is known."""
    if not person.email:
        return _problem("no_address", HTTPStatus.FORBIDDEN)
    identities.remember(person)
    if identities.owner_of(person.email) is None:
        return redirect_to(url_for("accounts.single_sign_on_join"))
    if not current_user.is_authenticated:
        notify(_("There is an account with your address already. Sign in to it once, to tie the two together."))
    return redirect_to(url_for("accounts.single_sign_on_tie"))


@bp.route("/account/sso/nieuw", methods=["GET", "POST"])
@visitors
def single_sign_on_join() -> Response:
    """Create an account for the identity asserted by the provider."""
    person = identities.remembered()
    if person is None or current_user.is_authenticated:
        return redirect_to(url_for("home.index"))
    form = forms.NameForm(name=person.name)
    if form.validate_on_submit():
        try:
            user = identities.join(person, form.name.data or "")
        except identities.AlreadyLinked:
            return redirect_to(url_for("accounts.single_sign_on_tie"))
        identities.forget()
        sessions.begin(user)
        notify(_("Welcome. Your account is ready."))
        return redirect_to(url_for("home.index"))
    return form_page("accounts/second_factor/single_sign_on_join.html", form, person=person, house=house())


@bp.route("/account/sso/koppelen", methods=["GET", "POST"])
@members
@with_proof
def single_sign_on_tie() -> Response:
    """Link the signed-in account to the provider's identity."""
    person = identities.remembered()
    if person is None:
        return redirect_to(url_for("accounts.factors"))
    if request.method == "POST":
        try:
            identities.link(me(), person)
        except identities.AlreadyLinked:
            return _problem("other_account", HTTPStatus.FORBIDDEN)
        identities.forget()
        notify(_("From now on you can sign in with %(name)s.", name=house().name))
        return redirect_to(url_for("accounts.factors"))
    return page("accounts/second_factor/single_sign_on_tie.html", house=house())


@bp.post("/account/sso/<int:identity_id>/ontkoppelen")
@members
@with_proof
def single_sign_on_untie(identity_id: int) -> Response:
    """Remove the link between account and provider."""
    if not identities.unlink(me(), identity_id):
        abort(404)
    notify(_("That is removed."))
    return redirect_to(url_for("accounts.factors"))


def _problem(problem: str, status: HTTPStatus) -> Response:
    return page("accounts/second_factor/single_sign_on_problem.html", status=status, problem=problem, house=house())
