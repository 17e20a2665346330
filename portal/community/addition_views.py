"""The form with which a member adds an organisation that is not listed."""

from flask import Response

from portal.community import additions, queries
from portal.community.additions import NewOrganisation
from portal.community.blueprint import bp
from portal.community.models import Organisation
from portal.community.writing_forms import AddOrganisationForm
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import access, limits
from portal.core.web.access import members
from portal.core.web.forms import form_page, next_path, notify
from portal.core.web.rendering import redirect_to

ADDED_PER_DAY = 5
DAY = 24 * 3600


@bp.route("/organisaties/nieuw", methods=["GET", "POST"])
@members
def add() -> Response:
    """Show and process the form; afterwards redirect to the page the member came from (`next`)."""
    form = AddOrganisationForm(queries.municipalities())
    form.next.data = next_path("")
    alike: list[Organisation] = []
    if form.validate_on_submit():
        alike = [] if form.is_another.data else additions.find_similar(form.name.data or "")
        if not alike:
            return _added(form)
    return form_page("community/add.html", form, status=422 if alike else 200, alike=alike, next=form.next.data)


def _added(form: AddOrganisationForm) -> Response:
    user = access.viewer()
    limits.hit("organisation-add", user.id, ADDED_PER_DAY, DAY)
    new = NewOrganisation(
        name=form.name.data or "",
        kind=form.kind.data,
        place=form.place_name,
        website=form.website.data or None,
        role=form.role.data or "",
        reason=form.reason.data or "",
    )
    organisation = additions.add_own_organisation(user, new, form.once.data)
    if organisation.is_confirmed:
        notify(_("%(name)s is on the portal. You can post for it and write its page.", name=organisation.name))
    else:
        notify(
            _(
                "%(name)s is on the portal, not confirmed yet. You get a mail when the editors have looked. "
                "Then you can post for it; until then you can post in your own name.",
                name=organisation.name,
            )
        )
    return redirect_to(next_path(local(organisation.path)))
