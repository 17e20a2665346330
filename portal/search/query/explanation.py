"""Why a search finds what it finds: the synonyms it uses and what it would find without them, for the editors."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.search.engines.base import SearchRequest, SearchUnavailable
from portal.search.engines.factory import engine
from portal.search.indexing import documents
from portal.search.language import synonyms
from portal.search.language.analysis import stems
from portal.search.language.synonyms import Group
from portal.search.page import content_types
from portal.search.query import execution, parser, plan
from portal.search.query.execution import Found

MAX_FINDS = 5


@dataclass(frozen=True, slots=True)
class Explanation:
    """The synonyms of a query, how much it finds with and without them, and the first hits."""

    words: str
    meant: Sequence[tuple[str, Sequence[str]]]
    """Words of the query, each with its synonyms."""
    total: int | None = None
    plain_total: int | None = None
    """What the words find without synonyms; both are None while the index is away."""
    finds: Sequence[tuple[str, str, str]] = ()
    """Title, path and kind of the first hits."""

    def mentions(self, group: Group) -> bool:
        """Whether a word of the query, in whatever form, is in a group of synonyms."""
        wanted = {stem for surface in _surfaces(self.words) for stem in stems(surface)}
        members = (synonyms.row_of(member) for member in (*group.members, *group.narrower))
        return any(not wanted.isdisjoint(stems(word)) for row in members for word in row)


def explain(words: str) -> Explanation:
    """Return how a visitor's search for some words is answered."""
    asked = parser.parse(words)
    meant = _meant(_surfaces(words))
    if not asked.nodes:
        return Explanation(words, meant)
    request = SearchRequest().first_hits(MAX_FINDS)
    try:
        found = execution.find(asked, request)
        alone = plan.make(asked, engine().lexicon())
        plain = Found(alone, engine().search(alone, request))
    except SearchUnavailable:
        return Explanation(words, meant)
    here = documents.load(hit.key for hit in found.results.hits)
    first = [here[hit.key] for hit in found.results.hits if hit.key in here]
    finds = [(row.title, row.path, content_types.label_of(row.type, row.kind)) for row in first if not row.for_members]
    return Explanation(words, meant, execution.complete(found), execution.complete(plain), finds)


def _surfaces(words: str) -> list[str]:
    return [word.surface for node in parser.parse(words).nodes for word in parser.words_of(node)]


def _meant(surfaces: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the words that have synonyms, each with all of them."""
    return [
        (" ".join(surfaces[match.start : match.start + match.length]), [" ".join(row) for row in match.alternatives])
        for match in synonyms.current().matches(surfaces)
    ]
