"""Filling an engine with small documents and asking it as the search page does."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.search.engines.base import Engine, Results, SearchRequest
from portal.search.models import SearchDocument
from portal.search.query import parser, plan
from portal.search.query.execution import Found


def document(title: str, text: str = "", *, key: str = "", **further: Any) -> SearchDocument:
    """Return a document with this title, found under `key`, else under its title."""
    kind = (key or title).partition(":")[0] if ":" in key else "post"
    return SearchDocument(key or title, further.pop("type", kind), title, text, "/", **further)


class Asker:
    """An engine with documents in it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def holding(self, *documents: SearchDocument) -> "Asker":
        """Let the engine hold these documents."""
        self.engine.fill(documents)
        return self

    def results(self, typed: str, chosen: Mapping[str, Sequence[str]] | None = None, **options: Any) -> Results:
        """Return what the engine finds for something typed."""
        return self.found(typed, SearchRequest(chosen or {}, **options)).results

    def found(self, typed: str, request: SearchRequest) -> Found:
        """Return what the engine finds with the plan that it was asked with."""
        made = plan.make(parser.parse(typed), self.engine.lexicon(members=request.members))
        return Found(made, self.engine.search(made, request))

    def __call__(self, typed: str, chosen: Mapping[str, Sequence[str]] | None = None, **options: Any) -> list[str]:
        """Return the keys of what the engine finds, in order."""
        return [hit.key for hit in self.results(typed, chosen, **options).hits]
