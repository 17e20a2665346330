"""Pages of answers: answer a post, the list of one's threads, and a thread for members and for guests."""

from typing import Any

from flask import Response, abort, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import User
from portal.accounts.sessions import hashed
from portal.answers import broker_views as broker_views  # registers the pages of brokers
from portal.answers import jobs as jobs  # registers them
from portal.answers import labels, pace, policies, queries, services, threads
from portal.answers import promise_views as promise_views  # registers the pages of the promise
from portal.answers.answer_forms import GuestAnswerForm, MemberAnswerForm
from portal.answers.blueprint import PATH
from portal.answers.blueprint import bp as bp
from portal.answers.links import participant_path, read_guest_token
from portal.answers.models import Participant
from portal.answers.queries import ThreadRow
from portal.answers.services import NotPossibleNow
from portal.board import policies as board_policies
from portal.board import queries as board
from portal.board.models import Post
from portal.core.i18n import gettext as _
from portal.core.lists.pagination import parse_page_number
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, person, token_holders, viewer, visitors
from portal.core.web.forms import ButtonForm, PortalForm, form_page, notify
from portal.core.web.rendering import page, redirect_to
from portal.publishing import submissions

KIND = "answer"
ANSWERS_PER_DAY = 20
LINKS_PER_HOUR = 60
HOUR, DAY = 3600, 86_400


@bp.app_context_processor
def waiting() -> dict[str, int]:
    """Return `answers_waiting`, in how many threads it is this person's turn, for the menu."""
    try:
        user = person()
        return {"answers_waiting": queries.count_waiting(user) if user else 0}
    except SQLAlchemyError:
        current_app.logger.warning("answers_not_counted")
        return {"answers_waiting": 0}


@bp.route("/vraag-en-aanbod/<int:post_id>/antwoorden", methods=["GET", "POST"])
@visitors
def answer(post_id: int) -> Response:
    """Answer a post, with or without an account; its owner sees the answers so far."""
    user: User | None = viewer()
    post = board.get_post(post_id) or abort(404)
    if not board_policies.may_read(user, post):
        abort(404)
    if user is not None and board_policies.is_own(user, post):
        return page("answers/of_post.html", post=post, state_labels=labels.states(), **_numbered(user, post))
    if request.method != "POST" and user is not None and (place := queries.find_open_place(post, user)) is not None:
        return redirect_to(local(place.thread.path))
    return _answer_as_member(user, post) if user is not None else _answer_as_guest(post)


def _answer_as_member(user: User, post: Post) -> Response:
    form = MemberAnswerForm(post, user)
    if _is_valid(form, post):
        limits.hit(KIND, user.id, ANSWERS_PER_DAY, DAY)
        try:
            path = submissions.submit(
                user,
                KIND,
                form.once.data,
                lambda: services.start_thread(post, user, form.draft, form.chosen_organisation),
            )
        except NotPossibleNow:
            _say_closed(form)
        else:
            notify(_("Your answer is sent. You get a mail as soon as there is a reply."))
            return redirect_to(local(path))
    return form_page("answers/answer.html", form, post=post, is_guest=False)


def _answer_as_guest(post: Post) -> Response:
    form = GuestAnswerForm(post)
    if _is_valid(form, post):
        limits.hit(f"{KIND}-guest", limits.address(), ANSWERS_PER_DAY, DAY)
        limits.hit(f"{KIND}-guest-mail", form.email.data, ANSWERS_PER_DAY, DAY)
        try:
            services.submit_guest_answer(post, form.guest, form.draft, form.once.data)
        except NotPossibleNow:
            _say_closed(form)
        else:
            return page("answers/underway.html", post=post, email=form.email.data)
    return form_page("answers/answer.html", form, post=post, is_guest=True)


def _is_valid(form: PortalForm, post: Post) -> bool:
    """Return whether a form was sent without errors; a post that takes no answers is an error of the form."""
    if not form.validate_on_submit():
        return False
    if not post.is_active:
        _say_closed(form)
    return post.is_active


def _say_closed(form: PortalForm) -> None:
    form.form_errors.append(
        _("This post was closed meanwhile. Your answer was not sent; what you wrote is still here.")
    )


@bp.route(f"{PATH}bevestigen/<token>", methods=["GET", "POST"])
@token_holders
def confirm(token: str) -> Response:
    """Confirm the address of a guest: GET shows a button, because mail scanners open links; POST sends the answer."""
    limits.hit(f"{KIND}-link", limits.address(), LINKS_PER_HOUR, HOUR)
    pending = queries.get_pending(hashed(token))
    form = ButtonForm()
    if pending is not None and form.validate_on_submit():
        try:
            participant = services.confirm_guest_answer(token)
        except NotPossibleNow:
            return page("answers/too_late.html", post=pending.post)
        if participant is not None:
            notify(_("Your answer is sent. You get a mail as soon as there is a reply."))
            return redirect_to(local(participant_path(participant)))
        pending = None
    if pending is None:
        return page("answers/link_gone.html", status=404)
    return form_page("answers/confirm.html", form, pending=pending)


@bp.get(PATH)
@members
def index() -> Response:
    """List a member's threads: those in which it is the member's turn first, the longest waiting on top."""
    user: User = viewer()
    listed = _numbered(user)
    rows: list[ThreadRow] = listed["rows"]
    return page(
        "answers/index.html",
        due=[row for row in rows if row.is_due],
        others=[row for row in rows if row.thread.is_open and not row.is_due],
        closed=[row for row in rows if not row.thread.is_open],
        state_labels=labels.states(),
        away=pace.get_absence(user),
        **listed,
    )


def _numbered(user: User, post: Post | None = None) -> dict[str, Any]:
    """Return the template variables of a page of threads; 404 for a number beyond the last."""
    number = parse_page_number(request.args.get("pagina"))
    pages = max(1, -(-queries.count_threads(user, post) // queries.PAGE_SIZE))
    if number > pages:
        abort(404)
    return {
        "rows": queries.list_threads(user, post, number),
        "number": number,
        "pages": pages,
        "address": lambda other: f"{local(request.path)}?pagina={other}",
    }


@bp.route(f"{PATH}<int:thread_id>", methods=["GET", "POST"])
@members
def thread(thread_id: int) -> Response:
    """Show a thread to a member who takes part in it, and write in it."""
    return threads.answer_request(_own_place(thread_id))


@bp.post(f"{PATH}<int:thread_id>/gelezen")
@members
def read(thread_id: int) -> Response:
    """Record that the messages of a thread were seen."""
    return threads.answer_read(_own_place(thread_id))


@bp.post(f"{PATH}<int:thread_id>/meelezen")
@members
def let_in(thread_id: int) -> Response:
    """Let a colleague read and write in a thread."""
    return threads.answer_let_in(_own_place(thread_id))


@bp.post(f"{PATH}<int:thread_id>/makelaar")
@members
def share(thread_id: int) -> Response:
    """Let the broker of a thread read what was written."""
    return threads.answer_share(_own_place(thread_id))


@bp.post(f"{PATH}gast/<token>/makelaar")
@token_holders
def guest_share(token: str) -> Response:
    """Let the broker of a guest's thread read what was written."""
    return threads.answer_share(_place_of_guest(token))


@bp.route(f"{PATH}gast/<token>", methods=["GET", "POST"])
@token_holders
def guest_thread(token: str) -> Response:
    """Show a thread to a guest with the signed link, and write in it."""
    return threads.answer_request(_place_of_guest(token))


@bp.post(f"{PATH}gast/<token>/gelezen")
@token_holders
def guest_read(token: str) -> Response:
    """Record that the guest saw the messages of a thread."""
    return threads.answer_read(_place_of_guest(token))


def _own_place(thread_id: int) -> Participant:
    """Return the member's place in a thread; 404 when there is none, so that nobody learns which threads exist."""
    found = queries.get_thread(thread_id) or abort(404)
    place = queries.get_participant(found, viewer())
    if place is None or not policies.may_take_part(place):
        abort(404)
    return place


def _place_of_guest(token: str) -> Participant:
    if request.method == "POST":
        limits.hit(f"{KIND}-link", limits.address(), LINKS_PER_HOUR, HOUR)
    return read_guest_token(token) or abort(404)
