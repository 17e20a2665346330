"""The PostgreSQL engine: an index in the portal's own database, for any number of machines."""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine

from portal.core.extensions import db
from portal.search.engines.base import Progress, Results, SearchRequest, SearchUnavailable
from portal.search.engines.postgres import indexer, worker
from portal.search.engines.postgres.connection import Cancelled, reading
from portal.search.engines.postgres.lexicon import PostgresLexicon, exact_count
from portal.search.engines.postgres.searching import search
from portal.search.models import SearchDocument
from portal.search.query.clauses import Plan

LIVE = "live"
SCRATCH = re.compile(r"[a-z][a-z0-9]{0,20}")
PATIENCE_SECONDS = 30.0
"""Timeout of queries over the whole index, which are never part of a page."""


class PostgresEngine:
    """Implements `engines.base.Engine` in the application's database: the live index, or a scratch index by name."""

    name = "postgres"

    def __init__(self, scratch: str = "") -> None:
        """Take the name; nothing is read or created yet."""
        if scratch and not SCRATCH.fullmatch(scratch):
            raise ValueError("the name of a scratch index is a few letters and digits")
        self._index = f"scratch_{scratch}" if scratch else LIVE

    @property
    def _engine(self) -> Engine:
        return db.engine

    @classmethod
    @contextmanager
    def scratch(cls, name: str) -> Iterator[Self]:
        """Provide an empty index with another name, which is dropped afterwards."""
        engine = cls(name)
        try:
            engine.fill([])
            yield engine
        finally:
            engine.drop()

    def search(self, plan: Plan, request: SearchRequest) -> Results:
        """Return the hits of a request, best first."""
        return search(self._engine, self._index, plan, request)

    def lexicon(self, *, members: bool = False) -> PostgresLexicon:
        """Return the lexicon; only with `members` it proposes words that visitors may not find."""
        return PostgresLexicon(self._engine, self._index, members=members)

    def keys(self) -> set[str]:
        """Return the keys of all documents."""
        with self._reading() as connection:
            return set(connection.exec_driver_sql("SELECT key FROM index_entry").scalars())

    def __len__(self) -> int:
        """Return the number of documents."""
        with self._reading() as connection:
            return exact_count(connection)

    def apply_changes(self, limit: int) -> int:
        """Apply at most `limit` rows of the change feed to the index."""
        return indexer.apply_changes(self._engine, self._index, limit)

    def rebuild(self, progress: Progress | None = None, *, show_progress: bool = False) -> int:
        """Build a new index beside the live one and replace that."""
        return indexer.rebuild(self._engine, self._index, progress, show_progress=show_progress)

    def run_forever(self, stop: threading.Event) -> None:
        """Apply changes and repair damage until `stop` is set."""
        worker.run_forever(self._engine, self._index, stop)

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Replace the contents of the index."""
        indexer.fill(self._engine, self._index, documents)

    def drop(self) -> None:
        """Remove the index from the database."""
        indexer.drop(self._engine, self._index)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with reading(self._engine, self._index, PATIENCE_SECONDS) as connection:
                yield connection
        except Cancelled as error:
            raise SearchUnavailable("too slow") from error
