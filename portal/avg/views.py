"""What we keep of you: look at it, take it home, have it erased."""

from flask import Blueprint, Response, make_response, request

from portal.accounts import sessions
from portal.accounts.models import User
from portal.avg import archive, services
from portal.avg.forms import DeleteForm, confirmation_word
from portal.core.locale import local
from portal.core.personal_data import Contributions
from portal.core.web import limits
from portal.core.web.access import members, viewer, visitors
from portal.core.web.forms import form_page
from portal.core.web.rendering import page, redirect_to

bp = Blueprint("avg", __name__)
HOUR = 3600
CLEAR = '"cache", "storage"'


@bp.get("/account/gegevens")
@members
def index() -> Response:
    """What is kept of whoever is signed in, part by part."""
    return page("avg/index.html", parts=archive.parts(services.person_of(viewer())))


@bp.post("/account/gegevens/downloaden")
@members
def download() -> Response:
    """Hand over everything in one file."""
    user: User = viewer()
    limits.hit("data-download", user.id, most=10, seconds=HOUR)
    response = make_response(archive.make(user))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{archive.NAME}"'
    return response


@bp.route("/account/gegevens/verwijderen", methods=["GET", "POST"])
@members
def delete() -> Response:
    """Delete the account of whoever is signed in, after proof and a typed word."""
    user: User = viewer()
    if user.password_hash is None and not sessions.has_fresh_proof():
        return page("avg/prove.html", status=200 if request.method == "GET" else 403)
    form = DeleteForm(user)
    last = services.last_of(user)
    if form.is_submitted():
        limits.hit("delete-account", user.id, most=10, seconds=HOUR)
    if last is None and form.validate_on_submit():
        services.erase_account(user, Contributions(form.contributions.data))
        sessions.finish()
        response = redirect_to(local("/account/verwijderd"))
        response.headers["Clear-Site-Data"] = CLEAR
        return response
    return form_page("avg/delete.html", form, word=confirmation_word(), last=last)


@bp.get("/account/verwijderd")
@visitors
def deleted() -> Response:
    """Say that the account is gone."""
    return page("avg/deleted.html")
