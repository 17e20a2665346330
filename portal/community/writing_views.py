"""The form with which owners edit the page of their organisation."""

from http import HTTPStatus

from flask import Response, abort, url_for

from portal.community import policies, queries, services
from portal.community.blueprint import bp
from portal.community.models import Organisation
from portal.community.writing_forms import OrganisationForm
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import access, limits
from portal.core.web.access import members
from portal.core.web.body_limits import takes_files
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import redirect_to
from portal.publishing import conflicts
from portal.publishing.services import EditConflict

TEXTS = ("summary", "website", "place")
SAVES_PER_HOUR = 60
HOUR = 3600


def load(slug: str) -> Organisation:
    """Return an organisation that did not merge; 404 otherwise."""
    organisation = queries.get_organisation(slug)
    if organisation is None or organisation.merged_into_id is not None or not organisation.is_listed:
        abort(HTTPStatus.NOT_FOUND)
    return organisation


@bp.route("/organisaties/<slug>/bewerken", methods=["GET", "POST"])
@takes_files
@members
def edit(slug: str) -> Response:
    """Show and process the form; of two people who edit at the same time, the second sees both texts."""
    organisation, viewer = load(slug), access.viewer()
    access.require(policies.may_manage(viewer, organisation))
    form = OrganisationForm(data=_stored(organisation), has_logo=organisation.logo is not None)
    conflict: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        limits.hit("organisation-edit", viewer.id, SAVES_PER_HOUR, HOUR)
        try:
            _save(organisation, form)
        except EditConflict:
            conflict = _compare(organisation, form)
        else:
            notify(_("The page was saved."))
            return redirect_to(local(organisation.path))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if conflict else HTTPStatus.OK
    back = url_for(".show", slug=slug)
    return form_page(
        "community/edit.html", form, status=status, organisation=organisation, conflict_rows=conflict, back=back
    )


def _stored(organisation: Organisation) -> dict[str, object]:
    stored: dict[str, object] = {name: getattr(organisation, name) or "" for name in (*TEXTS, "version")}
    return {**stored, "logo_alt": organisation.logo.alt if organisation.logo else ""}


def _save(organisation: Organisation, form: OrganisationForm) -> None:
    services.edit_organisation(
        organisation,
        access.viewer(),
        form.version.data,
        {name: form[name].data for name in TEXTS},
        form.logo.file,
        form.logo_alt.data or "",
        remove_logo=form.remove_logo.data,
    )


def _compare(organisation: Organisation, form: OrganisationForm) -> list[conflicts.Row]:
    """Return the differences between the form and the stored page; sending the form again overwrites it."""
    form.version.data, form.version.raw_data = organisation.version, None
    stored = OrganisationForm(formdata=None, data=_stored(organisation), has_logo=organisation.logo is not None)
    return conflicts.differences(form, stored)
