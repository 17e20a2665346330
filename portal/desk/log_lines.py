"""Entries of the audit log prepared for pages and exported files: readable, with a link to their subject."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.accounts.models import AuditEntry, User
from portal.agenda.models import Event
from portal.board.models import Post
from portal.community.models import Organisation
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.desk import log_words
from portal.desk.blueprint import PATH
from portal.desk.models import Report
from portal.newsflash.models import Article
from portal.publishing import changes
from portal.search.models import SynonymGroup


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the audit log; `path` is the page of its subject, "" when it has none or was deleted."""

    entry: AuditEntry
    path: str = ""

    @property
    def label(self) -> str:
        """Return the label of the act."""
        return log_words.act_label(self.entry.action)

    @property
    def by(self) -> str:
        """Return the name of the actor; "visitor" for a report without an account."""
        visitor = _("a visitor") if self.entry.action == "report.made" else _("the portal")
        return self.entry.actor_name or visitor

    @property
    def about(self) -> str:
        """Return the label of the kind of subject."""
        return log_words.subject_label(self.entry.subject_type)

    @property
    def title(self) -> str:
        """Return the title of the subject, or its kind when it has no title."""
        return self.entry.subject_title or self.about

    @property
    def details(self) -> list[tuple[str, str]]:
        """Return the details as (label, value)."""
        return log_words.details(self.entry)

    @property
    def changes(self) -> list[changes.Change]:
        """Return the changed fields with their values before and after."""
        return changes.changes_of_entry(self.entry)


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Return entries with the paths of their subjects, using one statement per kind of subject."""
    rows = list(entries)
    found = _paths(rows)
    return [Line(row, found.get((row.subject_type, row.subject_id), "")) for row in rows]


def in_words(line: Line) -> list[str]:
    """Return the details and the changed fields of a line as two texts."""
    details = [f"{label}: {value}" for label, value in line.details]
    changed = [
        _("%(field)s: was “%(before)s”, now “%(after)s”", field=row.label, before=row.before, after=row.after)
        for row in line.changes
    ]
    return [*details, *changed]


def _paths(entries: Sequence[AuditEntry]) -> dict[tuple[str | None, int | None], str]:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.subject_type in MODELS and entry.subject_id is not None:
            wanted[entry.subject_type].add(entry.subject_id)
    return {(table, number): path for table, ids in wanted.items() for number, path in _paths_of(table, ids)}


def _paths_of(table: str, ids: set[int]) -> Iterator[tuple[int, str]]:
    """Yield id and path of those of the rows that still exist."""
    model, room = MODELS[table]
    if room:
        for number in db.session.scalars(select(model.id).where(model.id.in_(ids))):
            yield number, local(f"{PATH}{room}/{number}")
        return
    for row in db.session.scalars(select(model).where(model.id.in_(ids))):
        if getattr(row, "is_active", True):
            yield row.id, local(row.path)


MODELS: dict[str, tuple[Any, str]] = {
    "article": (Article, "artikel"),
    "event": (Event, "bijeenkomst"),
    "organisation": (Organisation, ""),
    "post": (Post, "bericht"),
    "report": (Report, "melding"),
    "search_synonym_group": (SynonymGroup, "synoniemen"),
    "user": (User, ""),
}
"""The subjects of acts by table: the model, and its part of a desk address ("" for one with its own public page)."""
