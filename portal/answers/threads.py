"""The page of a thread, alike for members and guests: its messages, writing, and what comes of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, request

from portal.accounts.models import User
from portal.answers import brokers, conduct, held, labels, outcomes, pace, policies, promise, queries, services
from portal.answers.answer_forms import ColleagueForm, MessageForm, NoteForm
from portal.answers.links import outcome_path, participant_path
from portal.answers.models import TRANSITIONS, Message, Participant, Side, Thread, ThreadState
from portal.answers.services import Blocked, NotPossibleNow
from portal.board import policies as board_policies
from portal.community.policies import holders
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.storage import idempotency
from portal.core.web import limits
from portal.core.web.access import require
from portal.core.web.forms import ButtonForm, form_page, notify
from portal.core.web.rendering import redirect_to, wants_fragment
from portal.publishing.writing import action

MESSAGES_PER_DAY, DAY = 200, 86_400
STATES = {
    "afgesproken": ThreadState.AGREED,
    "gelukt": ThreadState.DONE,
    "niet-gelukt": ThreadState.FAILED,
    "verder": ThreadState.TALKING,
}
"""Values of the field `do` that change the state; any other value sends a message."""


def answer_request(participant: Participant) -> Response:
    """Show a thread, send a message in it, or change its state."""
    if request.method != "POST":
        return _page(participant, _message_form(participant), NoteForm())
    limits.hit("answer-message", f"{participant.user_id}-{participant.guest_id}", MESSAGES_PER_DAY, DAY)
    state = STATES.get(action())
    return _change_state(participant, state) if state else _send(participant)


def _message_form(participant: Participant, **kwargs: Any) -> MessageForm:
    return MessageForm(is_guest=participant.user_id is None, **kwargs)


def _send(participant: Participant) -> Response:
    form = _message_form(participant)
    if not form.validate():
        return _page(participant, form, NoteForm(formdata=None))
    try:
        _write_once(participant, form.once.data, lambda: services.send_message(participant, form.draft))
    except Blocked:
        form.form_errors.append(refused_text())
        return _page(participant, form, NoteForm(formdata=None))
    except NotPossibleNow:
        form.form_errors.append(
            _("This conversation was closed meanwhile. Your message was not sent; it is still here.")
        )
        return _page(participant, form, NoteForm(formdata=None))
    say_sent(participant.thread, participant, _("Your message is sent."))
    return redirect_to(local(participant_path(participant)))


def _change_state(participant: Participant, state: ThreadState) -> Response:
    form = NoteForm()
    form.must_explain = state == ThreadState.FAILED
    if not form.validate():
        return _page(participant, _message_form(participant, formdata=None), form)
    note, reason = form.note.data or "", form.chosen_reason
    try:
        _write_once(participant, form.once.data, lambda: services.set_state(participant, state, note, reason))
    except Blocked:
        notify(refused_text())
    except NotPossibleNow:
        notify(_("Somebody else changed this meanwhile. Look at it first, and try again if it is still needed."))
    else:
        if state == ThreadState.DONE and outcomes.get_outcome(participant) is None:
            return redirect_to(local(own_outcome_path(participant)))
    return redirect_to(local(participant_path(participant)))


def refused_text() -> str:
    """Return what somebody reads whom the other side blocked."""
    return _("The other side takes no messages from you. Yours was not sent.")


def say_sent(thread: Thread, participant: Participant, text: str) -> None:
    """Say that a message is sent, or that the editors look at it first."""
    newest = queries.list_messages(participant)[-1:]
    if newest and newest[0].is_held:
        text = _("You sent many messages with links in a short time. The editors look at this one first.")
    notify(text)


def own_outcome_path(participant: Participant) -> str:
    """Return the path at which a participant tells what came of the thread."""
    return f"{participant.thread.path}/resultaat" if participant.user_id else outcome_path(participant)


def _write_once(participant: Participant, key: str | None, write: Callable[[], Message]) -> None:
    def write_message() -> str:
        return write().thread.path

    idempotency.write_once(participant.user_id, f"answer-{participant.id}", key, write_message)


def answer_read(participant: Participant) -> Response:
    """Record that the messages were seen; htmx sends this when the page is shown."""
    sent = request.form.get("bericht", "")
    newest = queries.newest_message_id(participant.thread)
    services.mark_read(
        participant, min(int(sent), newest) if sent.isascii() and sent.isdigit() and len(sent) < 11 else 0
    )
    return Response(status=204) if wants_fragment() else redirect_to(local(participant_path(participant)))


def answer_let_in(participant: Participant) -> Response:
    """Let a colleague take part, who is chosen from those with a seat at the owning organisation."""
    require(policies.may_let_in(participant))
    form = ColleagueForm(_colleagues(participant))
    if not form.validate():
        return _page(participant, _message_form(participant, formdata=None), NoteForm(formdata=None), form)
    chosen = next(person for person in _colleagues(participant) if person.id == form.colleague.data)
    services.let_in(participant, chosen)
    notify(_("%(name)s can read and write here now.", name=chosen.name))
    return redirect_to(local(participant_path(participant)))


def answer_share(participant: Participant) -> Response:
    """Let the broker who looks after this thread read all of it."""
    form = ButtonForm()
    if not form.validate():
        return _page(participant, MessageForm(formdata=None), NoteForm(formdata=None))
    try:
        broker = brokers.share_words(participant)
    except NotPossibleNow:
        notify(_("Somebody else changed this meanwhile. Look at it first, and try again if it is still needed."))
    else:
        notify(_("%(name)s can read and write here now.", name=broker.name))
    return redirect_to(local(participant_path(participant)))


def _colleagues(participant: Participant) -> list[User]:
    """Return who may be let in: people with a seat at the owning organisation who do not take part yet."""
    organisation = participant.thread.owner_organisation
    if not policies.may_let_in(participant) or organisation is None:
        return []
    present = {row.user_id for row in participant.thread.participants}
    return [person for person in holders(organisation) if person.id not in present]


def _page(
    participant: Participant, form: MessageForm, note_form: NoteForm, colleague_form: ColleagueForm | None = None
) -> Response:
    thread = participant.thread
    post = thread.post
    own_post = post is not None and participant.user is not None and board_policies.is_own(participant.user, post)
    colleagues = _colleagues(participant)
    refused = next((one for one in (note_form, colleague_form) if one is not None and one.errors), form)
    messages = queries.list_messages(participant)
    told = outcomes.outcomes_of(thread)
    return form_page(
        "answers/thread.html",
        refused,
        message_form=form,
        note_form=note_form,
        colleague_form=colleague_form or (ColleagueForm(colleagues, formdata=None) if colleagues else None),
        thread=thread,
        post=post if post is not None and (post.is_visible or own_post) else None,
        may_fulfil=post is not None and own_post and board_policies.may_fulfil(participant.user, post),
        participant=participant,
        other_name=queries.other_name(participant),
        messages=messages,
        newest=messages[-1].id if messages else 0,
        next_states=() if thread.locked_at or thread.held_at else TRANSITIONS[ThreadState(thread.state)],
        may_say_not_now=thread.state == ThreadState.NEW and participant.side == Side.OWNER,
        reasons=labels.reasons(),
        has_blocked=conduct.has_blocked(participant),
        result=outcomes.result_of(thread, told.values()),
        told=told,
        differing=outcomes.differences(*told.values()) if len(told) == len(Side) else [],
        outcome_path=local(own_outcome_path(participant)),
        state_label=labels.states()[thread.state],
        acts=labels.acts(),
        message_kind=labels.message_kind,
        held=held.list_held(participant),
        unreachable=queries.unreachable_names(participant),
        path=local(participant_path(participant)),
        case=(open_case := brokers.open_case(thread)),
        case_shared=open_case is not None and brokers.has_words(open_case),
        is_own_turn=thread.turn == participant.side,
        due_on=promise.due_on(thread),
        away_until=_away_until(participant),
    )


def _away_until(participant: Participant) -> date | None:
    """Return until when the other side is away, None when somebody is there, or when it has nothing to do."""
    thread, other = participant.thread, Side(participant.side).other
    if thread.turn != other or not thread.is_open:
        return None
    people = [row.user for row in thread.participants if row.side == other and not row.is_broker]
    days = [pace.get_absence(person) if person is not None else None for person in people]
    return min((day for day in days if day), default=None) if all(days) else None
