"""Views of the desk: the queue, a case, the audit log, and the public report form."""

from typing import cast

from flask import Response, abort, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import AuditEntry, User
from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.lists.pagination import parse_page_number
from portal.core.locale import local
from portal.core.spreadsheet import csv_file
from portal.core.web import limits
from portal.core.web.access import editors, viewer, visitors
from portal.core.web.forms import form_page, notify
from portal.core.web.navigation import absolute
from portal.core.web.rendering import page, redirect_to
from portal.core.working_days import working_days
from portal.desk import audit_log, cases, forms, log_lines, log_words, reports, services, settings
from portal.desk.blueprint import PATH, bp
from portal.desk.labels import THINGS, Decision, done_label
from portal.desk.log_lines import Line
from portal.desk.models import PERSON, Ground
from portal.publishing import desk
from portal.publishing.desk import Case

LOG = f"{PATH}logboek"
SENT = "verzonden"


@bp.app_context_processor
def waiting() -> dict[str, int]:
    """Return `desk_waiting`, the number of pending cases, for the menu; 0 when the database is unavailable."""
    person = viewer()
    try:
        return {"desk_waiting": desk.waiting_count() if person and person.is_editor else 0}
    except SQLAlchemyError:
        db.session.rollback()
        return {"desk_waiting": 0}


@bp.get(PATH)
@editors
def index() -> Response:
    """List the pending cases, oldest first."""
    chosen = request.args.get("soort", "")
    chosen = chosen if desk.find_kind(chosen) else ""
    return page("desk/index.html", queue=cases.get_queue(chosen), chosen=chosen, path=local(PATH), log=local(LOG))


@bp.route(f"{PATH}<kind>/<int:case_id>", methods=["GET", "POST"])
@editors
def case(kind: str, case_id: int) -> Response:
    """Show a case as it will look when published; POST carries out the editor's decision."""
    found = desk.find_case(kind, case_id) or abort(404)
    form = _decision_form(found)
    decision = _decision()
    if form.is_submitted() and "fill" in request.form:
        form.fill_in(settings.ready_reasons())
        return _case_page(found, form)
    if form.is_submitted() and decision not in services.possible_decisions(found):
        return _too_late(found, form, services.last_entry(found.subject))
    form.needs_reason = decision is not None and services.needs_reason(found, decision)
    if decision is None or not form.validate_on_submit():
        return _case_page(found, form)
    return _decide(found, decision, form)


def _decide(found: Case, decision: Decision, form: forms.DecisionForm) -> Response:
    kind, case_id = found.kind, found.id
    try:
        services.decide(kind, case_id, _editor(), decision, form.reason.data or "", form.seen.data)
    except services.AlreadyDecided as error:
        return _too_late(desk.find_case(kind, case_id) or abort(404), form, error.entry)
    except services.ChangedMeanwhile:
        form.reason.errors = [*form.reason.errors, _("The sender changed this meanwhile. Look again, then decide.")]
        fresh = desk.find_case(kind, case_id) or abort(404)
        form.seen.data = services.version_token(fresh)
        return _case_page(fresh, form)
    except services.UnknownCase:
        abort(404)
    notify(done_label(kind, decision))
    return redirect_to(local(f"{PATH}{kind}/{case_id}"))


def _decision_form(found: Case) -> forms.DecisionForm:
    form = forms.DecisionForm()
    form.offer(settings.ready_reasons())
    if not form.is_submitted():
        form.seen.data = services.version_token(found)
    return form


def _decision() -> Decision | None:
    sent = request.form.get("decision", "")
    return Decision(sent) if sent in set(Decision) else None


def _too_late(found: Case, form: forms.DecisionForm, entry: AuditEntry | None) -> Response:
    """Show that the decision was not carried out, and who decided first (409)."""
    return _case_page(found, form, status=409, is_late=True, first=Line(entry) if entry else None)


def _case_page(
    found: Case, form: forms.DecisionForm, status: int = 200, is_late: bool = False, first: Line | None = None
) -> Response:
    days = working_days(found.since, clock.today())
    about = cases.reported_case(found)
    return form_page(
        "desk/case.html",
        form,
        fragment="decision",
        status=status,
        case=found,
        is_late=is_late,
        first=first,
        kind_label=cases.case_label(found),
        days=days,
        is_overdue=found.is_waiting and days > settings.overdue_days(),
        preview=cases.preview(found),
        about=cases.preview(about) if about else "",
        edit_path=cases.edit_path(found),
        has_page=cases.has_page(found),
        buttons=cases.buttons(found),
        history=cases.history(found),
        following=cases.next_case(found),
        path=local(PATH),
        address=local(f"{PATH}{found.kind}/{found.id}"),
    )


def _editor() -> User:
    return cast(User, current_user._get_current_object())


# ── the audit log: read-only ──────────────────────────────────────────────────────────────────────


@bp.get(LOG)
@editors
def audit() -> Response:
    """List the audit log, newest first."""
    known = audit_log.list_acts()
    wanted, ignored = forms.parse_log(request.args, known)
    number = parse_page_number(request.args.get("pagina"))
    total = audit_log.count(wanted)
    pages = max(1, -(-total // audit_log.ROWS_A_PAGE))
    if number > pages:
        abort(404)
    return page(
        "desk/audit.html",
        fragment="results",
        wanted=wanted,
        ignored=ignored,
        total=total,
        rows=log_lines.lines(audit_log.get_page(wanted, number)),
        actions=sorted(((action, log_words.act_label(action)) for action in known), key=lambda row: row[1]),
        number=number,
        pages=pages,
        path=local(LOG),
        desk=local(PATH),
        file=forms.log_address(local(f"{LOG}.csv"), wanted),
        address=lambda other: forms.log_address(local(LOG), wanted, other),
    )


@bp.get(f"{LOG}.csv")
@editors
def audit_file() -> Response:
    """Return the filtered audit log as CSV."""
    wanted, _ignored = forms.parse_log(request.args, audit_log.list_acts())
    header = (_("When"), _("By whom"), _("Act"), _("About"), _("Title"), _("Address"), _("Reason"), _("Details"))
    rows = (
        (
            line.entry.at,
            line.by,
            line.label,
            line.about,
            line.entry.subject_title,
            absolute(line.path) if line.path else "",
            line.entry.note,
            "; ".join(log_lines.in_words(line)),
        )
        for line in log_lines.lines(audit_log.list_entries(wanted))
    )
    return csv_file("logboek", header, rows)


# ── reporting ─────────────────────────────────────────────────────────────────────────────────────


@bp.route("/melden/<kind>/<int:about_id>", methods=["GET", "POST"])
@visitors
def report(kind: str, about_id: int) -> Response:
    """Show and process the form to report content or a person."""
    person: User | None = viewer()
    target = reports.find_target(kind, about_id) or abort(404)
    title = target.title if kind != PERSON or person else ""
    if request.args.get(SENT):
        return page("desk/reported.html", target=target, about=title, is_person=kind == PERSON, sender=person)
    form = forms.ReportForm(kind=kind)
    if person:
        del form.email
    else:
        del form.wants_answer
    if form.validate_on_submit():
        if not form.is_from_a_machine:
            limits.hit("report", person.id if person else limits.address(), most=6, seconds=3600)
            reports.submit_report(target, _complaint(form), person, form.once.data)
        return redirect_to(f"{local(request.path)}?{SENT}=1")
    heading = THINGS.get(kind, THINGS[PERSON])
    return form_page(
        "desk/report.html", form, target=target, about=title, heading=heading, is_person=kind == PERSON, sender=person
    )


def _complaint(form: forms.ReportForm) -> reports.Complaint:
    return reports.Complaint(
        ground=Ground(form.ground.data),
        text=form.text.data or "",
        wants_answer="wants_answer" in form and bool(form.wants_answer.data),
        email=str(form.email.data or "") if "email" in form else "",
    )


from portal.desk import radar_views, synonym_views  # noqa: E402, F401  # hang on `bp`
