"""What else may interest who finds little: documents that speak of the same things as the best finds.

The most telling words of the first few finds are searched for in turn (pseudo relevance feedback). Shown apart from
the finds, for these documents need not have a single word of the query.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from portal.search.engines.base import Chosen, Engine, Hit
from portal.search.indexing.terms import STEMS, terms_of
from portal.search.models import SearchDocument
from portal.search.query import ranking
from portal.search.query.clauses import Clause, Plan, Variant

LEARNT_FROM = 3
"""Best finds whose words are taken: further ones are too often about something else."""

WORDS_TAKEN = 12
LONGEST_TEXT = 3_000
"""Characters of a find that are looked at: a page of time for a few finds is a millisecond or two."""

SHORTEST = 3
MOST_SHARE = 0.1
"""Words that a tenth of all documents have tell nothing apart."""


def plan_like(hits: Sequence[Hit], found: Mapping[str, SearchDocument], engine: Engine) -> Plan:
    """Return the plan that looks for what the best finds have in common; one without needs when that is nothing."""
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
    chosen: Chosen,
    *,
    members: bool,
    most: int,
) -> tuple[Hit, ...]:
    """Return at most `most` further documents, the likest first; `hits` are all that a search found.

    Raises SearchUnavailable when the index cannot be used now.
    """
    plan = plan_like(hits, found, engine)
    if not plan.clauses:
        return ()
    known = {hit.key for hit in hits}
    likest = engine.search(plan, chosen, members=members, limit=most + len(known), counts=False).hits
    return tuple(hit for hit in likest if hit.key not in known)[:most]
