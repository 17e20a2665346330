"""What content offers to search, and the feed of changes that the indexer follows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import String, event
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.types import UtcDateTime


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

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _context: UOWTransaction) -> None:
    """Write a change row for every searchable row that this flush touched."""
    changed = [*session.new, *session.dirty, *session.deleted]
    keys = {row.search_key for row in changed if isinstance(row, Searchable)}
    if keys:
        session.execute(SearchChange.__table__.insert(), [{"key": key, "noted_at": now()} for key in sorted(keys)])  # type: ignore[attr-defined]  # Table at run time
