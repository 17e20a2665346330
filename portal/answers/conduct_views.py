"""Blocking, reporting, files of messages, and refusing forwarded posts; for members and for guests with their link."""

from flask import Response, abort, request

from portal.answers import conduct, forwards, queries
from portal.answers.answer_forms import ReportForm
from portal.answers.blueprint import PATH, bp
from portal.answers.links import participant_path
from portal.answers.models import Participant, Side
from portal.answers.places import count_wrong_link, own_place, place_of_guest
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.storage import idempotency
from portal.core.web import limits
from portal.core.web.access import members, token_holders
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.files import serving

CONDUCT_PER_DAY, DAY = 30, 86_400
FILE = "<string(length=32):file_token>"


@bp.post(f"{PATH}<int:thread_id>/blokkeren")
@members
def block(thread_id: int) -> Response:
    """Block or unblock the other side of a thread."""
    return _answer_block(own_place(thread_id))


@bp.post(f"{PATH}gast/<token>/blokkeren")
@token_holders
def guest_block(token: str) -> Response:
    """Block or unblock the other side of a thread, as a guest."""
    return _answer_block(place_of_guest(token))


def _answer_block(participant: Participant) -> Response:
    if not ButtonForm().validate_on_submit():
        abort(400)
    limits.hit("answer-conduct", f"{participant.user_id}-{participant.guest_id}", CONDUCT_PER_DAY, DAY)
    if request.form.get("do") == "deblokkeer":
        conduct.unblock(participant)
        notify(_("The other side can write to you again."))
    else:
        conduct.block(participant)
        notify(_("Nothing of the other side gets through to you any more, here and in new conversations."))
    return redirect_to(local(participant_path(participant)))


@bp.route(f"{PATH}<int:thread_id>/melden", methods=["GET", "POST"])
@members
def report(thread_id: int) -> Response:
    """Report a thread to the editors."""
    return _answer_report(own_place(thread_id))


@bp.route(f"{PATH}gast/<token>/melden", methods=["GET", "POST"])
@token_holders
def guest_report(token: str) -> Response:
    """Report a thread to the editors, as a guest."""
    return _answer_report(place_of_guest(token))


def _answer_report(participant: Participant) -> Response:
    form = ReportForm()
    path = local(participant_path(participant))
    if form.validate_on_submit():
        limits.hit("answer-conduct", f"{participant.user_id}-{participant.guest_id}", CONDUCT_PER_DAY, DAY)
        text = form.text.data or ""

        def write() -> str:
            conduct.report(participant, text)
            return path

        idempotency.write_once(participant.user_id, f"answer-report-{participant.id}", form.once.data, write)
        notify(_("The editors look at this conversation. Until they decided, they can read it."))
        return redirect_to(path)
    return form_page("answers/report.html", form, thread=participant.thread, path=path)


@bp.get(f"{PATH}<int:thread_id>/bestand/{FILE}")
@members
def file(thread_id: int, file_token: str) -> Response:
    """Return a file with a message to a member who takes part in the thread."""
    return _answer_file(own_place(thread_id), file_token)


@bp.get(f"{PATH}gast/<token>/bestand/{FILE}")
@token_holders
def guest_file(token: str, file_token: str) -> Response:
    """Return a file with a message to the guest of the thread."""
    return _answer_file(place_of_guest(token), file_token)


def _answer_file(participant: Participant, token: str) -> Response:
    found = queries.get_attachment(participant.thread, Side(participant.side), token)
    return serving.respond(found or abort(404))


@bp.route(f"{PATH}niet-doorsturen/<token>", methods=["GET", "POST"])
@token_holders
def refuse_forwards(token: str) -> Response:
    """Refuse mails with forwarded posts: GET shows a button, because mail scanners open links; POST does it."""
    known = forwards.read_token(token)
    if known is None:
        count_wrong_link()
        abort(404)
    form = ButtonForm()
    if form.validate_on_submit():
        forwards.refuse(known)
    if forwards.is_refused(known):
        return page("answers/forwards_refused.html")
    return form_page("answers/refuse_forwards.html", form)
