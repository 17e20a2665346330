"""Reports about content and persons: submitting one, and deciding it at the desk."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts import audit
from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.storage import idempotency, site_settings
from portal.core.storage.database import transaction
from portal.desk import services, settings
from portal.desk.labels import REPORT, Decision, ground_label
from portal.desk.models import PERSON, Ground, Report, ReportState
from portal.mail.addresses import BadAddress
from portal.mail.services import send
from portal.publishing import desk
from portal.publishing.desk import Case

TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Target:
    """The subject of a report: public content, or a person with an account."""

    kind: str
    id: int
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """The contents of a report form; `email` is the address of a visitor who wants an answer."""

    ground: Ground
    text: str = ""
    wants_answer: bool = False
    email: str = ""


def find_target(kind: str, about_id: int) -> Target | None:
    """Return the subject of a report; None when it does not exist or is not public."""
    if kind == PERSON:
        user = db.session.get(User, about_id)
        return Target(kind, user.id, user.name, user.path) if user and user.is_active else None
    case = desk.find_case(kind, about_id) if kind != REPORT else None
    return Target(kind, case.id, case.title, case.path) if case and case.is_public else None


def submit_report(target: Target, complaint: Complaint, reporter: User | None, once_key: str | None = None) -> None:
    """Store a report; a second one with the same idempotency key is ignored."""
    path = f"/melden/{target.kind}/{target.id}"
    with transaction() as session:
        if idempotency.stored_result(reporter.id if reporter else None, path, once_key):
            return
        report = Report(
            kind=target.kind,
            about_id=target.id,
            title=target.title[:TITLE_LENGTH],
            path=target.path,
            ground=complaint.ground,
            text=complaint.text,
            reporter=reporter,
            reporter_email=None if reporter else complaint.email or None,
            wants_answer=complaint.wants_answer or bool(complaint.email),
        )
        session.add(report)
        session.flush()
        audit.record(reporter, "report.made", report, about=target.kind, ground=complaint.ground.value)
        idempotency.store_result(reporter.id if reporter else None, path, once_key, path)


# ── at the desk ───────────────────────────────────────────────────────────────────────────────────


def awaiting() -> list[Case]:
    """Return the open reports as cases, oldest first."""
    statement = select(Report).where(Report.state == ReportState.OPEN).options(joinedload(Report.reporter))
    return [_case(report) for report in db.session.scalars(statement.order_by(Report.created_at, Report.id))]


def find_case(report_id: int) -> Case | None:
    """Return a report as a case, None when it does not exist; `is_public` if its subject can be unpublished."""
    report = db.session.get(Report, report_id)
    if report is None:
        return None
    about = _about(report)
    return _case(report, is_public=about is not None and Decision.UNPUBLISH in services.possible_decisions(about))


def count_open() -> int:
    """Return the number of open reports."""
    return db.session.scalar(select(func.count(Report.id)).where(Report.state == ReportState.OPEN)) or 0


def _about(report: Report) -> Case | None:
    return desk.find_case(report.kind, report.about_id) if report.kind != REPORT else None


def _case(report: Report, *, is_public: bool = False) -> Case:
    waiting = report.state == ReportState.OPEN
    return Case(
        kind=REPORT,
        id=report.id,
        title=report.title,
        since=report.created_at,
        subject=report,
        author=report.reporter,
        path=report.path,
        note=report.text,
        is_waiting=waiting,
        is_public=waiting and is_public,
        facts=((_("Reason of the report"), ground_label(report.kind, Ground(report.ground))),),
    )


def _settle(state: ReportState, action: str) -> desk.Decide:
    def carry(case: Case, editor: User, reason: str | None) -> None:
        report: Report = case.subject
        if report.state != ReportState.OPEN:
            raise services.AlreadyDecided(services.last_entry(report))
        report.state, report.decided_at, report.decided_by = state, clock.now(), editor
        audit.record(editor, action, report, note=reason)
        _answer(report, reason or "")

    return carry


def _take_off(case: Case, editor: User, reason: str | None) -> None:
    """Unpublish the reported content, mail its author, and close the report as handled."""
    about = _about(case.subject)
    carry = services.possible_decisions(about).get(Decision.UNPUBLISH) if about else None
    if about is None or carry is None:
        raise services.AlreadyDecided(services.last_entry(case.subject))
    carry(about, editor, reason)
    services.mail_decision(about, Decision.UNPUBLISH, reason or "", editor)
    handled(case, editor, reason)


def _answer(report: Report, reason: str) -> None:
    """Mail the outcome to the reporter if they asked for it, and remove a visitor's address."""
    to = report.reporter if report.reporter and report.reporter.is_active else report.reporter_email
    if to and report.wants_answer:
        with suppress(BadAddress):
            send(
                settings.REPORT_MAIL.name,
                to,
                "desk/report",
                unique=f"desk:report:{report.id}",
                title=report.title,
                handled=report.state == ReportState.HANDLED,
                reason=reason,
                contact=site_settings.read(settings.CONTACT),
            )
    report.reporter_email = None


handled = _settle(ReportState.HANDLED, "report.handled")
dismissed = _settle(ReportState.DISMISSED, "report.dismissed")

desk.register(
    REPORT,
    lazy_gettext("Reported"),
    awaiting,
    find_case,
    approve=handled,
    send_back=None,
    refuse=dismissed,
    unpublish=_take_off,
    count=count_open,
)
