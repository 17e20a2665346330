"""The embedded engine: an index of Whoosh's kind in a folder, for a portal on one machine."""

import threading
from collections.abc import Iterable
from pathlib import Path

from portal.search.engines.base import Chosen, Progress, Results
from portal.search.engines.embedded import indexer
from portal.search.engines.embedded.lexicon import SnapshotLexicon
from portal.search.engines.embedded.searching import search
from portal.search.engines.embedded.store import IndexStore
from portal.search.models import SearchDocument
from portal.search.query.plan import Plan


class EmbeddedEngine:
    """The index in a folder."""

    name = "whoosh"

    def __init__(self, root: Path) -> None:
        """Take the folder; nothing is read or made yet."""
        self.store = IndexStore(root)

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
        return search(self.store, plan, chosen, members=members, offset=offset, limit=limit, counts=counts, widen=widen)

    def lexicon(self) -> SnapshotLexicon:
        """Return the words of the index."""
        return SnapshotLexicon(self.store.snapshot(), self.store.report_damage)

    def keys(self) -> set[str]:
        """Return the keys of all documents."""
        return self.store.snapshot().keys()

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.store.snapshot())

    def apply_changes(self, limit: int) -> int:
        """Take at most `limit` rows of the change feed and bring the index up to them."""
        return indexer.apply_changes(self.store, limit)

    def rebuild(self, progress: Progress | None = None, *, show_progress: bool = False) -> int:
        """Build the index anew beside the live one and put it in its place."""
        return indexer.rebuild(self.store, progress, show_progress=show_progress)

    def run_forever(self, stop: threading.Event) -> None:
        """Follow the feed, and mend what is damaged, until `stop` is set."""
        indexer.run_forever(self.store, stop)

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Let the index hold these documents and no others."""
        indexer.fill(self.store, documents)
