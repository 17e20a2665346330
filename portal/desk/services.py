"""Decisions on cases: the change, its audit entry and the mail to the sender are one transaction."""

from typing import Any

from portal.accounts.models import AuditEntry, User
from portal.core import clock
from portal.core.locale import DEFAULT, use_language
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
    """The case does not exist."""


class AlreadyDecided(Exception):
    """Another editor decided first; `entry` is their audit entry, None when there is none."""

    def __init__(self, entry: AuditEntry | None) -> None:
        """Take the latest audit entry about the case."""
        super().__init__("somebody else was first")
        self.entry = entry


class ChangedMeanwhile(Exception):
    """The sender changed it after the editor opened it."""


def possible_decisions(case: Case) -> dict[Decision, Decide]:
    """Return the decisions that are possible on a case now, each with the function that carries it out."""
    kind = desk.find_kind(case.kind)
    if kind is None:
        return {}
    judging = {Decision.APPROVE: kind.approve, Decision.SEND_BACK: kind.send_back, Decision.REFUSE: kind.refuse}
    possible: dict[Decision, Decide | None] = dict(judging) if case.is_waiting else {}
    if case.is_public:
        possible[Decision.UNPUBLISH] = kind.unpublish
    return {decision: carry for decision, carry in possible.items() if carry is not None}


def version_token(case: Case) -> str:
    """Return a token that differs for every version of a case; the decision form carries it."""
    return f"{int(case.since.timestamp() * 1000)}.{getattr(case.subject, 'version', 0) or 0}"


def needs_reason(case: Case, decision: Decision) -> bool:
    """Return whether a decision requires a reason for the sender."""
    return decision != Decision.APPROVE and (case.kind != REPORT or decision == Decision.UNPUBLISH)


def decide(
    kind: str, case_id: int, editor: User, decision: Decision, reason: str = "", seen: str | None = None
) -> Case:
    """Carry out a decision and mail the sender; raises UnknownCase, AlreadyDecided, ChangedMeanwhile.

    `seen` is the version token of the case as the editor saw it; None skips the check.
    """
    with transaction() as session:
        case = desk.find_case(kind, case_id)
        if case is None:
            raise UnknownCase(f"{kind}/{case_id}")
        carry = possible_decisions(case).get(decision)
        if carry is None:
            raise AlreadyDecided(last_entry(case.subject))
        if seen is not None and seen != version_token(case):
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
    """Return the latest audit entry about a row, None when there is none."""
    return next(iter(audit_log.entries_about(subject)), None)


def mail_decision(case: Case, decision: Decision, reason: str, editor: User) -> None:
    """Mail a decision to the sender within the running transaction, unless the sender took it."""
    person = case.author
    if person is None or person.id == editor.id or not person.is_active:
        return
    kind = desk.find_kind(case.kind)
    with use_language(DEFAULT):
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
            changed=[]
            if decision == Decision.UNPUBLISH
            else changes.changes_by_others(case.subject, person, case.since),
            contact=site_settings.read(settings.CONTACT),
        )
    except BadAddress:
        return
