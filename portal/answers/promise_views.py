"""Pages of the answer promise: the public share with its definition, and being away."""

from flask import Response

from portal.accounts.models import User
from portal.answers import pace, promise
from portal.answers.absence_form import AbsenceForm
from portal.answers.blueprint import PATH, bp
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web.access import members, public, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to


@bp.get(pace.PROMISE)
@public
def promise_page() -> Response:
    """Show per month which share of answers was answered within the promised days, and how that is counted."""
    return page(
        "answers/promise.html",
        months=promise.list_months(),
        within=promise.WITHIN,
        remind_after=promise.REMIND_AFTER,
        hand_over_after=promise.HAND_OVER_AFTER,
        least=promise.LEAST_THREADS,
    )


@bp.route(f"{PATH}afwezig", methods=["GET", "POST"])
@members
def absence() -> Response:
    """Say until when one is away, or that one is back."""
    user: User = viewer()
    form = AbsenceForm(until=pace.get_absence(user))
    if form.validate_on_submit():
        pace.set_absence(user, form.until.data)
        notify(_("You get no reminders while you are away.") if form.until.data else _("You get reminders again."))
        return redirect_to(local(PATH))
    return form_page("answers/absence.html", form)
