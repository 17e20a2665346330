"""Views of personal data: showing, downloading and erasing it."""

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, request

from portal.accounts import sessions
from portal.accounts.models import User
from portal.avg import archive, services
from portal.avg.forms import DeleteForm, EraseForm, confirmation_word
from portal.community import seats
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.personal_data import Contributions
from portal.core.web import limits
from portal.core.web.access import SECOND_STEP, administrators, members, viewer, visitors
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to

bp = Blueprint("avg", __name__)
HOUR = 3600
USERS = "/beheer/gebruikers"
CLEAR = '"cache", "storage"'


@bp.get("/account/gegevens")
@members
def index() -> Response:
    """Show what is stored about the signed-in user, table by table."""
    return page("avg/index.html", parts=archive.collect_parts(services.person_of(viewer())))


@bp.post("/account/gegevens/downloaden")
@members
def download() -> Response:
    """Return everything about the signed-in user as one ZIP file."""
    user: User = viewer()
    limits.hit("data-download", user.id, most=10, seconds=HOUR)
    return _archive_of(user)


@bp.route("/account/gegevens/verwijderen", methods=["GET", "POST"])
@members
def delete() -> Response:
    """Erase the account of the signed-in user, after authenticating again and typing a word."""
    user: User = viewer()
    if user.password_hash is None and not sessions.has_fresh_proof():
        return page("avg/prove.html", status=200 if request.method == "GET" else 403)
    form = DeleteForm(user)
    last = services.sole_role_of(user)
    if form.is_submitted():
        limits.hit("delete-account", user.id, most=10, seconds=HOUR)
    if last is None and form.validate_on_submit():
        services.erase_account(user, Contributions(form.contributions.data))
        sessions.finish()
        response = redirect_to(local("/account/verwijderd"))
        response.headers["Clear-Site-Data"] = CLEAR
        return response
    unattended = seats.last_owned_by(user)
    return form_page("avg/delete.html", form, word=confirmation_word(), last=last, unattended=unattended)


def _archive_of(user: User) -> Response:
    response = make_response(archive.build_archive(user))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{archive.NAME}"'
    return response


@bp.get("/account/verwijderd")
@visitors
def deleted() -> Response:
    """Show that the account was erased."""
    return page("avg/deleted.html")


# ── on request, by an administrator ───────────────────────────────────────────────────────────────


@bp.route(f"{USERS}/<int:user_id>/gegevens", methods=["GET", "POST"])
@administrators
def user_data(user_id: int) -> Response:
    """Show an administrator what is stored about a user; POST erases the account."""
    user = _account(user_id)
    if user == viewer():
        return redirect_to(local("/account/gegevens"))
    if not sessions.has_fresh_proof():
        return _ask_proof(user)
    form, last = EraseForm(), services.sole_role_of(user)
    if last is None and form.validate_on_submit():
        services.erase_account(user, Contributions(form.contributions.data), viewer(), form.reason.data)
        notify(_("The account is erased."))
        return redirect_to(local(USERS))
    return form_page(
        "avg/user_data.html",
        form,
        person=user,
        parts=archive.collect_parts(services.person_of(user)),
        word=confirmation_word(),
        last=last,
        unattended=seats.last_owned_by(user),
        users=local(USERS),
    )


@bp.post(f"{USERS}/<int:user_id>/gegevens/downloaden")
@administrators
def download_user_data(user_id: int) -> Response:
    """Return everything about a user as one ZIP file, for an administrator; recorded in the audit log."""
    user = _account(user_id)
    if not sessions.has_fresh_proof():
        return _ask_proof(user)
    limits.hit("data-download", viewer().id, most=30, seconds=HOUR)
    services.record_download(user, viewer())
    return _archive_of(user)


def _account(user_id: int) -> User:
    user = db.session.get(User, user_id)
    return user if user is not None and user.erased_at is None else abort(404)


def _ask_proof(user: User) -> Response:
    """Redirect an administrator to the second factor, returning to this user's data afterwards."""
    back = local(f"{USERS}/{user.id}/gegevens")
    return redirect_to(f"{local(SECOND_STEP)}?{urlencode({'next': back})}")
