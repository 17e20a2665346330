"""Searching: from a query to documents in order, with counts beside each option of each facet.

All words must be found; when no document has them all, those that have most of them come, and the results say so.
A search costs time in proportion to the posting lists of at most eight words: half a second is never reached at
the sizes this engine is for, and where it would be, the words that remain are left out.
"""

import heapq
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce

from portal.core import clock
from portal.search import ranking
from portal.search.codec import WEIGHT_UNITS
from portal.search.query import Joined, Node, Phrase, Query, Word
from portal.search.schema import STEMS, WORDS
from portal.search.segments import Part, Snapshot
from portal.search.store import IndexStore, SearchUnavailable

DIMENSIONS = ("type", "theme", "year", "organisation")
BUDGET_SECONDS = 0.4
BEGINNINGS = 25
"""Most words that a beginning stands for: the most frequent ones."""

READ_TRIES = 3

Scores = dict[int, float]
Chosen = Mapping[str, Sequence[str]]


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
    loosened: bool = False
    """No document has all words: these have some of them."""
    ignored: tuple[str, ...] = ()
    seconds: float = 0.0


def search(
    store: IndexStore, query: Query, chosen: Chosen, *, offset: int = 0, limit: int = 20, counts: bool = True
) -> Results:
    """Return the finds from `offset` on, best first; newest first when there are no words.

    Raises SearchUnavailable when the index cannot be used now.
    """
    started = time.perf_counter()
    for _attempt in range(READ_TRIES):
        snapshot = store.snapshot()
        try:
            found = _Search(snapshot, query, {name: values for name, values in chosen.items() if values}, started)
            hits = found.best(offset, limit)
            facets = found.facets() if counts else {}
        except Exception as error:  # noqa: BLE001  # what is damaged on disk can raise anything
            reason = error
            continue
        ignored = (*query.ignored, *found.ignored)
        return Results(hits, found.total, facets, found.loosened, ignored, time.perf_counter() - started)
    store.report_damage(reason)
    raise SearchUnavailable("damaged") from reason


class _Search:
    """One search over one generation of the index."""

    def __init__(self, snapshot: Snapshot, query: Query, chosen: Chosen, started: float) -> None:
        self._parts = snapshot.parts
        self._size = len(snapshot)
        self._chosen = chosen
        self._today: date = clock.today()
        self.ignored: list[str] = []
        self.loosened = False
        self._nodes = [] if not query.nodes else self._evaluate(query.nodes, started)
        if query.nodes:
            self._matches = [self._with_all(place) for place in range(len(self._parts))]
            if len(query.nodes) > 1 and not any(self._matches):
                self.loosened = True
                self._matches = self._with_most()
        else:
            self._matches = [self._undeleted(part) for part in self._parts]
        self._bits = [part.facts.facets.rows(found) for part, found in zip(self._parts, self._matches, strict=True)]
        if chosen:
            self._narrow()
        self.total = sum(map(len, self._matches))

    # ── which documents ──

    def _evaluate(self, nodes: Sequence[Node], started: float) -> list[tuple[float, list[Scores]]]:
        """Return per node how rare it is and what each document of each part scores on it."""
        evaluated: list[tuple[float, list[Scores]]] = []
        for node in nodes:
            if evaluated and time.perf_counter() - started > BUDGET_SECONDS:
                self.ignored.append(_shown(node))
                continue
            scores = self._scores(node)
            having = sum(map(len, scores))
            evaluated.append((ranking.rarity(self._size, min(having, self._size)), scores))
        return evaluated

    def _with_all(self, place: int) -> set[int]:
        """Return the documents of a part that have every node."""
        found = sorted((scores[place].keys() for _rarity, scores in self._nodes), key=len)
        matches = reduce(lambda left, right: left & right, found[1:], set(found[0]))
        return matches - self._parts[place].deleted

    def _with_most(self) -> list[set[int]]:
        """Return the documents that have at least half of the nodes; of one of them when none has half."""
        counted = [
            Counter(number for _rarity, scores in self._nodes for number in scores[place] if number not in part.deleted)
            for place, part in enumerate(self._parts)
        ]
        most = max((max(counter.values(), default=0) for counter in counted), default=0)
        enough = min(most, (len(self._nodes) + 1) // 2)
        return [{number for number, count in counter.items() if count >= max(1, enough)} for counter in counted]

    @staticmethod
    def _undeleted(part: Part) -> set[int]:
        return set(range(len(part.facts.keys))) - part.deleted

    def _narrow(self) -> None:
        """Keep what answers the chosen facets; the counts beside options need the others too, so bits stay."""
        for place, part in enumerate(self._parts):
            bits = self._bits[place]
            for dimension, values in self._chosen.items():
                bits &= part.facts.facets.having(dimension, values)
            kept = bits.to_bytes(len(part.facts.keys) // 8 + 1, "little")
            self._matches[place] = {number for number in self._matches[place] if kept[number >> 3] >> (number & 7) & 1}

    def facets(self) -> dict[str, dict[str, int]]:
        """Return per dimension the count of each option that has any, the other dimensions staying as chosen."""
        totals: dict[str, Counter[str]] = {dimension: Counter() for dimension in DIMENSIONS}
        for part, bits in zip(self._parts, self._bits, strict=True):
            for dimension, counted in part.facts.facets.counts(self._chosen, bits).items():
                totals[dimension].update(counted)
        return {dimension: {value: n for value, n in counted.items() if n} for dimension, counted in totals.items()}

    # ── in which order ──

    def best(self, offset: int, limit: int) -> list[Hit]:
        """Return a page of the finds."""
        scored = self._ranked() if self._nodes else self._by_day()
        best = heapq.nlargest(offset + limit, scored)[offset:]
        return [Hit(self._parts[place].facts.keys[number], score) for score, place, number in best]

    def _ranked(self) -> Iterable[tuple[float, int, int]]:
        for place, part in enumerate(self._parts):
            priors = part.facts.priors(self._today)
            totals = dict.fromkeys(self._matches[place], 0.0)
            for rarity, scores in self._nodes:
                known = scores[place].get
                for number in totals:
                    totals[number] += rarity * known(number, 0.0)
            for number, total in totals.items():
                yield total * priors[number] * self._coverage(place, number), place, number

    def _coverage(self, place: int, number: int) -> float:
        """Return 1.0 for a document that has all words, far less for one that has some of them."""
        if not self.loosened:
            return 1.0
        return (sum(number in scores[place] for _rarity, scores in self._nodes) / len(self._nodes)) ** 2

    def _by_day(self) -> Iterable[tuple[float, int, int]]:
        for place, part in enumerate(self._parts):
            days = part.facts.days
            for number in self._matches[place]:
                yield float(days[number]), place, number

    # ── what a node scores ──

    def _scores(self, node: Node) -> list[Scores]:
        match node:
            case Word():
                return self._of_word(node)
            case Joined(whole, parts):
                apart = _together([self._of_word(part) for part in parts], ranking.PARTS / len(parts))
                return [_highest(*pair) for pair in zip(self._of_word(whole), apart, strict=True)]
            case Phrase():
                return [self._of_phrase(part, node) for part in self._parts]

    def _of_word(self, word: Word) -> list[Scores]:
        terms = [(STEMS, stem, ranking.STEM) for stem in word.stems]
        terms.append((WORDS, word.surface, ranking.EXACT))
        if word.beginning:
            terms += [(WORDS, longer, ranking.BEGINNING) for longer in self._longer(word.surface)]
        return [_of_terms(part, terms) for part in self._parts]

    def _longer(self, beginning: str) -> list[str]:
        """Return the most frequent words that begin so, itself left out."""
        counted: Counter[str] = Counter()
        for part in self._parts:
            counted.update(dict(part.segment.words_beginning(beginning)))
        del counted[beginning]
        return [word for word, _count in counted.most_common(BEGINNINGS)]

    @staticmethod
    def _of_phrase(part: Part, phrase: Phrase) -> Scores:
        postings = [part.segment.postings(WORDS, word) for word, _place in phrase.words]
        among = reduce(lambda left, right: left & right.keys(), postings[1:], set(postings[0])) - part.deleted
        starts: dict[int, set[int]] = {}
        for nth, (word, offset) in enumerate(phrase.words):
            places = part.segment.places(word, among)
            here = {number: {place - offset for place in found} for number, found in places.items()}
            starts = here if nth == 0 else {number: starts[number] & here[number] for number in starts}
        factor = ranking.PHRASE / len(postings) / WEIGHT_UNITS
        return {n: factor * sum(weights[n] for weights in postings) for n, found in starts.items() if found}


def _of_terms(part: Part, terms: Iterable[tuple[str, str, float]]) -> Scores:
    """Return per document the best that any of these (field, term, factor) gives."""
    scores: Scores = {}
    for name, term, factor in terms:
        unit = factor / WEIGHT_UNITS
        found = part.segment.postings(name, term)
        if not scores:
            scores = {number: unit * weight for number, weight in found.items()}
            continue
        known = scores.get
        for number, weight in found.items():
            score = unit * weight
            if score > known(number, 0.0):
                scores[number] = score
    return scores


def _highest(left: Scores, right: Scores) -> Scores:
    return left | {number: score for number, score in right.items() if score > left.get(number, 0.0)}


def _together(scores: list[list[Scores]], factor: float) -> list[Scores]:
    """Return what documents that have all of these score on them together, by part."""
    return [
        {
            number: factor * sum(word[number] for word in words)
            for number in reduce(lambda left, right: left & right.keys(), words[1:], set(words[0]))
        }
        for words in zip(*scores, strict=True)
    ]


def _shown(node: Node) -> str:
    match node:
        case Word(surface):
            return surface
        case Joined(whole):
            return whole.surface
        case Phrase(words):
            return " ".join(surface for surface, _place in words)
