"""Pages that mails lead to: an answer with one click, and mail that is held."""

from flask import Response, abort, request

from portal.answers import held, one_click, policies, threads
from portal.answers.answer_forms import OneClickForm
from portal.answers.blueprint import PATH, bp
from portal.answers.links import participant_path, read_one_click_token
from portal.answers.models import OneClick, Participant
from portal.answers.places import own_place, place_of_guest
from portal.answers.services import NotPossibleNow
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, token_holders
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.publishing.writing import action

PLACE = "plaats"
CLICKS_PER_HOUR, HOUR = 60, 3600


@bp.route(f"{PATH}snel/<token>", methods=["GET", "POST"])
@token_holders
def answer_with_one_click(token: str) -> Response:
    """Answer from a mail: GET shows what is answered, because mail scanners open links; POST answers."""
    if request.method == "POST":
        limits.hit("answer-click", limits.address(), CLICKS_PER_HOUR, HOUR)
    participant, act = read_one_click_token(token) or abort(404)
    if not policies.may_take_part(participant) or (participant.user and not participant.user.is_active):
        abort(404)
    if not one_click.may_answer(participant):
        return _answered(participant, was_before=True)
    form = OneClickForm(act)
    if form.validate_on_submit():
        try:
            one_click.answer(participant, act, form.words.data or "")
        except NotPossibleNow:
            return _answered(participant, was_before=True)
        return _answered(participant, was_before=False)
    messages = participant.thread.messages
    return form_page(
        "answers/one_click.html",
        form,
        thread=participant.thread,
        is_yes=act == OneClick.YES,
        last=messages[-1] if messages else None,
        path=local(participant_path(participant)),
    )


def _answered(participant: Participant, *, was_before: bool) -> Response:
    return page(
        "answers/answered.html",
        was_before=was_before,
        thread=participant.thread,
        path=local(participant_path(participant)),
    )


@bp.post(f"{PATH}<int:thread_id>/vastgehouden/<int:held_id>")
@members
def judge_held(thread_id: int, held_id: int) -> Response:
    """Place or delete a mail that is held for a member."""
    return _judge(own_place(thread_id), held_id)


@bp.post(f"{PATH}gast/<token>/vastgehouden/<int:held_id>")
@token_holders
def guest_judge_held(token: str, held_id: int) -> Response:
    """Place or delete a mail that is held for a guest."""
    return _judge(place_of_guest(token), held_id)


def _judge(participant: Participant, held_id: int) -> Response:
    row = held.get_held(participant, held_id) or abort(404)
    limits.hit("answer-message", f"{participant.user_id}-{participant.guest_id}", threads.MESSAGES_PER_DAY, threads.DAY)
    if ButtonForm().validate_on_submit():
        try:
            if action() == PLACE:
                held.place_held(row)
                notify(_("Your mail stands in the conversation now."))
            else:
                held.drop_held(row)
                notify(_("The mail is deleted."))
        except NotPossibleNow:
            notify(_("This conversation is closed. Open it again first; the mail stays here."))
    return redirect_to(local(participant_path(participant)))
