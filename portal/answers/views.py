"""Pages of answers: answer a post, the list of one's threads, and a thread for members and for guests."""

from typing import Any

from flask import Response, abort, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import User
from portal.accounts.sessions import hashed
from portal.answers import broker_views as broker_views  # registers the pages of brokers
from portal.answers import jobs as jobs  # registers them
from portal.answers import labels, outcomes, pace, pending, queries, services, threads
from portal.answers import moderation as moderation  # registers the cases of the desk
from portal.answers import panels as panels  # registers them
from portal.answers import promise_views as promise_views  # registers the pages of the promise
from portal.answers.answer_forms import AnswerForm, GuestAnswerForm, MemberAnswerForm
from portal.answers.blueprint import PATH
from portal.answers.blueprint import bp as bp
from portal.answers.links import participant_path
from portal.answers.places import count_wrong_link, is_over_limit, own_place, place_of_guest
from portal.answers.queries import ThreadRow
from portal.answers.services import Blocked, NotPossibleNow
from portal.board import policies as board_policies
from portal.board import queries as board
from portal.board.models import Post
from portal.core.i18n import gettext as _
from portal.core.lists.pagination import parse_page_number
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, person, token_holders, viewer, visitors
from portal.core.web.body_limits import takes_files
from portal.core.web.forms import ButtonForm, PortalForm, form_page
from portal.core.web.rendering import page, redirect_to
from portal.publishing import submissions

KIND = "answer"
ANSWERS_PER_DAY = 50
ANSWERS_PER_ADDRESS = 200
"""Of guests behind one IP address, such as a school."""
FORWARDS_PER_DAY = 5
DAY = 86_400


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
@takes_files
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
    if _is_valid(form, post) and not _is_over_limit(form, user.id):
        try:
            path = submissions.submit(
                user,
                KIND,
                form.once.data,
                lambda: services.start_thread(post, user, form.draft, form.chosen_organisation),
            )
        except Blocked:
            form.form_errors.append(threads.refused_text())
        except NotPossibleNow:
            _say_closed(form)
        else:
            place = queries.find_open_place(post, user)
            sent = _("Your answer is sent. You get a mail as soon as there is a reply.")
            if place is not None:
                threads.say_sent(place.thread, place, sent)
            return redirect_to(local(path))
    return form_page("answers/answer.html", form, post=post, is_guest=False)


def _answer_as_guest(post: Post) -> Response:
    form = GuestAnswerForm(post)
    if _is_valid(form, post) and not _is_over_limit(form, form.email.data):
        limits.hit(f"{KIND}-guest", limits.address(), ANSWERS_PER_ADDRESS, DAY)
        try:
            pending.submit_guest_answer(post, form.guest, form.draft, form.once.data)
        except NotPossibleNow:
            _say_closed(form)
        else:
            return page("answers/underway.html", back=post.path, email=form.email.data)
    return form_page("answers/answer.html", form, post=post, is_guest=True)


def _is_over_limit(form: AnswerForm, who: object) -> bool:
    """Count an answer of a member (id) or a guest (address); return True when it is too many for a day."""
    if form.passes_on and is_over_limit(form, f"{KIND}-forward", who, FORWARDS_PER_DAY):
        return True
    return is_over_limit(form, KIND, who, ANSWERS_PER_DAY)


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
    found = queries.get_pending(hashed(token))
    form = ButtonForm()
    if found is not None and form.validate_on_submit():
        title = found.title
        try:
            participant = pending.confirm_guest_answer(token)
        except NotPossibleNow:
            return page("answers/too_late.html", title=title)
        if participant is not None:
            sent = _("Your answer is sent. You get a mail as soon as there is a reply.")
            threads.say_sent(participant.thread, participant, sent)
            return redirect_to(local(participant_path(participant)))
        found = None
    if found is None:
        count_wrong_link()
        return page("answers/link_gone.html", status=404)
    return form_page("answers/confirm.html", form, pending=found)


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
        unasked=[(place.thread, queries.other_name(place)) for place in outcomes.list_unasked(user)],
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
@takes_files
@members
def thread(thread_id: int) -> Response:
    """Show a thread to a member who takes part in it, and write in it."""
    return threads.answer_request(own_place(thread_id))


@bp.post(f"{PATH}<int:thread_id>/gelezen")
@members
def read(thread_id: int) -> Response:
    """Record that the messages of a thread were seen."""
    return threads.answer_read(own_place(thread_id))


@bp.post(f"{PATH}<int:thread_id>/meelezen")
@members
def let_in(thread_id: int) -> Response:
    """Let a colleague read and write in a thread."""
    return threads.answer_let_in(own_place(thread_id))


@bp.post(f"{PATH}<int:thread_id>/makelaar")
@members
def share(thread_id: int) -> Response:
    """Let the broker of a thread read what was written."""
    return threads.answer_share(own_place(thread_id))


@bp.post(f"{PATH}gast/<token>/makelaar")
@token_holders
def guest_share(token: str) -> Response:
    """Let the broker of a guest's thread read what was written."""
    return threads.answer_share(place_of_guest(token))


@bp.route(f"{PATH}gast/<token>", methods=["GET", "POST"])
@token_holders
def guest_thread(token: str) -> Response:
    """Show a thread to a guest with the signed link, and write in it."""
    return threads.answer_request(place_of_guest(token))


@bp.post(f"{PATH}gast/<token>/gelezen")
@token_holders
def guest_read(token: str) -> Response:
    """Record that the guest saw the messages of a thread."""
    return threads.answer_read(place_of_guest(token))


from portal.answers import conduct_views, contact_views, inbound, mail_views, outcome_views  # noqa: E402, F401  # hang on `bp`
