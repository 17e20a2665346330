"""What editors do with synonyms: change groups, with a line in the audit log, and try what a search makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts import audit
from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.storage import idempotency
from portal.core.storage.database import transaction
from portal.publishing.services import check_version
from portal.search import services as search
from portal.search.models import SynonymGroup
from portal.search.services import Explanation, SynonymError, SynonymWords

__all__ = ["SynonymError"]
FORM = "synonyms"
"""What the key of the form is for (`idempotency`)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A group as the list shows it; one that is shipped and not yet the editors' own has no id."""

    id: int | None
    group: SynonymWords
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a search for some words is answered, and the groups in which one of the words is."""

    search: Explanation
    groups: Sequence[Shown]


def shown() -> list[Shown]:
    """Return the groups of the editors by first word; the shipped ones while there are none."""
    groups = search.list_synonym_groups()
    if not groups:
        return [Shown(None, group) for group in search.shipped_synonyms()]
    return [Shown(row.id, SynonymWords.of_lines(row.words.splitlines()), row.note) for row in groups]


def find(group_id: int) -> SynonymGroup | None:
    """Return a group, None when there is none with that number."""
    return db.session.get(SynonymGroup, group_id)


def make(editor: User, words: str, note: str, once_key: str | None, path: str) -> bool:
    """Make a group, the shipped ones first taken over; False when this very form made one already.

    Raises SynonymError for words that make no group.
    """
    with transaction():
        if idempotency.stored_result(editor.id, FORM, once_key):
            return False
        take_over(editor)
        row = search.save_synonym_group(None, words, note)
        audit.record(editor, "synonym.made", row, after=_on_one_line(row))
        idempotency.store_result(editor.id, FORM, once_key, path)
    return True


def change(editor: User, group_id: int, words: str, note: str, version: int | None) -> None:
    """Change a group; raises LookupError, EditConflict and SynonymError."""
    with transaction():
        row = _found(group_id, version)
        before = _on_one_line(row)
        search.save_synonym_group(group_id, words, note)
        audit.record(editor, "synonym.changed", row, before=before, after=_on_one_line(row))


def remove(editor: User, group_id: int, version: int | None) -> None:
    """Remove a group; raises LookupError, and EditConflict when somebody changed it meanwhile."""
    with transaction():
        row = _found(group_id, version)
        audit.record(editor, "synonym.deleted", row, before=_on_one_line(row))
        search.delete_synonym_group(group_id)


def take_over(editor: User) -> int:
    """Make the shipped groups the editors' own while they have none; returns how many."""
    with transaction():
        number = search.seed_synonym_groups()
        if number:
            audit.record(editor, "synonym.taken_over", how_many=str(number))
    return number


def _found(group_id: int, version: int | None) -> SynonymGroup:
    row = find(group_id)
    if row is None:
        raise LookupError(group_id)
    check_version(row, version)
    return row


def _on_one_line(row: SynonymGroup) -> str:
    return ", ".join(row.words.splitlines())


# ── trying ────────────────────────────────────────────────────────────────────────────────────────


def try_out(words: str) -> Tried:
    """Return how a visitor's search for some words is answered."""
    explanation = search.explain(words)
    return Tried(explanation, [row for row in shown() if explanation.mentions(row.group)])
