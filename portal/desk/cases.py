"""What the pages of the desk show of cases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from portal.accounts.models import AuditEntry
from portal.core import clock
from portal.core.working_days import working_days
from portal.desk import services, settings
from portal.desk.audit_log import about
from portal.desk.labels import DETAILS, Decision, action_label, decision_label
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the audit log, in words."""

    entry: AuditEntry
    label: str

    @property
    def details(self) -> list[tuple[str, str]]:
        """Return its details as (label, value)."""
        return [(str(DETAILS.get(name, name)), value) for name, value in self.entry.details.items()]


def queue(chosen: str = "") -> Queue:
    """Return what waits, longest first."""
    days = settings.overdue_days()
    today = clock.today()
    rows = []
    for case in desk.cases():
        waited = working_days(case.since, today)
        is_new = clock.to_local(case.since).date() == today
        rows.append(Waiting(case, kind_label(case.kind), waited, is_new, waited > days))
    counts = Counter(row.case.kind for row in rows)
    tabs = [(kind.kind, str(kind.label), counts[kind.kind]) for kind in desk.kinds() if counts[kind.kind]]
    shown = [row for row in rows if chosen in ("", row.case.kind)]
    return Queue(shown, len(rows), sum(row.is_overdue for row in rows), tabs)


def kind_label(kind: str) -> str:
    """Return a kind in words."""
    found = desk.find_kind(kind)
    return str(found.label) if found else kind


def following(case: Case) -> Case | None:
    """Return the case to judge next: the longest waiting other one."""
    return next((other for other in desk.cases() if (other.kind, other.id) != (case.kind, case.id)), None)


def buttons(case: Case) -> list[tuple[Decision, str]]:
    """Return the decisions that can be taken now, each with the words on its button."""
    return [(decision, decision_label(case.kind, decision)) for decision in services.carriers(case)]


def history(case: Case) -> list[Line]:
    """Return what was done with a case, newest first."""
    return [Line(entry, action_label(entry.action)) for entry in about(case.subject)]


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
