"""What the pages of the desk show of cases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from portal.core import clock
from portal.core.working_days import working_days
from portal.desk import services, settings
from portal.desk.audit_log import about
from portal.desk.labels import REPORT, REPORTED, Decision, decision_label
from portal.desk.log_lines import Line
from portal.publishing import desk
from portal.publishing.desk import Case


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the queue."""

    case: Case
    kind_label: str
    days: int
    """How many working days it waits."""
    is_new: bool
    """Whether it came in today."""
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, of all kinds or of one; the counts are of everything."""

    rows: Sequence[Waiting]
    total: int
    overdue: int
    tabs: Sequence[tuple[str, str, int]]
    """(kind, label, number) of every kind that waits."""


def queue(chosen: str = "") -> Queue:
    """Return what waits, longest first."""
    days = settings.overdue_days()
    today = clock.today()
    rows = []
    for case in desk.cases():
        waited = working_days(case.since, today)
        is_new = clock.to_local(case.since).date() == today
        rows.append(Waiting(case, case_label(case), waited, is_new, waited > days))
    counts = Counter(row.case.kind for row in rows)
    tabs = [(kind.kind, str(kind.label), counts[kind.kind]) for kind in desk.kinds() if counts[kind.kind]]
    shown = [row for row in rows if chosen in ("", row.case.kind)]
    return Queue(shown, len(rows), sum(row.is_overdue for row in rows), tabs)


def kind_label(kind: str) -> str:
    """Return a kind in words."""
    found = desk.find_kind(kind)
    return str(found.label) if found else kind


def case_label(case: Case) -> str:
    """Return what kind of case it is; of a report also what kind of thing it is about."""
    return str(REPORTED.get(case.subject.kind, "")) if case.kind == REPORT else kind_label(case.kind)


def following(case: Case) -> Case | None:
    """Return the case to judge next: the longest waiting other one."""
    return next((other for other in desk.cases() if (other.kind, other.id) != (case.kind, case.id)), None)


def buttons(case: Case) -> list[tuple[Decision, str]]:
    """Return the decisions that can be taken now, each with the words on its button."""
    return [(decision, decision_label(case.kind, decision)) for decision in services.carriers(case)]


def history(case: Case) -> list[Line]:
    """Return what was done with a case, newest first."""
    return [Line(entry) for entry in about(case.subject)]


def reported(case: Case) -> Case | None:
    """Return what a report is about when that is at the desk too; None for other cases, persons and what is gone."""
    report = case.subject
    return desk.find_case(report.kind, report.about_id) if case.kind == REPORT else None


def edit_path(case: Case) -> str:
    """Return where an editor changes a case, or what a report is about; "" when that cannot be now."""
    content = reported(case) if case.kind == REPORT else case
    return content.edit_path if content and (content.is_waiting or content.is_public) else ""


def has_page(case: Case) -> bool:
    """Whether a case is something with a page of its own."""
    kind = desk.find_kind(case.kind)
    return kind is not None and kind.render is not None


def preview(case: Case) -> Markup:
    """Return a case as its page will show it, its headings below the one of ours."""
    kind = desk.find_kind(case.kind)
    html = kind.render(case) if kind and kind.render else render_template("desk/_plain.html", case=case)
    lowered = str(html).replace("<h1", "<h2").replace("</h1>", "</h2>")
    return Markup(lowered)  # noqa: S704  # a template of ours made it, escaping included
