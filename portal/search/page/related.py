"""Related documents for searches with few hits: documents with the same rare words as the best hits.

This is pseudo-relevance feedback: the highest-weighted terms of the first hits are searched for. The documents are
shown apart from the hits, because they may not contain a single word of the query.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from portal.search.engines.base import Engine, Hit, SearchRequest
from portal.search.indexing.terms import STEMS, terms_of
from portal.search.models import SearchDocument
from portal.search.query import ranking
from portal.search.query.clauses import Clause, Plan, Variant

LEARNT_FROM = 3
"""Best hits whose terms are used; later ones are too often about something else."""

WORDS_TAKEN = 12
LONGEST_TEXT = 3_000
"""Characters of a hit that are analysed, which takes a millisecond or two in all."""

SHORTEST = 3
MOST_SHARE = 0.1
"""Largest share of the documents that may contain a term; more common terms are not distinctive."""


def plan_like(hits: Sequence[Hit], found: Mapping[str, SearchDocument], engine: Engine) -> Plan:
    """Return a plan with the highest-weighted terms of the best hits; it has no needs when there are none."""
    lexicon = engine.lexicon()
    weights: dict[str, float] = defaultdict(float)
    for hit in hits[:LEARNT_FROM]:
        document = found.get(hit.key)
        if document is not None:
            share = hit.score / hits[0].score if hits[0].score else 1.0
            for stem, weight in _stems(document).items():
                weights[stem] += share * weight
    having = lexicon.frequencies([(STEMS, stem) for stem in weights])
    most = MOST_SHARE * lexicon.documents
    telling = {
        stem: weight * ranking.rarity(lexicon.documents, having[STEMS, stem])
        for stem, weight in weights.items()
        if 1 < having.get((STEMS, stem), 0) <= max(most, 2)
    }
    best = sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:WORDS_TAKEN]
    return Plan(tuple(Clause(stem, weight, (Variant(STEMS, stem, ranking.EXACT),)) for stem, weight in best))


def _stems(document: SearchDocument) -> Mapping[str, float]:
    short = SearchDocument(
        document.key, document.type, document.title, document.text[:LONGEST_TEXT], document.path, document.themes
    )
    stems = terms_of(short).stems
    return {stem: weight for stem, weight in stems.items() if len(stem) >= SHORTEST and stem.isalpha()}


def find_related(
    hits: Sequence[Hit],
    found: Mapping[str, SearchDocument],
    engine: Engine,
    request: SearchRequest,
    *,
    most: int,
) -> tuple[Hit, ...]:
    """Return at most `most` further documents, the most similar first; `hits` are all hits of a search.

    Raises SearchUnavailable when the index cannot be used now.
    """
    plan = plan_like(hits, found, engine)
    if not plan.clauses:
        return ()
    known = {hit.key for hit in hits}
    likest = engine.search(plan, replace(request, offset=0, limit=most + len(known), counts=False)).hits
    return tuple(hit for hit in likest if hit.key not in known)[:most]
