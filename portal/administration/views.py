"""Views for administrators: accounts and settings."""

from typing import cast

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from portal.accounts import sessions
from portal.accounts.administration import LastAdministrator
from portal.accounts.models import Role, User
from portal.administration import forms, queries, services
from portal.community.models import Seat
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.pagination import parse_page_number
from portal.core.locale import local
from portal.core.web.access import administrators
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.publishing import desk

bp = Blueprint("administration", __name__)
PATH = "/beheer/"
USERS = f"{PATH}gebruikers"
SETTINGS = f"{PATH}instellingen"
STANDINGS = {
    "actief": lazy_gettext("can sign in"),
    "onbevestigd": lazy_gettext("address not confirmed"),
    "uitgezet": lazy_gettext("disabled"),
}
LONGEST_REASON = 500


@bp.get(PATH)
@administrators
def index() -> Response:
    """Show the start page of administrators."""
    numbers = {name: queries.count(queries.AccountFilter(standing=name)) for name in queries.STANDINGS}
    return page(
        "administration/index.html",
        numbers=numbers,
        standings=STANDINGS,
        waiting=desk.waiting_count(),
        path=local(PATH),
    )


@bp.get(USERS)
@administrators
def users() -> Response:
    """List the accounts that match a filter, by name."""
    wanted, ignored = forms.parse(request.args)
    number = parse_page_number(request.args.get("pagina"))
    total = queries.count(wanted)
    pages = max(1, -(-total // queries.ROWS_A_PAGE))
    if number > pages:
        abort(404)
    return page(
        "administration/users.html",
        fragment="results",
        wanted=wanted,
        ignored=ignored,
        total=total,
        rows=[(user, standing(user)) for user in queries.get_page(wanted, number)],
        roles=forms.ROLES,
        standings=STANDINGS,
        number=number,
        pages=pages,
        path=local(USERS),
        home=local(PATH),
        address=lambda other: forms.address(local(USERS), wanted, other),
    )


def standing(user: User) -> str:
    """Return the state of an account, as a value of the filter."""
    if user.disabled_at is not None:
        return "uitgezet"
    return "actief" if user.confirmed_at is not None else "onbevestigd"


@bp.route(f"{USERS}/<int:user_id>", methods=["GET", "POST"])
@administrators
def user(user_id: int) -> Response:
    """Show an account; POST changes its role."""
    found = _found(user_id)
    form = forms.RoleForm(data={"role": found.role})
    if not form.validate_on_submit():
        return _user_page(found, form)
    try:
        services.set_role(found, Role(form.role.data), _administrator())
    except LastAdministrator:
        return _last_one(user_id)
    notify(_("The role is saved. This person has to sign in again."))
    return redirect_to(local(f"{USERS}/{user_id}"))


@bp.post(f"{USERS}/<int:user_id>/<any({', '.join(repr(name) for name in services.ACTS)}):act>")
@administrators
def act(user_id: int, act: str) -> Response:
    """Disable or enable an account, end its sessions, or reset its second factor."""
    reason = " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]
    try:
        services.ACTS[act](_found(user_id), _administrator(), reason)
    except LastAdministrator:
        return _last_one(user_id)
    notify(_("Done."))
    return redirect_to(local(f"{USERS}/{user_id}"))


@bp.post(f"{USERS}/<int:user_id>/zetels/<int:seat_id>/beeindigen")
@administrators
def end_seat(user_id: int, seat_id: int) -> Response:
    """End a person's seat today."""
    seat = db.session.get(Seat, seat_id)
    if seat is None or seat.user_id != _found(user_id).id:
        abort(404)
    services.end_seat(seat, _administrator())
    notify(_("The seat ends today."))
    return redirect_to(local(f"{USERS}/{user_id}"))


def _found(user_id: int) -> User:
    return queries.get_account(user_id) or abort(404)


def _last_one(user_id: int) -> Response:
    db.session.rollback()
    found = _found(user_id)
    problem = _("This is the last administrator. Make somebody else administrator first.")
    return _user_page(found, forms.RoleForm(formdata=None, data={"role": found.role}), problem, 409)


def _user_page(found: User, form: forms.RoleForm, problem: str = "", status: int = 200) -> Response:
    return form_page(
        "administration/user.html",
        form,
        status=status,
        person=found,
        problem=problem,
        standing=str(STANDINGS[standing(found)]),
        is_disabled=found.disabled_at is not None,
        role_label=str(forms.ROLES[Role(found.role)]),
        sessions=sessions.list_sessions(found),
        seats=queries.seats(found),
        today=clock.today(),
        path=local(USERS),
        address=local(f"{USERS}/{found.id}"),
    )


@bp.route(SETTINGS, methods=["GET", "POST"])
@administrators
def settings() -> Response:
    """Show and process the form of the settings."""
    form = forms.settings_form()
    if not form.validate_on_submit():
        return form_page("administration/settings.html", form, fields=forms.hints(form), home=local(PATH))
    services.save_settings(forms.setting_values(form), _administrator())
    notify(_("The settings are saved."))
    return redirect_to(local(SETTINGS))


def _administrator() -> User:
    return cast(User, current_user._get_current_object())
