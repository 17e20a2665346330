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
from portal.search.engines.base import SearchUnavailable, engine
from portal.search.indexing import documents
from portal.search.language import synonym_groups, synonyms
from portal.search.language.analysis import stems
from portal.search.language.synonym_groups import SynonymError
from portal.search.language.synonyms import Group
from portal.search.models import SynonymGroup
from portal.search.page import content_types
from portal.search.query import parser, plan
from portal.search.query.parser import words_of
from portal.search.services import Found

__all__ = ["SynonymError"]

TRIED = 5
"""Finds shown of a search that is tried."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A group as the list shows it; one that is shipped and not yet the editors' own has no id."""

    id: int | None
    group: Group
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a search makes of some words: what stands for them, how much it finds with and without that, and what."""

    words: str
    meant: Sequence[tuple[str, Sequence[str]]]
    groups: Sequence[Shown] = ()
    """The groups in which one of the words stands."""
    total: int | None = None
    plain_total: int | None = None
    """How much the words alone find; both None while the index is away."""
    finds: Sequence[tuple[str, str, str]] = ()
    """Title, path and kind of the first."""


def shown() -> list[Shown]:
    """Return the groups of the editors by first word; the shipped ones while there are none."""
    groups = synonym_groups.all_groups()
    if not groups:
        return [Shown(None, group) for group in synonyms.shipped()]
    return [Shown(row.id, Group.of_lines(row.words.splitlines()), row.note) for row in groups]


def find(group_id: int) -> SynonymGroup | None:
    """Return a group, None when there is none with that number."""
    return db.session.get(SynonymGroup, group_id)


def make(editor: User, words: str, note: str, once_key: str | None, path: str) -> bool:
    """Make a group, the shipped ones first taken over; False when this very form made one already.

    Raises SynonymError for words that make no group.
    """
    with transaction():
        if idempotency.stored_result(editor.id, once_key):
            return False
        take_over(editor)
        row = synonym_groups.save_group(None, words, note)
        audit.record(editor, "synonym.made", row, after=_on_one_line(row))
        idempotency.store_result(editor.id, once_key, path)
    return True


def change(editor: User, group_id: int, words: str, note: str, version: int | None) -> None:
    """Change a group; raises LookupError, EditConflict and SynonymError."""
    with transaction():
        row = _found(group_id, version)
        before = _on_one_line(row)
        synonym_groups.save_group(group_id, words, note)
        audit.record(editor, "synonym.changed", row, before=before, after=_on_one_line(row))


def remove(editor: User, group_id: int, version: int | None) -> None:
    """Remove a group; raises LookupError, and EditConflict when somebody changed it meanwhile."""
    with transaction():
        row = _found(group_id, version)
        audit.record(editor, "synonym.deleted", row, before=_on_one_line(row))
        synonym_groups.delete_group(group_id)


def take_over(editor: User) -> int:
    """Make the shipped groups the editors' own while they have none; returns how many."""
    with transaction():
        number = synonym_groups.seed()
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
    """Return what a search makes of some words, as a visitor would get it."""
    asked = parser.parse(words)
    surfaces = [word.surface for node in asked.nodes for word in words_of(node)]
    meant, groups = _meant(surfaces), _having(surfaces)
    if not asked.nodes:
        return Tried(words, meant)
    try:
        found = search.find(asked, {}, limit=TRIED, counts=False, widen=False)
        alone = plan.make(asked, engine().lexicon())
        plain = engine().search(alone, {}, members=False, offset=0, limit=1, counts=False, widen=False)
    except SearchUnavailable:
        return Tried(words, meant, groups)
    here = documents.load(hit.key for hit in found.results.hits)
    first = [here[hit.key] for hit in found.results.hits if hit.key in here]
    finds = [(row.title, row.path, content_types.label_of(row.type, row.kind)) for row in first if not row.for_members]
    return Tried(words, meant, groups, search.complete(found), search.complete(Found(alone, plain)), finds)


def _meant(surfaces: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return for each row of words what stands for it too."""
    return [
        (" ".join(surfaces[match.start : match.start + match.length]), [" ".join(row) for row in match.alternatives])
        for match in synonyms.current().matches(surfaces)
    ]


def _having(surfaces: Sequence[str]) -> list[Shown]:
    """Return the groups in which one of the words stands, in whatever form."""
    wanted = {stem for surface in surfaces for stem in stems(surface)}

    def has(member: str) -> bool:
        return any(not wanted.isdisjoint(stems(word)) for word in synonyms.row_of(member))

    return [row for row in shown() if any(map(has, (*row.group.members, *row.group.narrower)))]
