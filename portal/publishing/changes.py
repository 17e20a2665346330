"""Recording of edits: the fields of a publication as text before and after, for the audit log and mails.

A feature registers how the fields of its rows are written as text (`register`, in its `wording.py`). Its services call
`wording.describe(row)` before an edit and pass the result to `record` after it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select

from portal.accounts import audit
from portal.accounts.models import AuditEntry, User
from portal.core.extensions import db
from portal.core.locale import DEFAULT, use_language

LONGEST = 1000
"""Number of characters of a value that are recorded; longer values are cut and end in "…"."""
BEFORE, AFTER = ".before", ".after"
"""Suffixes of the keys in `AuditEntry.details`; the prefix is the name of the field."""
CHANGED = "changed"

Texts = dict[str, str]
"""The fields of a publication as text, by field name."""


@dataclass(frozen=True, slots=True)
class Change:
    """One edited field."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How rows of one table are written as text: the labels of fields, and a function that reads a row."""

    labels: Mapping[str, Any]
    describe: Callable[[Any], Texts]


_wordings: dict[str, Wording] = {}


def register(table: str, labels: Mapping[str, Any], read: Callable[[Any], Texts]) -> Callable[[Any], Texts]:
    """Register the labels and reader of a table; return a function that describes a row in Dutch.

    The audit log is written in Dutch, whatever the language of the request.
    """

    def describe(row: Any) -> Texts:
        with use_language(DEFAULT):
            return read(row)

    _wordings[table] = Wording(labels, describe)
    return describe


def record(actor: User, row: Any, before: Texts) -> None:
    """Write an audit entry `<table>.changed` with the differences from `before`, within the running transaction."""
    after = _wordings[row.__tablename__].describe(row)
    details: dict[str, str] = {}
    for name in after:
        if before.get(name, "") != after[name]:
            old, new = differing_lines(before.get(name, ""), after[name])
            details |= {name + BEFORE: _cut(old), name + AFTER: _cut(new)}
    audit.record(actor, f"{row.__tablename__}.{CHANGED}", row, **details)


def changes_of_entry(entry: AuditEntry) -> list[Change]:
    """Return the changes recorded in an audit entry."""
    wording = _wordings.get(entry.subject_type or "")
    names = [key.removesuffix(BEFORE) for key in entry.details if key.endswith(BEFORE)]
    labels = wording.labels if wording else {}
    return [
        Change(str(labels.get(name, name)), entry.details[name + BEFORE], entry.details.get(name + AFTER, ""))
        for name in names
    ]


def is_change_key(key: str) -> bool:
    """Return whether a key of `AuditEntry.details` holds a value of an edited field."""
    return key.endswith((BEFORE, AFTER))


def changes_by_others(row: Any, author: User, since: Any) -> Sequence[Change]:
    """Return the changes by anyone but the author since a moment (UTC), oldest first."""
    statement = select(AuditEntry).where(
        AuditEntry.subject_type == row.__tablename__,
        AuditEntry.subject_id == row.id,
        AuditEntry.action == f"{row.__tablename__}.{CHANGED}",
        AuditEntry.at >= since,
        AuditEntry.actor_id.is_distinct_from(author.id),
    )
    entries = db.session.scalars(statement.order_by(AuditEntry.id))
    return [change for entry in entries for change in changes_of_entry(entry)]


def differing_lines(before: str, after: str) -> tuple[str, str]:
    """Return the lines of the first text that differ from the second, and those of the second."""
    old, new = before.splitlines(), after.splitlines()
    gone: list[str] = []
    come: list[str] = []
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += old[first:last]
            come += new[start:end]
    return "\n".join(gone).strip(), "\n".join(come).strip()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
