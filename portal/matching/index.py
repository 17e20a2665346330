"""In-memory index of entries by their terms: finds those whose subject is most like that of another entry.

Only numbers are stored per term (which entry, what weight), in typed arrays: 20,000 posts take some 15 MB. An entry
that changes gets a new place; its old place stays empty until the index is filled anew.
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Mapping
from heapq import nlargest
from sys import intern
from typing import NamedTuple

from portal.matching.entries import Entry, Group

MOST_ASKED = 20
"""Terms of an entry by which others are sought: those that tell most. It bounds the work."""
MOST_READ = 10_000
"""Entries read over all terms; a portal would need as many with the same rare words to reach it."""
PRIOR = 60
"""Entries without a term that are supposed to exist besides, so that in a small portal no word counts as common."""


Key = tuple[str, int]
"""Identifies an entry: see `Entry.key`."""


class Likeness(NamedTuple):
    """An entry that has terms in common with what was asked."""

    share: float
    """0 to 1: how much of the subject is shared."""
    entry: Entry


class _Postings:
    """The entries of one group; `entries` has None at empty places."""

    def __init__(self) -> None:
        self.entries: list[Entry | None] = []
        self.places: dict[str, array[int]] = {}
        self.weights: dict[str, array[float]] = {}

    def add(self, entry: Entry, terms: Mapping[str, float]) -> int:
        """Add an entry with its terms; returns its place."""
        place = len(self.entries)
        self.entries.append(entry)
        for term, weight in terms.items():
            if term not in self.places:
                self.places[term], self.weights[term] = array("I"), array("f")
            self.places[term].append(place)
            self.weights[term].append(weight)
        return place


class _Kept(NamedTuple):
    entry: Entry
    place: int
    terms: tuple[str, ...]


class MatchIndex:
    """All entries that can be shown as a match, in groups."""

    def __init__(self) -> None:
        """Create an empty index."""
        self._groups: defaultdict[str, _Postings] = defaultdict(_Postings)
        self._kept: dict[Key, _Kept] = {}
        self._having: defaultdict[str, int] = defaultdict(int)
        self.empty_places = 0

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._kept)

    def put(self, entry: Entry, terms: Mapping[str, float]) -> None:
        """Add an entry with its terms (`search.services.subject_terms`), or replace it."""
        self.remove(entry.key)
        shared = {intern(term): weight for term, weight in terms.items()}
        self._kept[entry.key] = _Kept(entry, self._groups[entry.group].add(entry, shared), tuple(shared))
        for term in shared:
            self._having[term] += 1

    def remove(self, key: Key) -> None:
        """Remove an entry, if it is there."""
        kept = self._kept.pop(key, None)
        if kept is None:
            return
        self._groups[kept.entry.group].entries[kept.place] = None
        self.empty_places += 1
        for term in kept.terms:
            self._having[term] -= 1

    def get(self, key: Key) -> Entry | None:
        """Return the entry with a key, None when there is none."""
        kept = self._kept.get(key)
        return kept.entry if kept else None

    def terms(self, key: Key) -> tuple[str, ...]:
        """Return the terms of an entry, without weights; empty when there is none."""
        kept = self._kept.get(key)
        return kept.terms if kept else ()

    def ids(self, kind: str) -> set[int]:
        """Return the ids of the entries whose key begins with this kind."""
        return {row_id for known, row_id in self._kept if known == kind}

    def rarity(self, term: str) -> float:
        """Return how rare a term is among all entries."""
        having = self._having.get(term, 0)
        return math.log(1 + (len(self._kept) + PRIOR - having) / (having + 0.5))

    def telling(self, terms: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return the terms that tell most of a subject, with their weights, the rarest first."""
        weighed = [(term, weight * self.rarity(term)) for term, weight in terms.items()]
        most = nlargest(MOST_ASKED, weighed, key=lambda item: (item[1], item[0]))
        return sorted(most, key=lambda item: (self._having.get(item[0], 0), item[0]))

    def like(
        self, terms: Mapping[str, float], further: Mapping[str, float], group: Group, limit: int
    ) -> list[Likeness]:
        """Return the entries of a group that are most like a subject, best first; equal ones by id.

        `further` are terms that match too but do not belong to the subject: its synonyms.
        """
        asked = self.telling(terms)
        length = math.sqrt(sum(weight * weight for _term, weight in asked))
        postings = self._groups.get(group)
        if not length or postings is None:
            return []
        scores: dict[int, float] = {}
        left = MOST_READ
        for term, weight in (*asked, *((term, weight * self.rarity(term)) for term, weight in further.items())):
            places = postings.places.get(term)
            if places is None or len(places) > left:
                continue
            left -= len(places)
            for place, other in zip(places, postings.weights[term], strict=True):
                scores[place] = scores.get(place, 0.0) + weight * other
        best = nlargest(limit, ((score, -place) for place, score in scores.items()))
        found = ((score, postings.entries[-place]) for score, place in best)
        alive = [Likeness(min(1.0, score / length), entry) for score, entry in found if entry is not None]
        return sorted(alive, key=lambda one: (-one.share, one.entry.id))
