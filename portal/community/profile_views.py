"""Views of profiles: editing one's own, those of others, and the members' directory."""

from http import HTTPStatus
from typing import Any

from flask import Response, abort, make_response, redirect, request, url_for

from portal.accounts.models import User
from portal.community import profiles
from portal.community.blueprint import bp
from portal.community.models import Profile, Visibility
from portal.community.writing_forms import ProfileForm
from portal.core.i18n import gettext as _
from portal.core.lists.pagination import parse_page_number
from portal.core.lists.selection import QueryArguments
from portal.core.locale import local
from portal.core.web import access, limits
from portal.core.web.access import members, public
from portal.core.web.body_limits import takes_files
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.publishing import conflicts
from portal.publishing.services import EditConflict

SAVES_PER_HOUR = 60
HOUR = 3600
HAS = "wat"


@bp.route("/account/profiel", methods=["GET", "POST"])
@takes_files
@members
def profile_edit() -> Response:
    """Show and process the form of one's own profile."""
    viewer: User = access.viewer()
    profile = profiles.get_profile(viewer)
    form = ProfileForm(data=_stored(viewer, profile))
    conflict: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        limits.hit("profile-edit", viewer.id, SAVES_PER_HOUR, HOUR)
        try:
            _save(viewer, form)
        except EditConflict:
            conflict = _compare(viewer, profile, form)
        else:
            notify(_("Your profile was saved."))
            return redirect_to(local(viewer.path))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if conflict else HTTPStatus.OK
    photo = profile.photo if profile else None
    return form_page("community/profile_edit.html", form, status=status, photo=photo, conflict_rows=conflict)


def _stored(user: User, profile: Profile | None) -> dict[str, Any]:
    """Return the initial values of the form; a new profile is listed, and its parts are visible to members."""
    if profile is None:
        return {"name": user.name, "is_listed": True, "version": 0}
    names = ("version", "is_listed", *profiles.TEXTS, *(f"{part}_for" for part in profiles.PARTS), "contact_for")
    return {"name": user.name, **{name: getattr(profile, name) for name in names}}


def _save(viewer: User, form: ProfileForm) -> None:
    profiles.update_profile(
        viewer,
        form.version.data,
        form.name.data or "",
        form.is_listed.data,
        form.texts(),
        form.shown_to(),
        form.photo.file,
        contact_for=Visibility(form.contact_for.data),
        remove_photo=form.remove_photo.data,
    )


def _compare(user: User, profile: Profile | None, form: ProfileForm) -> list[conflicts.Row]:
    """Return the differences between the form and the stored profile; sending the form again overwrites it."""
    if profile is None:
        return []
    form.version.data, form.version.raw_data = profile.version, None
    return conflicts.differences(form, ProfileForm(formdata=None, data=_stored(user, profile)))


@bp.get("/leden/")
@members
def directory() -> Response:
    """List the members who agreed to be listed."""
    asked, labels = QueryArguments(request.args), {"biedt": _("Offers something"), "zoekt": _("Looks for something")}
    words, has = asked.words(), asked.options(HAS, _("Who"), labels)
    number = parse_page_number(request.args.get("pagina"))
    found = profiles.list_members(access.viewer(), words, has, number)
    if number > found.pages:
        abort(HTTPStatus.NOT_FOUND)
    return page(
        "community/directory.html",
        fragment="results",
        is_part=wants_fragment(),
        found=found,
        words=words,
        choices=[(name, label, name in has) for name, label in labels.items()],
        ignored=asked.ignored,
        turn=lambda to: url_for(".directory", q=words or None, wat=has or None, pagina=to if to > 1 else None),
        has_profile=profiles.get_profile(access.viewer()) is not None,
    )


@bp.get("/leden/<int:user_id>-<slug>")
@public
def member(user_id: int, slug: str) -> Response:
    """Show what this reader may see of a member; 404 for a visitor who may see nothing."""
    user = profiles.get_member(user_id) or abort(HTTPStatus.NOT_FOUND)
    viewer = access.viewer()
    profile = profiles.get_profile(user)
    seats = profiles.public_seats([user])[user.id]
    for_all = profiles.as_seen_by(None, user, profile, seats)
    person = profiles.as_seen_by(viewer, user, profile, seats)
    is_self = viewer is not None and viewer.id == user.id
    if not profiles.is_shown_to(viewer, person, profile):
        abort(HTTPStatus.NOT_FOUND)
    if request.path != user.path:
        return make_response(redirect(local(user.path), HTTPStatus.MOVED_PERMANENTLY))
    return page(
        "community/member.html",
        person=person,
        is_self=is_self,
        is_public=for_all.shows_anything,
        may_contact=profiles.may_contact(viewer, person, profile),
    )
