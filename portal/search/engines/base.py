"""The interface of a search engine: what it is asked, what it returns and which errors it raises.

Two engines implement it: the embedded one, on Whoosh's files in `instance/search/`, and PostgreSQL. Both store the
same terms (`search.indexing.terms`) and answer the same query plans (`search.query.plan`); one suite of tests
(`tests/search/engines`) runs over both. `search.engines.factory` chooses between them.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from portal.search.models import SearchDocument
from portal.search.query.clauses import Plan
from portal.search.query.lexicon import Lexicon

DIMENSIONS = ("type", "theme", "year", "organisation")
"""The facets of a search."""

WANTED = 20
"""Full matches below which a search is widened to partial matches: one page, whichever page is shown."""

Chosen = Mapping[str, Sequence[str]]
"""Chosen options per facet: options of one facet are combined with "or", facets with "and"."""

Progress = Callable[[int, int], None]
"""Called with the number of rows done and of all rows."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a search asks for besides its words: which documents may be found, and what to return of them."""

    chosen: Chosen = field(default_factory=dict)
    """The facet options that narrow the search."""
    members: bool = False
    """Whether documents for members only are found, counted and returned."""
    offset: int = 0
    """Hits to skip."""
    limit: int = 20
    """Most hits to return."""
    counts: bool = True
    """Whether to count the options of each facet."""
    widen: bool = True
    """Whether documents that match a part of the query follow when fewer than WANTED match all of it. Without it they
    are returned only when no document matches all of it."""

    def first_hits(self, limit: int) -> "SearchRequest":
        """Return the cheaper request for the first hits alone: not widened and without facet counts."""
        return replace(self, offset=0, limit=limit, counts=False, widen=False)


class SearchUnavailable(Exception):
    """The index is missing, damaged, of another version or unreachable; the worker repairs it."""


class RebuildRunning(Exception):
    """Another process is rebuilding the index."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit: the key of its document and its score."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """The result of a search. `hits` is one page of `total`; the facets count all of them."""

    hits: list[Hit]
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    complete: int = 0
    """How many of them match the whole query; they come first."""
    ignored: tuple[str, ...] = ()
    """Words that were ignored because time ran out."""
    at_least: bool = False
    """Whether there are more than `total`, where counting stopped."""
    seconds: float = 0.0


class Engine(Protocol):
    """An index of documents that can be searched and that is updated from the change feed.

    Every method may raise SearchUnavailable. All of them are safe to call from several threads.
    """

    name: str

    def search(self, plan: Plan, request: SearchRequest) -> Results:
        """Return the hits of a request, best first; newest first when the plan has no needs."""

    def lexicon(self, *, members: bool = False) -> Lexicon:
        """Return the lexicon; only with `members` it proposes words that visitors may not find."""

    def keys(self) -> set[str]:
        """Return the keys of all documents."""

    def __len__(self) -> int:
        """Return the number of documents."""

    def apply_changes(self, limit: int) -> int:
        """Apply at most `limit` rows of the change feed to the index; returns how many there were."""

    def rebuild(self, progress: Progress | None = None, *, show_progress: bool = False) -> int:
        """Build a new index beside the live one, replace that, and return the number of documents.

        Raises RebuildRunning when another process is rebuilding; with `show_progress`, where a person is watching, it
        waits until that is done.
        """

    def run_forever(self, stop: threading.Event) -> None:
        """Apply changes and repair damage until `stop` is set; needs an application context."""

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Replace the contents of the index: for scratch indexes, which follow no change feed."""
