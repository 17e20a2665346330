"""Synonym groups: changing them, with an audit entry each, and explaining how a search uses them."""

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
class ListedGroup:
    """A group in the list; `id` is None for a shipped group that was not copied to the database."""

    id: int | None
    group: SynonymWords
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """The explanation of a trial search, and the groups that contain one of its words."""

    search: Explanation
    groups: Sequence[ListedGroup]


def list_groups() -> list[ListedGroup]:
    """Return the groups in the database, by first word; the shipped ones if there are none."""
    groups = search.list_synonym_groups()
    if not groups:
        return [ListedGroup(None, group) for group in search.shipped_synonyms()]
    return [ListedGroup(row.id, SynonymWords.of_lines(row.words.splitlines()), row.note) for row in groups]


def get_group(group_id: int) -> SynonymGroup | None:
    """Return a group, None when it does not exist."""
    return db.session.get(SynonymGroup, group_id)


def create_group(editor: User, words: str, note: str, once_key: str | None, path: str) -> bool:
    """Create a group, after copying the shipped groups if needed; False if this form was sent before.

    Raises SynonymError for words that do not form a group.
    """
    with transaction():
        if idempotency.stored_result(editor.id, FORM, once_key):
            return False
        take_over(editor)
        row = search.save_synonym_group(None, words, note)
        audit.record(editor, "synonym.made", row, after=_on_one_line(row))
        idempotency.store_result(editor.id, FORM, once_key, path)
    return True


def update_group(editor: User, group_id: int, words: str, note: str, version: int | None) -> None:
    """Change a group; raises LookupError, EditConflict, SynonymError."""
    with transaction():
        row = _found(group_id, version)
        before = _on_one_line(row)
        search.save_synonym_group(group_id, words, note)
        audit.record(editor, "synonym.changed", row, before=before, after=_on_one_line(row))


def delete_group(editor: User, group_id: int, version: int | None) -> None:
    """Delete a group; raises LookupError, and EditConflict when it changed since it was shown."""
    with transaction():
        row = _found(group_id, version)
        audit.record(editor, "synonym.deleted", row, before=_on_one_line(row))
        search.delete_synonym_group(group_id)


def take_over(editor: User) -> int:
    """Copy the shipped groups to the database if it has none; return how many were copied."""
    with transaction():
        number = search.seed_synonym_groups()
        if number:
            audit.record(editor, "synonym.taken_over", how_many=str(number))
    return number


def _found(group_id: int, version: int | None) -> SynonymGroup:
    row = get_group(group_id)
    if row is None:
        raise LookupError(group_id)
    check_version(row, version)
    return row


def _on_one_line(row: SynonymGroup) -> str:
    return ", ".join(row.words.splitlines())


# ── trying ────────────────────────────────────────────────────────────────────────────────────────


def try_out(words: str) -> Trial:
    """Return how a visitor's search for some words is interpreted."""
    explanation = search.explain(words)
    return Trial(explanation, [row for row in list_groups() if explanation.mentions(row.group)])
