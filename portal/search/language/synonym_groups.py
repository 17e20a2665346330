"""The editors' groups of synonyms: list, validate, save, delete, and copy the shipped ones."""

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.storage.database import transaction
from portal.search.language import synonyms
from portal.search.language.analysis import fold, tokens
from portal.search.language.synonyms import NARROWER, Group
from portal.search.models import SynonymGroup

FEWEST, MOST = 2, 20
LONGEST = 60
MOST_WORDS = 4
LONGEST_NOTE = 300


class SynonymError(ValueError):
    """An invalid group; its message tells the editor what to change."""


def all_groups() -> list[SynonymGroup]:
    """Return every group of the editors, in the order of their first words."""
    groups = db.session.scalars(select(SynonymGroup)).all()
    return sorted(groups, key=lambda group: fold(group.words))


def checked(words: str) -> Group:
    """Return the group in lines of words; raises SynonymError when it is invalid."""
    group = Group.of_lines(words.splitlines())
    members = (*group.members, *group.narrower)
    if len(members) < FEWEST or not group.members:
        raise SynonymError(_("Write at least two words, each on a line of its own."))
    if len(members) > MOST:
        raise SynonymError(_("A group has at most %(most)s words. Divide it into two groups.", most=MOST))
    for member in members:
        _check(member)
    _check_twice(members)
    return group


def _check(member: str) -> None:
    if len(member) > LONGEST:
        raise SynonymError(
            _("“%(word)s” is too long: at most %(most)s characters.", word=member[:LONGEST], most=LONGEST)
        )
    if len(list(tokens(member))) > MOST_WORDS:
        raise SynonymError(_("“%(word)s” has too many words: at most %(most)s.", word=member, most=MOST_WORDS))
    if not synonyms.row_of(member):
        raise SynonymError(_("“%(word)s” is not a word that search looks for.", word=member))


def _check_twice(members: Sequence[str]) -> None:
    seen: set[str] = set()
    for member in members:
        folded = " ".join(fold(member).split())
        if folded in seen:
            raise SynonymError(_("“%(word)s” stands here twice.", word=member))
        seen.add(folded)


def save_group(group_id: int | None, words: str, note: str = "") -> SynonymGroup:
    """Save a group, a new one when the id is None; raises SynonymError, or LookupError for an unknown id."""
    group = checked(words)
    with transaction() as session:
        row = SynonymGroup() if group_id is None else session.get(SynonymGroup, group_id)
        if row is None:
            raise LookupError(group_id)
        row.words, row.note, row.changed_at = group.words, note.strip()[:LONGEST_NOTE], now()
        row.version = (row.version or 0) + 1
        session.add(row)
        session.flush()
    synonyms.forget()
    return row


def delete_group(group_id: int) -> None:
    """Delete a group; raises LookupError when there is none."""
    with transaction() as session:
        row = session.get(SynonymGroup, group_id)
        if row is None:
            raise LookupError(group_id)
        session.delete(row)
    synonyms.forget()


def seed() -> int:
    """Copy the shipped groups to the table when it is empty; returns how many were written."""
    with transaction() as session:
        if session.scalar(select(func.count()).select_from(SynonymGroup)):
            return 0
        rows = [SynonymGroup(words=group.words) for group in synonyms.shipped()]
        session.add_all(rows)
    synonyms.forget()
    return len(rows)


__all__ = ["NARROWER", "SynonymError", "all_groups", "checked", "delete_group", "save_group", "seed"]
