"""Loads documents from the database, in small chunks, through the loaders that content features registered."""

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from portal.core.extensions import db
from portal.search.models import SearchDocument, searchable_classes

Loader = Callable[[list[int] | None], Iterable[Any]]
"""Returns the rows with these ids (None: all) with their related rows; missing ids are skipped."""

CHUNK = 200
"""Rows loaded at a time: few queries, little memory."""

LABELS = ("short_title", "name", "title")
"""Columns that may hold the name of a row, the preferred one first."""

log = structlog.get_logger()
_loaders: dict[str, Loader] = {}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """The label of a facet option, and its number when it has one (speerpunten)."""

    value: str
    label: str
    number: int = 0

    @property
    def short_title(self) -> str:
        """The label, under the name that the template of a speerpunt's mark reads."""
        return self.label


def register(search_type: str, loader: Loader) -> None:
    """Register the loader of a type. Rows of a type without one are loaded with a query for each relation."""
    _loaders[search_type] = loader


def types() -> list[str]:
    """Return the names of all types of documents."""
    return sorted(_classes())


def _classes() -> dict[str, type[Any]]:
    return {cls.search_type: cls for cls in searchable_classes().values()}


def load(keys: Iterable[str]) -> dict[str, SearchDocument]:
    """Return the findable documents with these keys, as the database has them now."""
    wanted: dict[str, list[int]] = defaultdict(list)
    known = _classes()
    for key in keys:
        search_type, _colon, row_id = key.partition(":")
        if search_type in known:
            wanted[search_type].append(int(row_id))
    found = (document for search_type, ids in wanted.items() for document in _of_type(search_type, ids))
    return {document.key: document for document in found}


def _of_type(search_type: str, ids: list[int]) -> Iterator[SearchDocument]:
    for start in range(0, len(ids), CHUNK):
        for row in _rows(search_type, ids[start : start + CHUNK]):
            document = _document(row)
            if document is not None:
                yield document


def _rows(search_type: str, ids: list[int]) -> Iterable[Any]:
    loader = _loaders.get(search_type)
    if loader is not None:
        return loader(ids)
    cls = _classes()[search_type]
    return db.session.scalars(select(cls).where(cls.id.in_(ids)))


def _document(row: Any) -> SearchDocument | None:
    """Return the document of a row. A row that raises an error is logged and skipped, so that it stops no others."""
    try:
        document: SearchDocument | None = row.search_document()
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever is wrong in one row
        log.error("search_document_failed", key=row.search_key, reason=f"{type(error).__name__}: {error}"[:200])
        return None
    return document


def every_key() -> dict[str, list[int]]:
    """Return the ids of all rows by type, findable or not."""
    return {kind: list(db.session.scalars(select(cls.id).order_by(cls.id))) for kind, cls in sorted(_classes().items())}


def everything(keys: Mapping[str, list[int]]) -> Iterator[tuple[int, list[SearchDocument]]]:
    """Return the findable documents of these rows in chunks, each with how many rows were read for it.

    Between chunks memory and the read lock of the database are released.
    """
    for search_type, ids in keys.items():
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            yield len(chunk), list(_of_type(search_type, chunk))
            db.session.rollback()
            db.session.expunge_all()


def with_progress(
    keys: Mapping[str, list[int]], progress: Callable[[int, int], None] | None, *, show: bool
) -> Iterator[list[SearchDocument]]:
    """Return the chunks of `everything`; after each, `progress` is called with rows done and rows in all."""
    total = sum(map(len, keys.values()))
    with tqdm(total=total, desc="zoekindex", unit="", file=sys.stderr, disable=not show) as bar:
        done = 0
        for read, chunk in everything(keys):
            yield chunk
            bar.update(read)
            done += read
            if progress is not None:
                progress(done, total)


def newest(limit: int) -> list[SearchDocument]:
    """Return the most recent documents without using the index: shown while the index cannot be used."""
    recent = []
    for search_type, cls in sorted(_classes().items()):
        ids = list(db.session.scalars(select(cls.id).order_by(cls.id.desc()).limit(limit)))
        recent += [document for document in _of_type(search_type, ids) if document.day and not document.for_members]
    return sorted(recent, key=lambda document: (document.day, document.key), reverse=True)[:limit]


def moments(keys: Iterable[str]) -> dict[str, tuple[datetime, datetime]]:
    """Return when each of these documents was published and last changed; types without times are left out.

    Only the times are read, so that sorting a thousand documents is cheap.
    """
    wanted: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        search_type, _colon, row_id = key.partition(":")
        wanted[search_type].append(int(row_id))
    found = {}
    for search_type, ids in wanted.items():
        cls = _classes().get(search_type)
        published = getattr(cls, "published_at", None) or getattr(cls, "created_at", None)
        if cls is None or published is None:
            continue
        updated = getattr(cls, "updated_at", published)
        for start in range(0, len(ids), CHUNK):
            rows = select(cls.id, published, updated).where(cls.id.in_(ids[start : start + CHUNK]))
            for row_id, first, last in db.session.execute(rows.where(published.is_not(None))):
                found[f"{search_type}:{row_id}"] = (first, last or first)
    return found


def facet_names(search_type: str) -> list[tuple[FacetValue, tuple[str, ...]]]:
    """Return every option of a facet with all names by which somebody may type it."""
    cls = _classes().get(search_type)
    if cls is None:
        return []
    columns = [getattr(cls, name) for name in LABELS if hasattr(cls, name)]
    number = getattr(cls, "number", literal(0))
    rows = db.session.execute(select(cls.slug, number, *columns).order_by(number, cls.slug))
    return [(FacetValue(slug, names[0], place), tuple(names)) for slug, place, *names in rows]


def facet_values(search_type: str, slugs: Collection[str]) -> dict[str, FacetValue]:
    """Return the labels of facet options; the options are slugs of a content class."""
    cls = _classes().get(search_type)
    if cls is None or not slugs:
        return {}
    label = next(getattr(cls, name) for name in LABELS if hasattr(cls, name))
    number = getattr(cls, "number", literal(0))
    rows = db.session.execute(select(cls.slug, label, number).where(cls.slug.in_(slugs)))
    return {slug: FacetValue(slug, text, place) for slug, text, place in rows}
