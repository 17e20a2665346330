"""The PostgreSQL engine: an index in the portal's own database, for any number of machines."""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection, Engine

from portal.core.extensions import db
from portal.search.engines.base import Chosen, Progress, Results, SearchUnavailable
from portal.search.engines.postgres import indexer, worker
from portal.search.engines.postgres.connection import Cancelled, reading
from portal.search.engines.postgres.lexicon import PostgresLexicon, exact_count
from portal.search.engines.postgres.searching import search
from portal.search.models import SearchDocument
from portal.search.query.plan import Plan

LIVE = "live"
SCRATCH = re.compile(r"[a-z][a-z0-9]{0,20}")
PATIENCE_SECONDS = 30.0
"""For questions about the whole index, which no visitor asks."""


class PostgresEngine:
    """The index that the application's database holds; with `scratch` another one beside it, under that name."""

    name = "postgres"

    def __init__(self, scratch: str = "") -> None:
        """Take the name; nothing is read or made yet."""
        if scratch and not SCRATCH.fullmatch(scratch):
            raise ValueError("the name of a scratch index is a few letters and digits")
        self._index = f"scratch_{scratch}" if scratch else LIVE

    @property
    def _engine(self) -> Engine:
        return db.engine

    @classmethod
    @contextmanager
    def scratch(cls, name: str) -> Iterator[Self]:
        """Give an empty index under another name, dropped afterwards."""
        engine = cls(name)
        try:
            engine.fill([])
            yield engine
        finally:
            engine.drop()

    def search(
        self,
        plan: Plan,
        chosen: Chosen,
        *,
        members: bool = False,
        offset: int = 0,
        limit: int = 20,
        counts: bool = True,
        widen: bool = True,
    ) -> Results:
        """Return the finds from `offset` on, best first."""
        return search(
            self._engine,
            self._index,
            plan,
            chosen,
            members=members,
            offset=offset,
            limit=limit,
            counts=counts,
            widen=widen,
        )

    def lexicon(self) -> PostgresLexicon:
        """Return the words of the index."""
        return PostgresLexicon(self._engine, self._index)

    def keys(self) -> set[str]:
        """Return the keys of all documents."""
        with self._reading() as connection:
            return set(connection.exec_driver_sql("SELECT key FROM index_entry").scalars())

    def __len__(self) -> int:
        """Return the number of documents."""
        with self._reading() as connection:
            return exact_count(connection)

    def apply_changes(self, limit: int) -> int:
        """Take at most `limit` rows of the change feed and bring the index up to them."""
        return indexer.apply_changes(self._engine, self._index, limit)

    def rebuild(self, progress: Progress | None = None, *, show_progress: bool = False) -> int:
        """Build the index anew beside the live one and put it in its place."""
        return indexer.rebuild(self._engine, self._index, progress, show_progress=show_progress)

    def run_forever(self, stop: threading.Event) -> None:
        """Follow the feed, and mend what is damaged, until `stop` is set."""
        worker.run_forever(self._engine, self._index, stop)

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Let the index hold these documents and no others."""
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
