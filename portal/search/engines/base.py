"""What a search engine must do, and which one serves this application.

Two engines hold the same terms (`search.indexing.terms`) and answer the same plans (`search.query.plan`): the embedded one, on
Whoosh's files in `instance/search/`, and PostgreSQL. `PORTAL_SEARCH` chooses; one suite of tests runs over both.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from flask import current_app

from portal.search.models import SearchDocument
from portal.search.query.lexicon import Lexicon
from portal.search.query.plan import Plan

DIMENSIONS = ("type", "theme", "year", "organisation")
"""The facets of the search page."""

WANTED = 20
"""Where fewer documents have all that was asked for, others follow: one page, whichever page is looked at."""

EXTENSION = "search_engine"

Chosen = Mapping[str, Sequence[str]]
"""Per dimension the options that narrow a search; options of one dimension widen it."""

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all."""


class SearchUnavailable(Exception):
    """The index is missing, damaged, of another version or out of reach; the worker mends it by itself."""


class RebuildRunning(Exception):
    """Another process is building the index anew."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A find: the key of its document and how well it answers."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found. `hits` is one page of `total`; facets count over all of them."""

    hits: list[Hit]
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    complete: int = 0
    """How many of them have all that was asked for; they come first."""
    ignored: tuple[str, ...] = ()
    """What was left out because time ran out."""
    at_least: bool = False
    """There are more than `total`: counting stopped there."""
    seconds: float = 0.0


class Engine(Protocol):
    """An index of documents that can be searched, and that follows the feed of changes.

    Every method may raise SearchUnavailable. All of them are safe to call from several threads.
    """

    name: str

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
        """Return the finds from `offset` on, best first; newest first when the plan asks for nothing.

        Documents for members only are found, counted and seen when `members` is true, and never else. With `widen`,
        documents that have part of what was asked for follow when few have all of it; without, they come only
        when none has.
        """

    def lexicon(self) -> Lexicon:
        """Return the words of the index."""

    def keys(self) -> set[str]:
        """Return the keys of all documents."""

    def __len__(self) -> int:
        """Return the number of documents."""

    def apply_changes(self, limit: int) -> int:
        """Take at most `limit` rows of the change feed and bring the index up to them; returns how many there were."""

    def rebuild(self, progress: Progress | None = None, *, show_progress: bool = False) -> int:
        """Build the index anew beside the live one, put it in its place, and return how many documents it holds.

        Raises RebuildRunning when another process does so; with a progress bar, so with a person who looks on, it
        waits for its turn.
        """

    def run_forever(self, stop: threading.Event) -> None:
        """Follow the feed, and mend what is damaged, until `stop` is set; needs an application context."""

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Let the index hold these documents and no others: for scratch indexes, which follow no feed."""


def engine() -> Engine:
    """Return the engine of the current application."""
    known: Engine | None = current_app.extensions.get(EXTENSION)
    if known is None:  # an empty index is false
        known = current_app.extensions.setdefault(EXTENSION, _make())
    return known


def _make() -> Engine:
    settings = current_app.config["SETTINGS"]
    if settings.search == "postgres":
        from portal.search.engines.postgres.engine import PostgresEngine

        return PostgresEngine()
    from portal.search.engines.embedded.engine import EmbeddedEngine

    return EmbeddedEngine(settings.instance / "search")
