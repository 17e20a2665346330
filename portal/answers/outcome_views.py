"""Telling what came of a thread: after closing it, from `/antwoorden/`, or with a mailed link without signing in."""

from flask import Response, request

from portal.answers import outcomes, queries, services
from portal.answers.blueprint import PATH, bp
from portal.answers.links import participant_path
from portal.answers.models import Participant, Side
from portal.answers.outcome_forms import NO, YES, OutcomeForm
from portal.answers.outcome_models import Outcome
from portal.answers.outcomes import Told
from portal.answers.places import own_place, place_of_outcome
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, token_holders, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.publishing.writing import action

TOLD_PER_DAY, DAY = 60, 86_400
SKIP = "overslaan"


@bp.route(f"{PATH}<int:thread_id>/resultaat", methods=["GET", "POST"])
@members
def outcome(thread_id: int) -> Response:
    """Tell what came of a thread, as a member."""
    return _answer(own_place(thread_id))


@bp.route(f"{PATH}resultaat/<token>", methods=["GET", "POST"])
@token_holders
def outcome_by_link(token: str) -> Response:
    """Tell what came of a thread with the mailed link; `?gelukt=ja` fills in the first answer, POST stores it."""
    return _answer(place_of_outcome(token))


def _answer(participant: Participant) -> Response:
    known = outcomes.get_outcome(participant)
    form = OutcomeForm(data=_fields(participant, known))
    skips = action() == SKIP
    if request.method == "POST":
        limits.hit("answer-outcome", f"{participant.user_id}-{participant.guest_id}", TOLD_PER_DAY, DAY)
    if (skips and form.is_submitted()) or form.validate_on_submit():
        try:
            outcomes.tell(participant, Told(worked=None) if skips else form.told)
        except services.NotPossibleNow:
            form.form_errors.append(_("This conversation changed meanwhile. Look at it first."))
        else:
            return _thank(participant, skips=skips)
    theirs = outcomes.outcomes_of(participant.thread).get(Side(participant.side).other)
    return form_page(
        "answers/outcome.html",
        form,
        thread=participant.thread,
        theirs=theirs,
        other_name=queries.other_name(participant),
        is_known=known is not None and known.worked is not None,
    )


def _thank(participant: Participant, *, skips: bool) -> Response:
    """Return to the thread; who is not signed in, and has no link to it, gets a page of thanks."""
    thanks = _("All right, we do not ask again.") if skips else _("Thank you: this shows others what is possible.")
    user = viewer()
    if participant.guest_id is not None or (user is not None and user.id == participant.user_id):
        notify(thanks)
        return redirect_to(local(participant_path(participant)))
    return page("answers/outcome_thanks.html", thanks=thanks)


def _fields(participant: Participant, known: Outcome | None) -> dict[str, object]:
    """Return the initial values: what this side told before, else the answer and organisation that can be known."""
    if known is not None and known.worked is not None:
        names = ("partner", "pupils", "lessons", "places", "again", "may_tell", "story")
        return {"worked": YES if known.worked else NO, **{name: getattr(known, name) for name in names}}
    clicked = request.args.get("gelukt")
    thread = participant.thread
    if participant.side == Side.OWNER:
        partner = queries.organisation_of_asker(thread)
    else:
        partner = thread.owner_organisation.name if thread.owner_organisation else ""
    worked = clicked if clicked in (YES, NO) else (YES if thread.state == "done" else None)
    return {"worked": worked, "partner": partner}
