"""The embedded engine: a Whoosh index in a folder, for a portal on one machine."""

import threading
from collections.abc import Iterable
from pathlib import Path

from portal.search.engines.base import Progress, Results, SearchRequest
from portal.search.engines.embedded import indexer
from portal.search.engines.embedded.lexicon import SnapshotLexicon
from portal.search.engines.embedded.searching import search
from portal.search.engines.embedded.store import IndexStore
from portal.search.models import SearchDocument
from portal.search.query.clauses import Plan


class EmbeddedEngine:
    """Implements `search.engines.base.Engine` on an index in a folder."""

    name = "whoosh"

    def __init__(self, root: Path) -> None:
        """Take the folder; nothing is read or created yet."""
        self.store = IndexStore(root)

    def search(self, plan: Plan, request: SearchRequest) -> Results:
        """Return the hits of a request, best first."""
        return search(self.store, plan, request)

    def lexicon(self, *, members: bool = False) -> SnapshotLexicon:
        """Return the lexicon; only with `members` it proposes words that visitors may not find."""
        return SnapshotLexicon(self.store.snapshot(), self.store.report_damage, members=members)

    def keys(self) -> set[str]:
        """Return the keys of all documents."""
        return self.store.snapshot().keys()

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.store.snapshot())

    def apply_changes(self, limit: int) -> int:
        """Apply at most `limit` rows of the change feed to the index."""
        return indexer.apply_changes(self.store, limit)

    def rebuild(self, progress: Progress | None = None, *, show_progress: bool = False) -> int:
        """Build a new index beside the live one and replace that."""
        return indexer.rebuild(self.store, progress, show_progress=show_progress)

    def run_forever(self, stop: threading.Event) -> None:
        """Apply changes and repair damage until `stop` is set."""
        indexer.run_forever(self.store, stop)

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Replace the contents of the index."""
        indexer.fill(self.store, documents)
