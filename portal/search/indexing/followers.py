"""Reindexes documents that show fields of another row: when an organisation is renamed, so are its posts.

A rule is registered beside the content class whose documents depend on another class. The dependent documents are
added to the change feed in the transaction of the change, by one INSERT … SELECT per rule, so that memory does not grow
with their number. Rules are evaluated before the change as well as after it: once a row is deleted or has another
owner, its former dependents can no longer be found.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from portal.search.models import note_rows

Following = Callable[[Any], Select[Any]]
"""Takes ids (a list, or a SELECT of them) and returns a SELECT of the ids of the dependent rows."""

CHUNK = 500
"""Ids in one statement."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The type of the dependent documents, and the fields that they depend on."""

    search_type: str
    fields: frozenset[str]
    following: Following


_rules: defaultdict[str, list[Rule]] = defaultdict(list)


def follow(shown: type[Any], fields: Iterable[str], search_type: str, following: Following) -> None:
    """Reindex documents of a type when a row of class `shown` is added or deleted, or one of these fields changes."""
    _rules[shown.__tablename__].append(Rule(search_type, frozenset(fields), following))


def _note_all(session: Session, rows: Collection[tuple[Any, bool]]) -> None:
    """Note the dependents of rows; each comes with whether it was changed (True), or added or deleted (False)."""
    wanted: defaultdict[Rule, list[int]] = defaultdict(list)
    for row, is_changed in rows:
        state = inspect(row)
        for rule in _rules.get(row.__tablename__, ()):
            if not is_changed or any(state.attrs[name].history.has_changes() for name in rule.fields):
                wanted[rule].append(state.mapper.primary_key_from_instance(row)[0])
    for rule, ids in wanted.items():
        for start in range(0, len(ids), CHUNK):
            note_rows(session, rule.search_type, rule.following(ids[start : start + CHUNK]))


def _changed(session: Session) -> list[tuple[Any, bool]]:
    return [(row, True) for row in session.dirty if session.is_modified(row)]


@event.listens_for(Session, "before_flush")
def _before(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Note the dependents, before the flush, of the rows that it deletes or changes."""
    _note_all(session, [*((row, False) for row in session.deleted), *_changed(session)])


@event.listens_for(Session, "after_flush")
def _after(session: Session, _context: UOWTransaction) -> None:
    """Note the dependents, after the flush, of the rows that it added or changed."""
    _note_all(session, [*((row, False) for row in session.new), *_changed(session)])


@event.listens_for(Session, "do_orm_execute")
def _in_bulk(state: ORMExecuteState) -> None:
    """Note the dependents of the rows that a bulk UPDATE or DELETE will touch."""
    if not (state.is_update or state.is_delete):
        return
    statement: Any = state.statement
    table: Any = getattr(statement, "table", None)
    for rule in _rules.get(getattr(table, "name", ""), ()):
        ids = select(*table.primary_key)
        touched = ids if statement.whereclause is None else ids.where(statement.whereclause)
        note_rows(state.session, rule.search_type, rule.following(touched))
