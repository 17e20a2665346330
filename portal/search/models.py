"""What content offers to search, and the feed of changes that the indexer follows.

Changes are noted by the session itself, in the transaction of their cause, so no service can forget it:
for every searchable row that is written or deleted, for every row that belongs to one (an organisation's other
name, an event's organiser), and for what a bulk UPDATE or DELETE touches. What shows something of a row without
belonging to it follows by rule (`followers`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, String, Text, UniqueConstraint, cast, event, inspect, literal, select
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One findable thing. `key` is "<type>:<id>"; facets are slugs; `text` is plain text."""

    key: str
    type: str
    title: str
    text: str
    path: str
    themes: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    year: int | None = None
    day: date | None = None
    is_open: bool = True
    extra: str = ""
    """Further words that lead here without being shown: synonyms, other names."""
    kind: str = ""
    """What sort of its type it is, where that is told apart: "aanbod" or "vraag" for a post."""
    for_members: bool = False
    """Only who is signed in may find it."""


class Searchable:
    """Mixin of content classes: set `search_type`, and say what to index."""

    search_type: str

    def search_document(self) -> SearchDocument | None:
        """Return what is to be found of this row, None when nobody may find it."""
        raise NotImplementedError

    @property
    def search_key(self) -> str:
        """Return the key of its document."""
        return f"{self.search_type}:{self.id}"  # type: ignore[attr-defined]  # every content class has an id


class SearchChange(Model):
    """A document that must be written or removed: noted in the transaction of its cause, taken by the indexer."""

    __tablename__ = "search_change"
    __table_args__ = {"sqlite_autoincrement": True}
    """Numbers are never given twice, though the table is emptied all the time: the index remembers how far it is."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


LONGEST_MISS = 80
"""Whoever types more tells a story, and a story tells of persons."""


class SearchMiss(Model):
    """Words that found nothing, and how often in a month: not by whom, from where, or at which moment."""

    __tablename__ = "search_miss"
    __table_args__ = (UniqueConstraint("words", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(LONGEST_MISS))
    """Folded: lower case, no accents."""
    month: Mapped[date] = mapped_column(index=True)
    """Its first day."""
    count: Mapped[int]


class SynonymGroup(Model):
    """Words that mean the same to whoever searches; the editors keep them. Without any the shipped ones count."""

    __tablename__ = "search_synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    """One member a line, of one word or several. A member after ">" is narrower: who looks for one of the others
    finds it too, not the other way round."""
    note: Mapped[str] = mapped_column(Text, default="")
    """Why the group is there, for other editors."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised at each change: running processes see by it that what they keep is old."""


def note(session: Session, keys: Iterable[str]) -> None:
    """Write a change row for each of these documents, within the running transaction."""
    moment = now()
    rows = [{"key": key, "noted_at": moment} for key in sorted(set(keys))]
    if rows:
        session.execute(SearchChange.__table__.insert(), rows)  # type: ignore[attr-defined]  # Table at run time


def note_rows(session: Session, search_type: str, ids: Select[Any]) -> None:
    """Write a change row for each document of a type whose id a SELECT finds: one statement, however many."""
    (column,) = ids.subquery().c
    key = literal(f"{search_type}:").concat(cast(column, String))
    found = select(key, literal(now(), UtcDateTime())).distinct()
    session.execute(SearchChange.__table__.insert().from_select(["key", "noted_at"], found))  # type: ignore[attr-defined]  # Table at run time


@cache
def searchable_classes() -> dict[str, type[Any]]:
    """Return the content classes by the name of their table; asked when all of them are there."""
    classes = (mapper.class_ for mapper in Model.registry.mappers)
    return {cls.__tablename__: cls for cls in classes if _is_searchable(cls)}


def _is_searchable(cls: type[Any]) -> bool:
    return issubclass(cls, Searchable) and hasattr(cls, "search_type")


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _context: UOWTransaction) -> None:
    """Note every document that this flush touched."""
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    note(session, (key for row in changed for key in _keys_of(row)))


def _keys_of(row: Any) -> Iterator[str]:
    """Return the key of a searchable row; of any other row those of the searchable rows it belongs to."""
    if isinstance(row, Searchable):
        if _is_searchable(type(row)):
            yield row.search_key
        return
    attributes = inspect(row).attrs
    for name, search_type in _owners(type(row)):  # type: ignore[arg-type]  # classes are hashable
        history = attributes[name].history
        for owner_id in (*(history.added or ()), *(history.unchanged or ()), *(history.deleted or ())):
            if owner_id is not None:
                yield f"{search_type}:{owner_id}"


@cache
def _owners(cls: type[Any]) -> tuple[tuple[str, str], ...]:
    """Return which columns of a class point to searchable rows, as (attribute, search type)."""
    mapper = inspect(cls)
    return tuple(
        (mapper.get_property_by_column(column).key, search_type)
        for column, search_type in _pointing(mapper.local_table)
    )


@cache
def _pointing(table: Any) -> tuple[tuple[Any, str], ...]:
    """Return the columns of a table that point to searchable rows, each with their search type."""
    classes = searchable_classes()
    return tuple(
        (column, classes[key.column.table.name].search_type)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in classes and key.column.name == "id"
    )


@event.listens_for(Session, "do_orm_execute")
def _note_bulk_changes(state: ORMExecuteState) -> None:
    """Note the documents that a bulk UPDATE or DELETE is about to touch: the flush never sees their rows."""
    if not (state.is_update or state.is_delete):
        return
    statement: Any = state.statement
    table = getattr(statement, "table", None)
    if table is None:
        return
    cls = searchable_classes().get(table.name)
    columns = [(next(iter(table.primary_key)), cls.search_type)] if cls else _pointing(table)
    for column, search_type in columns:
        ids = select(column).where(column.is_not(None))
        note_rows(
            state.session, search_type, ids if statement.whereclause is None else ids.where(statement.whereclause)
        )
