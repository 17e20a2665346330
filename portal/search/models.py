"""The interface of searchable content, and the change feed from which the indexer updates the index.

Session events write the change feed, in the transaction of the change, so that no service can forget it. They note
every searchable row that is written or deleted, every searchable row to which a written row belongs (an organisation
for its other names), and the rows of a bulk UPDATE or DELETE. Documents that show a row without owning it are noted by
the rules in `search.indexing.followers`.
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
    """A document of the index. `key` is "<type>:<id>"; facets are slugs; `text` is plain text."""

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
    """Words that are searched but not shown: synonyms, other names."""
    kind: str = ""
    """Subdivision of the type, where there is one: "aanbod" or "vraag" for a post."""
    for_members: bool = False
    """Whether only members who are signed in may find it."""


class Searchable:
    """Mixin of content classes that can be found: set `search_type` and implement `search_document`."""

    search_type: str

    def search_document(self) -> SearchDocument | None:
        """Return the document of this row; None when nobody may find it."""
        raise NotImplementedError

    @property
    def search_key(self) -> str:
        """The key of its document."""
        return f"{self.search_type}:{self.id}"  # type: ignore[attr-defined]  # every content class has an id


class SearchChange(Model):
    """An entry of the change feed: a document that the indexer must write or remove."""

    __tablename__ = "search_change"
    __table_args__ = {"sqlite_autoincrement": True}
    """Ids are never reused, although rows are deleted: the index stores the id up to which it is complete."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


LONGEST_MISS = 80
"""Longer input is not stored: it may well tell about persons."""


class SearchMiss(Model):
    """Words without a full match, and how often they were searched in a month; not by whom or when."""

    __tablename__ = "search_miss"
    __table_args__ = (UniqueConstraint("words", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(LONGEST_MISS))
    """Folded: lower case, no accents."""
    month: Mapped[date] = mapped_column(index=True)
    """Its first day."""
    count: Mapped[int]


class SynonymGroup(Model):
    """A group of synonyms, managed by the editors. While there are none, the shipped groups are used."""

    __tablename__ = "search_synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    """One member per line, of one or more words. A member after ">" is narrower: searches for the others find it, but
    searches for it do not find the others."""
    note: Mapped[str] = mapped_column(Text, default="")
    """The reason for the group, for other editors."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised at each change, so that running processes notice that their copy is out of date."""


def note(session: Session, keys: Iterable[str]) -> None:
    """Add documents to the change feed, within the running transaction."""
    moment = now()
    rows = [{"key": key, "noted_at": moment} for key in sorted(set(keys))]
    if rows:
        session.execute(SearchChange.__table__.insert(), rows)  # type: ignore[attr-defined]  # Table at run time


def note_rows(session: Session, search_type: str, ids: Select[Any]) -> None:
    """Add the documents of a type whose ids a SELECT returns to the change feed, in one statement."""
    (column,) = ids.subquery().c
    key = literal(f"{search_type}:").concat(cast(column, String))
    found = select(key, literal(now(), UtcDateTime())).distinct()
    session.execute(SearchChange.__table__.insert().from_select(["key", "noted_at"], found))  # type: ignore[attr-defined]  # Table at run time


@cache
def searchable_classes() -> dict[str, type[Any]]:
    """Return the content classes by the name of their table; call it after all models are imported."""
    classes = (mapper.class_ for mapper in Model.registry.mappers)
    return {cls.__tablename__: cls for cls in classes if _is_searchable(cls)}


def _is_searchable(cls: type[Any]) -> bool:
    return issubclass(cls, Searchable) and hasattr(cls, "search_type")


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _context: UOWTransaction) -> None:
    """Note every document that this flush changed."""
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    note(session, (key for row in changed for key in _keys_of(row)))


def _keys_of(row: Any) -> Iterator[str]:
    """Return the key of a searchable row, or the keys of the searchable rows to which another row belongs."""
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
    """Return the foreign keys of a class to searchable rows, as (attribute, search type)."""
    mapper = inspect(cls)
    return tuple(
        (mapper.get_property_by_column(column).key, search_type)
        for column, search_type in _pointing(mapper.local_table)
    )


@cache
def _pointing(table: Any) -> tuple[tuple[Any, str], ...]:
    """Return the foreign-key columns of a table to searchable rows, each with the search type."""
    classes = searchable_classes()
    return tuple(
        (column, classes[key.column.table.name].search_type)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in classes and key.column.name == "id"
    )


@event.listens_for(Session, "do_orm_execute")
def _note_bulk_changes(state: ORMExecuteState) -> None:
    """Note the documents that a bulk UPDATE or DELETE will change, since no flush sees their rows."""
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
