"""Deciding: the act, its audit line and the mail to whoever sent it in are one transaction."""

from typing import Any

from portal.accounts.models import AuditEntry, User
from portal.core import clock
from portal.core.locale import DEFAULT, speaking
from portal.core.storage import site_settings
from portal.core.storage.database import transaction
from portal.desk import audit_log, settings
from portal.desk.labels import REPORT, Decision, done_label
from portal.mail.addresses import BadAddress
from portal.mail.services import send
from portal.publishing import changes, desk
from portal.publishing.desk import Case, Decide
from portal.publishing.services import NotAllowedNow


class UnknownCase(LookupError):
    """There is no such case."""


class AlreadyDecided(Exception):
    """Somebody else was first; `entry` tells who and what, None when the log does not know."""

    def __init__(self, entry: AuditEntry | None) -> None:
        """Take the last line of the log about it."""
        super().__init__("somebody else was first")
        self.entry = entry


class ChangedMeanwhile(Exception):
    """The sender changed it after the editor looked at it."""


def carriers(case: Case) -> dict[Decision, Decide]:
    """Return the decisions that can be taken of a case now, with what carries them out."""
    kind = desk.find_kind(case.kind)
    if kind is None:
        return {}
    judging = {Decision.APPROVE: kind.approve, Decision.SEND_BACK: kind.send_back, Decision.REFUSE: kind.refuse}
    possible: dict[Decision, Decide | None] = dict(judging) if case.is_waiting else {}
    if case.is_public:
        possible[Decision.UNPUBLISH] = kind.unpublish
    return {decision: carry for decision, carry in possible.items() if carry is not None}


def mark(case: Case) -> str:
    """Return what tells two versions of a case apart, for the form that decides about it."""
    return f"{int(case.since.timestamp() * 1000)}.{getattr(case.subject, 'version', 0) or 0}"


def needs_reason(case: Case, decision: Decision) -> bool:
    """Whether the sender must be told why."""
    return decision != Decision.APPROVE and (case.kind != REPORT or decision == Decision.UNPUBLISH)


def decide(
    kind: str, case_id: int, editor: User, decision: Decision, reason: str = "", seen: str | None = None
) -> Case:
    """Carry out a decision and tell the sender; raises UnknownCase, AlreadyDecided or ChangedMeanwhile.

    `seen` is the mark of the case as the editor saw it.
    """
    with transaction() as session:
        case = desk.find_case(kind, case_id)
        if case is None:
            raise UnknownCase(f"{kind}/{case_id}")
        carry = carriers(case).get(decision)
        if carry is None:
            raise AlreadyDecided(last_entry(case.subject))
        if seen is not None and seen != mark(case):
            raise ChangedMeanwhile
        try:
            carry(case, editor, reason or None)
        except NotAllowedNow as error:
            raise AlreadyDecided(last_entry(case.subject)) from error
        session.flush()
        if kind != REPORT:
            mail_decision(case, decision, reason, editor)
        return case


def last_entry(subject: Any) -> AuditEntry | None:
    """Return the last line of the log about a row."""
    return next(iter(audit_log.about(subject)), None)


def mail_decision(case: Case, decision: Decision, reason: str, editor: User) -> None:
    """Mail a decision to the sender, within the running transaction; not when that is who decided."""
    person = case.author
    if person is None or person.id == editor.id or not person.is_active:
        return
    kind = desk.find_kind(case.kind)
    with speaking(DEFAULT):
        words = done_label(case.kind, decision)
        label = str(kind.label) if kind else ""
    try:
        send(
            settings.DECISION_MAIL.name,
            person,
            "desk/decision",
            unique=f"desk:{case.kind}:{case.id}:{decision}:{clock.now().isoformat()}",
            title=case.title_for_sender or case.title,
            kind_label=label,
            decision=decision.value,
            words=words,
            reason=reason,
            path=case.path,
            edit_path=case.edit_path,
            changed=[] if decision == Decision.UNPUBLISH else changes.by_editors(case.subject, person, case.since),
            contact=site_settings.read(settings.CONTACT),
        )
    except BadAddress:
        return
