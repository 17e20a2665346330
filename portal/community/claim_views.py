"""The form with which a member claims to represent an organisation."""

from flask import Response, url_for

from portal.community import claims, policies
from portal.community.blueprint import bp
from portal.community.writing_forms import ClaimForm
from portal.community.writing_views import load
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import access, limits
from portal.core.web.access import members
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import redirect_to

CLAIMS_PER_DAY = 5
DAY = 24 * 3600


@bp.route("/organisaties/<slug>/claimen", methods=["GET", "POST"])
@members
def claim(slug: str) -> Response:
    """Ask to manage the page of an organisation; the editors decide."""
    organisation, viewer = load(slug), access.viewer()
    if policies.is_owner(viewer, organisation):
        return redirect_to(url_for(".seats", slug=slug))
    waiting = claims.get_pending_claim(organisation, viewer)
    form = ClaimForm(obj=waiting)
    if form.validate_on_submit():
        limits.hit("claim", viewer.id, CLAIMS_PER_DAY, DAY)
        claims.submit_claim(organisation, viewer, form.role.data or "", form.reason.data or "")
        notify(_("Your question is with the editors. You get a mail when they have decided."))
        return redirect_to(local(organisation.path))
    return form_page(
        "community/claim.html",
        form,
        organisation=organisation,
        is_waiting=waiting is not None,
        is_proved=claims.is_proved(viewer, organisation),
    )
