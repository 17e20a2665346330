"""Cases prepared for the pages of the desk."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from portal.core import clock
from portal.core.working_days import working_days
from portal.desk import services, settings
from portal.desk.audit_log import entries_about
from portal.desk.labels import REPORT, REPORTED, Decision, decision_label
from portal.desk.log_lines import Line
from portal.publishing import desk
from portal.publishing.desk import Case


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pending case in the queue."""

    case: Case
    kind_label: str
    days: int
    """The number of working days it has been pending."""
    is_new: bool
    """Whether it was submitted today."""
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The pending cases, of all kinds or one kind; the counts include all kinds."""

    rows: Sequence[Waiting]
    total: int
    overdue: int
    tabs: Sequence[tuple[str, str, int]]
    """(kind, label, number) of every kind with pending cases."""


def get_queue(chosen: str = "") -> Queue:
    """Return the pending cases, oldest first; `chosen` limits the rows to one kind."""
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
    """Return the label of a kind."""
    found = desk.find_kind(kind)
    return str(found.label) if found else kind


def case_label(case: Case) -> str:
    """Return the label of a case's kind; for a report it names the kind of thing reported."""
    return str(REPORTED.get(case.subject.kind, "")) if case.kind == REPORT else kind_label(case.kind)


def next_case(case: Case) -> Case | None:
    """Return the next case to judge: the oldest other pending case, None when there is none."""
    return next((other for other in desk.cases() if (other.kind, other.id) != (case.kind, case.id)), None)


def buttons(case: Case) -> list[tuple[Decision, str]]:
    """Return the decisions that are possible now, each with the label of its button."""
    return [(decision, decision_label(case.kind, decision)) for decision in services.possible_decisions(case)]


def history(case: Case) -> list[Line]:
    """Return the log lines about a case, newest first."""
    return [Line(entry) for entry in entries_about(case.subject)]


def reported_case(case: Case) -> Case | None:
    """Return the reported content as a case; None for other cases, reported persons and deleted content."""
    report = case.subject
    return desk.find_case(report.kind, report.about_id) if case.kind == REPORT else None


def edit_path(case: Case) -> str:
    """Return the path where an editor edits a case, or the reported content; "" when it cannot be edited now."""
    content = reported_case(case) if case.kind == REPORT else case
    return content.edit_path if content and (content.is_waiting or content.is_public) else ""


def has_page(case: Case) -> bool:
    """Return whether a case can be shown as its own public page will look."""
    kind = desk.find_kind(case.kind)
    return kind is not None and kind.render is not None


def preview(case: Case) -> Markup:
    """Return a case rendered as its public page, with the h1 headings turned into h2."""
    kind = desk.find_kind(case.kind)
    html = kind.render(case) if kind and kind.render else render_template("desk/_plain.html", case=case)
    lowered = str(html).replace("<h1", "<h2").replace("</h1>", "</h2>")
    return Markup(lowered)  # noqa: S704  # a template of ours made it, escaping included
