"""Reported threads and held messages on the editors' desk; importing this module registers them.

Editors read a reported thread only until they decided, and of a held message only that message.
"""

from flask import render_template
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts import audit
from portal.accounts.models import User
from portal.answers import labels, links, queries, services
from portal.answers.conduct_models import ThreadReport
from portal.answers.models import Guest, Hold, Message, Participant, ThreadState
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.mail import services as mail
from portal.publishing import desk
from portal.publishing.desk import Case
from portal.publishing.models import State
from portal.publishing.services import NotAllowedNow

REPORT, HELD = "gesprek", "vastgehouden"


# ── reported threads ──────────────────────────────────────────────────────────────────────────────


def reported() -> list[Case]:
    """Return the reported threads that wait for a decision, oldest first."""
    waiting = select(ThreadReport).where(ThreadReport.decided_at.is_(None)).options(joinedload(ThreadReport.thread))
    return [_report_case(row) for row in db.session.scalars(waiting.order_by(ThreadReport.created_at))]


def find_report(report_id: int) -> Case | None:
    """Return a report about a thread as a case, None when it does not exist."""
    row = db.session.get(ThreadReport, report_id)
    return _report_case(row) if row else None


def count_reported() -> int:
    """Return the number of reported threads that wait."""
    waiting = select(func.count(ThreadReport.id)).where(ThreadReport.decided_at.is_(None))
    return db.session.scalar(waiting) or 0


def _report_case(row: ThreadReport) -> Case:
    return Case(
        kind=REPORT,
        id=row.id,
        title=_("Conversation about “%(title)s”", title=row.thread.subject),
        since=row.created_at,
        subject=row,
        author=row.reporter,
        path=row.thread.path,
        note=row.text,
        is_waiting=row.decided_at is None,
        facts=((_("Reported by"), row.reporter_name),),
    )


def render_report(case: Case) -> Markup:
    """Return the messages of a reported thread; only why it was reported once that was decided."""
    return _render(case, queries.list_all_messages(case.subject.thread))


def _render(case: Case, messages: list[Message]) -> Markup:
    html = render_template(
        "answers/_for_editors.html",
        messages=messages if case.is_waiting else [],
        note=case.note,
        acts=labels.acts(),
        is_waiting=case.is_waiting,
    )
    return Markup(html)  # noqa: S704  # rendered by Jinja, which escapes


def close_thread(case: Case, editor: User, reason: str | None) -> None:
    """Close a reported thread for good: nobody can write in it or open it again."""
    _settle(case, editor, "conversation.closed", reason)
    thread = case.subject.thread
    thread.locked_at, thread.turn, thread.turn_since = clock.now(), None, None
    if thread.is_open:
        thread.state = ThreadState.FAILED


def leave_thread(case: Case, editor: User, reason: str | None) -> None:
    """Decide that a reported thread may go on."""
    _settle(case, editor, "conversation.left", reason)


def _settle(case: Case, editor: User, act: str, reason: str | None) -> None:
    row: ThreadReport = case.subject
    if row.decided_at is not None:
        raise NotAllowedNow(State.OPEN, State.OPEN)
    row.decided_at = clock.now()
    audit.record(editor, act, row, note=reason)


# ── held messages ─────────────────────────────────────────────────────────────────────────────────


def held() -> list[Case]:
    """Return the held messages, oldest first."""
    waiting = select(Message).where(*_IS_HELD).order_by(Message.created_at, Message.id)
    return [_held_case(row) for row in db.session.scalars(waiting)]


_IS_HELD = (Message.hold == Hold.WAITING,)


def find_held(message_id: int) -> Case | None:
    """Return a message that is or was held as a case, None when there is none; other messages are no cases."""
    row = db.session.get(Message, message_id)
    return _held_case(row) if row is not None and row.hold is not None else None


def count_held() -> int:
    """Return the number of held messages."""
    return db.session.scalar(select(func.count(Message.id)).where(*_IS_HELD)) or 0


def _held_case(row: Message) -> Case:
    return Case(
        kind=HELD,
        id=row.id,
        title=row.thread.subject,
        since=row.created_at,
        subject=row,
        author=db.session.get(User, row.user_id) if row.user_id else None,
        path=row.thread.path,
        is_waiting=row.hold == Hold.WAITING,
        facts=((_("Written by"), row.author_name),),
    )


def render_held(case: Case) -> Markup:
    """Return a held message as long as it waits."""
    return _render(case, [case.subject])


def let_through(case: Case, editor: User, reason: str | None) -> None:
    """Send a held message, and what else of its thread is held."""
    message: Message = case.subject
    audit.record(editor, "conversation.let_through", message, note=reason)
    services.release_held(message.thread)
    _mail_guest(message, reason, sent=True)


def refuse_message(case: Case, editor: User, reason: str | None) -> None:
    """Do not send a held message; its sender still sees it, with that it was refused."""
    message: Message = case.subject
    message.hold = Hold.REFUSED
    if message.thread.held_at is not None:
        message.thread.state, message.thread.locked_at = ThreadState.FAILED, clock.now()
    audit.record(editor, "conversation.refused", message, note=reason)
    _mail_guest(message, reason, sent=False)


def _mail_guest(message: Message, reason: str | None, *, sent: bool) -> None:
    """Tell a guest what the editors decided; the desk mails members."""
    guest = db.session.get(Guest, message.guest_id) if message.guest_id else None
    places = (row for row in message.thread.participants if guest is not None and row.guest_id == guest.id)
    place: Participant | None = next(places, None)
    if guest is not None and place is not None:
        mail.send(
            services.MAIL_GUEST,
            guest.email,
            "answers/decided",
            unique=f"answer-decided-{message.id}",
            thread=message.thread,
            sent=sent,
            reason=reason or "",
            thread_path=links.guest_path(place),
        )


desk.register(
    REPORT,
    lazy_gettext("Reported conversation"),
    reported,
    find_report,
    close_thread,
    None,
    leave_thread,
    unpublish=None,
    render=render_report,
    count=count_reported,
)
desk.register(
    HELD,
    lazy_gettext("Held message"),
    held,
    find_held,
    let_through,
    None,
    refuse_message,
    unpublish=None,
    render=render_held,
    count=count_held,
)
