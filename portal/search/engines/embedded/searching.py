"""Executes query plans on the embedded index: matching, ranking and facet counts.

The cost of a search is proportional to the length of the posting lists of at most eight needs. When the time budget is
used up, which does not happen at the sizes this engine is meant for, the remaining needs are ignored.
"""

import heapq
import time
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from datetime import date
from functools import reduce
from typing import NamedTuple

from portal.core import clock
from portal.search.engines.base import DIMENSIONS, WANTED, Hit, Results, SearchRequest, SearchUnavailable
from portal.search.engines.embedded.codec import WEIGHT_UNITS
from portal.search.engines.embedded.segments import Part, Snapshot
from portal.search.engines.embedded.store import IndexStore
from portal.search.indexing.terms import WORDS
from portal.search.query import ranking
from portal.search.query.clauses import AllOf, Clause, Plan, Variant

BUDGET_SECONDS = 0.4
READ_TRIES = 3

Scores = dict[int, float]
"""Scores by document number within a part."""


class _Scored(NamedTuple):
    """The scores of documents on a need, per part of the index; `weak` of those that match it only weakly."""

    rarity: float
    parts: list[Scores]
    weak: list[Scores]


def search(store: IndexStore, plan: Plan, request: SearchRequest) -> Results:
    """Return the hits of a request, best first; newest first when the plan has no needs.

    Raises SearchUnavailable when the index cannot be used now.
    """
    started = time.perf_counter()
    for _attempt in range(READ_TRIES):
        snapshot = store.snapshot()
        try:
            found = _Search(snapshot, plan, request, started)
            found.choose(WANTED if request.widen else 1)
            hits = found.best(request.offset, request.limit)
            facets = found.facets() if request.counts else {}
        except Exception as error:  # noqa: BLE001  # what is damaged on disk can raise anything
            reason = error
            continue
        seconds = time.perf_counter() - started
        return Results(hits, found.total, facets, found.complete, tuple(found.ignored), seconds=seconds)
    store.report_damage(reason)
    raise SearchUnavailable("damaged") from reason


class _Search:
    """One search over one generation of the index."""

    def __init__(self, snapshot: Snapshot, plan: Plan, request: SearchRequest, started: float) -> None:
        self._parts = snapshot.parts
        self._plan = plan
        self._chosen = {name: values for name, values in request.chosen.items() if values}
        self._today: date = clock.today()
        self.ignored: list[str] = []
        self.total = self.complete = 0
        self._blocked = [_unreadable(part, members=request.members) for part in self._parts]
        self._required: list[list[Scores]] = []
        self._needs = self._evaluate(plan.clauses, started)
        self._take_out(plan.without)
        self._coverage: list[Scores] = [{} for _part in self._parts]
        self._matches: list[set[int]] = []
        self._bits: list[int] = []

    # ── which documents ──

    def _evaluate(self, needs: Sequence[Clause], started: float) -> list[_Scored]:
        evaluated: list[_Scored] = []
        for need in needs:
            if evaluated and time.perf_counter() - started > BUDGET_SECONDS:
                self.ignored.append(need.shown)
                continue
            scores = [_score(part, need) for part in self._parts]
            evaluated.append(_Scored(need.rarity, scores, [{} for _part in self._parts]))
        return evaluated

    def _take_out(self, unwanted: Sequence[Clause]) -> None:
        for need in unwanted:
            for place, part in enumerate(self._parts):
                self._blocked[place] = self._blocked[place] | _score(part, need).keys()

    def choose(self, wanted: int) -> None:
        """Select the hits: full matches, and when these are fewer than `wanted`, partial matches too."""
        if not self._needs:
            self._matches = [
                set(range(len(part.facts.keys))) - out for part, out in zip(self._parts, self._blocked, strict=True)
            ]
            self._count()
            self.complete = self.total
            return
        self._matches = [self._with_all(place) for place in range(len(self._parts))]
        self._count()
        self.complete = self.total
        if self.complete < wanted and (len(self._needs) > 1 or any(need.weak for need in self._plan.clauses)):
            self._add_weak()
            self._matches = self._with_some()
            self._count()

    def _add_weak(self) -> None:
        """Add the weak matches of each need, for documents that do not match it otherwise."""
        for scored, need in zip(self._needs, self._plan.clauses, strict=False):
            if not need.weak or (need.phrase and any(scored.parts)):
                continue
            for place, part in enumerate(self._parts):
                strong = scored.parts[place]
                found = _best_of(part, need.weak)
                scored.weak[place].update((n, score) for n, score in found.items() if n not in strong)

    def _require_phrases(self) -> None:
        """Require every phrase that occurs anywhere: words in quotes are meant literally."""
        for scored, need in zip(self._needs, self._plan.clauses, strict=False):
            if need.phrase and any(scored.parts):
                self._required.append(scored.parts)

    def _with_all(self, place: int) -> set[int]:
        """Return the documents of a part that match every need."""
        found = sorted((need.parts[place].keys() for need in self._needs), key=len)
        return reduce(lambda left, right: left & right, found[1:], set(found[0])) - self._blocked[place]

    def _with_some(self) -> list[set[int]]:
        """Return the documents that cover enough of the query, needs weighted by rarity, weak matches included."""
        whole = sum(need.rarity for need in self._needs) or 1.0
        self._require_phrases()
        matches = []
        for place in range(len(self._parts)):
            covered: Scores = {}
            for need in self._needs:
                _add_share(covered, need.parts[place], need.rarity / whole)
                _add_share(covered, need.weak[place], ranking.WEAK * need.rarity / whole)
            self._coverage[place] = covered
            matches.append(self._allowed(place, {n for n, share in covered.items() if share >= ranking.ENOUGH}))
        if any(matches):
            return matches
        return [self._allowed(place, set(covered)) for place, covered in enumerate(self._coverage)]

    def _allowed(self, place: int, found: set[int]) -> set[int]:
        """Return those documents that the searcher may find and that have the required phrases."""
        return reduce(lambda left, having: left & having[place].keys(), self._required, found - self._blocked[place])

    def _count(self) -> None:
        """Store the hits as bit sets, for the facet counts, and keep those with the chosen options."""
        self._bits = [part.facts.facets.rows(found) for part, found in zip(self._parts, self._matches, strict=True)]
        if self._chosen:
            self._matches = [self._narrowed(place) for place in range(len(self._parts))]
        self.total = sum(map(len, self._matches))

    def _narrowed(self, place: int) -> set[int]:
        part, bits = self._parts[place], self._bits[place]
        for dimension, values in self._chosen.items():
            bits &= part.facts.facets.having(dimension, values)
        kept = bits.to_bytes(len(part.facts.keys) // 8 + 1, "little")
        return {number for number in self._matches[place] if kept[number >> 3] >> (number & 7) & 1}

    def facets(self) -> dict[str, dict[str, int]]:
        """Return the non-zero counts of the options of each facet, given the choices in the other facets."""
        totals: dict[str, Counter[str]] = {dimension: Counter() for dimension in DIMENSIONS}
        for part, bits in zip(self._parts, self._bits, strict=True):
            for dimension, counted in part.facts.facets.counts(self._chosen, bits).items():
                totals[dimension].update(counted)
        return {dimension: {value: n for value, n in counted.items() if n} for dimension, counted in totals.items()}

    # ── in which order ──

    def best(self, offset: int, limit: int) -> list[Hit]:
        """Return a page of hits."""
        scored = self._ranked() if self._needs else self._by_day()
        best = heapq.nlargest(offset + limit, scored)[offset:]
        return [Hit(self._parts[place].facts.keys[number], score) for score, place, number in best]

    def _ranked(self) -> Iterable[tuple[float, int, int]]:
        for place, part in enumerate(self._parts):
            priors = part.facts.priors(self._today)
            totals = dict.fromkeys(self._matches[place], 0.0)
            for rarity, scores, weak in self._needs:
                for known in (scores[place], weak[place]):
                    if known:
                        score = known.get
                        for number in totals:
                            totals[number] += rarity * score(number, 0.0)
            covered = self._coverage[place]
            for number, total in totals.items():
                yield total * priors[number] * ranking.coverage(covered.get(number, 1.0)), place, number

    def _by_day(self) -> Iterable[tuple[float, int, int]]:
        for place, part in enumerate(self._parts):
            days = part.facts.days
            for number in self._matches[place]:
                yield float(days[number]), place, number


def _unreadable(part: Part, *, members: bool) -> Set[int]:
    """Return the documents of a part that are deleted or hidden from the searcher."""
    return part.deleted if members else part.deleted | part.facts.for_members


def _add_share(covered: Scores, having: Iterable[int], share: float) -> None:
    known = covered.get
    for number in having:
        covered[number] = known(number, 0.0) + share


# ── what a need scores ────────────────────────────────────────────────────────────────────────────


def _score(part: Part, need: Clause) -> Scores:
    scores = _of_phrase(part, need.phrase) if need.phrase else {}
    if need.variants:
        _add(scores, _best_of(part, need.variants).items())
    for apart in need.all_of:
        _add(scores, _together(part, apart).items())
    return scores


def _best_of(part: Part, variants: Iterable[Variant]) -> Scores:
    """Return the scores of documents on these terms: the best match, plus a fraction of the others."""
    scores: Scores = {}
    for variant in variants:
        unit = variant.factor / WEIGHT_UNITS
        found = part.segment.postings(variant.field, variant.term)
        _add(scores, ((number, unit * weight) for number, weight in found.items()))
    return scores


def _add(scores: Scores, found: Iterable[tuple[int, float]]) -> None:
    """Combine scores with those of another match: the higher one counts in full."""
    known = scores.get
    for number, score in found:
        before = known(number, 0.0)
        scores[number] = before + ranking.MORE * score if before > score else score + ranking.MORE * before


def _together(part: Part, apart: AllOf) -> Scores:
    """Return the scores of the documents that have a term of every group."""
    groups = sorted((_best_of(part, group) for group in apart.groups), key=len)
    among = reduce(lambda left, right: left & right.keys(), groups[1:], set(groups[0]))
    factor = apart.factor / len(groups)
    return {number: factor * sum(group[number] for group in groups) for number in among}


def _of_phrase(part: Part, phrase: Sequence[tuple[str, int]]) -> Scores:
    postings = [part.segment.postings(WORDS, word) for word, _place in phrase]
    among = reduce(lambda left, right: left & right.keys(), postings[1:], set(postings[0])) - part.deleted
    starts: dict[int, set[int]] = {}
    for nth, (word, offset) in enumerate(phrase):
        places = part.segment.places(word, among)
        here = {number: {place - offset for place in found} for number, found in places.items()}
        starts = here if nth == 0 else {number: starts[number] & here[number] for number in starts}
    factor = ranking.PHRASE / len(postings) / WEIGHT_UNITS
    return {n: factor * sum(weights[n] for weights in postings) for n, found in starts.items() if found}
