"""Synonyms: the other words that match the words of a query.

Groups of synonyms come from the editors (`search.language.synonym_groups`) and from content features (other names of
an organisation, synonyms of a category). They are applied when a query is planned, not at indexing, so that a change
takes effect at once without rebuilding the index.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from flask import current_app, has_app_context
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.core.extensions import db
from portal.core.storage.database import content_version
from portal.search.language.analysis import parts, pieces, stems, tokens
from portal.search.language.base_forms import base_form
from portal.search.models import SynonymGroup

SEEDS = Path(__file__).parent / "seed_synonyms.txt"
NARROWER = ">"

LOOKED_AT = 1.0
"""Seconds between checks whether the editors changed a group."""
SOURCES_KEPT = 30.0
"""Seconds for which the names of content features are cached after a change; reading them takes milliseconds."""

MOST = 12
"""Most alternatives for one word or row of words; with more, nearly everything would match."""
MOST_THROUGH_PARTS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Synonyms (`members`), and narrower words that searches for one of them find too, but not vice versa."""

    members: tuple[str, ...]
    narrower: tuple[str, ...] = ()

    @classmethod
    def of_lines(cls, lines: Iterable[str]) -> "Group":
        """Return the group in lines as the editors write it, one member per line."""
        stripped = [line.strip() for line in lines]
        narrower = tuple(line.lstrip(f"{NARROWER} ") for line in stripped if line.startswith(NARROWER))
        return cls(
            tuple(line for line in stripped if line and not line.startswith(NARROWER)), tuple(filter(None, narrower))
        )

    @property
    def words(self) -> str:
        """The group as the editors write it."""
        return "\n".join((*self.members, *(f"{NARROWER} {member}" for member in self.narrower)))


class Match(NamedTuple):
    """Consecutive words of a query that have synonyms; each alternative is one or more words."""

    start: int
    length: int
    alternatives: tuple[tuple[str, ...], ...]


Row = tuple[str, ...]
"""The folded words of a member, without stop words."""


class Synonyms:
    """Looks up synonyms by stem, so that "leraren" has those of "leraar"."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._meant: dict[Row, dict[Row, None]] = defaultdict(dict)
        self._by_stem: dict[str, set[Row]] = defaultdict(set)
        for group in groups:
            self._add(group)
        for row in self._meant:
            for stem in stems(row[0]):
                self._by_stem[stem].add(row)

    def _add(self, group: Group) -> None:
        rows = [row for row in map(row_of, group.members) if row]
        narrower = [row for row in map(row_of, group.narrower) if row]
        for row in rows:
            self._meant[row].update(dict.fromkeys(other for other in (*rows, *narrower) if other != row))

    def matches(self, surfaces: Sequence[str]) -> list[Match]:
        """Return the synonyms of these words; from each word on, the longest row that has any.

        Two words that are a member when written as one ("leraren tekort") are looked up separately as well.
        """
        found: list[Match] = []
        start = 0
        while start < len(surfaces):
            match = self._longest(surfaces, start)
            joined = None if match and match.length > 1 else self._joined(surfaces, start)
            if joined is not None:
                found.append(joined)
            match = match or self._through_parts(surfaces[start], start)
            if match is not None:
                found.append(match)
            start += match.length if match is not None else 1
        return found

    alternatives = matches
    """The same under the name of the interface in `search.query.plan`."""

    def _joined(self, surfaces: Sequence[str], start: int) -> Match | None:
        pair = surfaces[start : start + 2]
        match = self._longest(["".join(pair)], 0) if len(pair) == 2 else None
        return Match(start, 2, match.alternatives) if match is not None else None

    def _longest(self, surfaces: Sequence[str], start: int) -> Match | None:
        candidates = {row for stem in stems(surfaces[start]) for row in self._by_stem.get(stem, ())}
        fitting = [row for row in candidates if _fits(row, surfaces[start : start + len(row)])]
        length = max(map(len, fitting), default=0)
        if not length:
            return None
        asked_row = surfaces[start : start + length]
        distances = {row: _distance(row, asked_row) for row in fitting if len(row) == length}
        nearest = min(distances.values())
        rows = sorted(row for row, distance in distances.items() if distance == nearest)
        alternatives = dict.fromkeys(other for row in rows for other in self._meant[row])
        asked = [stems(surface) for surface in asked_row]
        telling = (row for row in alternatives if [stems(word) for word in row] != asked)
        most = tuple(islice(telling, MOST))
        return Match(start, length, most) if most else None

    def _through_parts(self, surface: str, start: int) -> Match | None:
        """Return a compound with one part replaced by a synonym: "docententekort" as leraar + tekort."""
        inner = parts(surface)
        if len(inner) < 2:
            return None
        exchanged = (
            (*inner[:place], *other, *inner[place + 1 :])
            for place, part in enumerate(inner)
            for match in filter(None, [self._longest([part], 0)])
            for other in match.alternatives
            if len(other) == 1 and not parts(other[0])
        )
        alternatives = tuple(islice(exchanged, MOST_THROUGH_PARTS))
        return Match(start, 1, alternatives) if alternatives else None


def row_of(member: str) -> Row:
    """Return the words by which a member is looked up; hyphenated ones joined."""
    found = (pieces(match.group()) for match in tokens(member))
    return tuple(surface for piece in found for surface, _place in piece.surfaces()[:1])


def _fits(row: Row, surfaces: Sequence[str]) -> bool:
    """Whether words are the words of a row, in any form."""
    return len(row) == len(surfaces) and all(
        one == other or not set(stems(one)).isdisjoint(stems(other)) for one, other in zip(row, surfaces, strict=True)
    )


def _distance(row: Row, surfaces: Sequence[str]) -> int:
    """Return how many words differ in base form: "ondernemers" is nearer to "ondernemer" than to "ondernemen"."""
    return sum(base_form(one) != base_form(other) for one, other in zip(row, surfaces, strict=True))


# ── where groups come from ────────────────────────────────────────────────────────────────────────

Source = Callable[[], Iterable[Sequence[str]]]
"""Returns groups of equivalent names of a content feature; called within an application context."""

_sources: list[Source] = []


def register_source(source: Source) -> Source:
    """Register a source of equivalent names; a decorator, used at import."""
    _sources.append(source)
    return source


@cache
def shipped() -> tuple[Group, ...]:
    """Return the groups of `seed_synonyms.txt`."""
    lines = (line.strip() for line in SEEDS.read_text(encoding="utf-8").splitlines())
    return tuple(_read(line) for line in lines if line and not line.startswith("#"))


def _read(line: str) -> Group:
    members, _mark, narrower = line.partition(NARROWER)
    split = [tuple(word.strip() for word in side.split(",") if word.strip()) for side in (members, narrower)]
    return Group(*split)


@dataclass(slots=True)
class _Kept:
    """The synonyms that a process caches, and how it notices that they changed."""

    synonyms: Synonyms | None = None
    groups: list[Group] = field(default_factory=list)
    names: list[Group] = field(default_factory=list)
    mark: object = None
    version: int = -1
    looked_at: float = 0.0
    named_at: float = 0.0


def current() -> Synonyms:
    """Return the current synonyms; changes by other processes take effect within a second.

    These are the shipped groups while the editors have none, and while the database cannot be read.
    """
    if not has_app_context():
        return _of_shipped()
    kept: _Kept = current_app.extensions.setdefault("search_synonyms", _Kept())
    moment = time.monotonic()
    if kept.synonyms is None or moment - kept.looked_at > LOOKED_AT:
        kept.looked_at = moment
        try:
            changed = _refresh(kept, moment)
        except (SQLAlchemyError, LookupError):
            changed = False
        if changed or kept.synonyms is None:
            kept.synonyms = Synonyms((*(kept.groups or shipped()), *kept.names))
    return kept.synonyms


def forget() -> None:
    """Clear the cache of this process after a change of its own."""
    current_app.extensions.pop("search_synonyms", None)


@cache
def _of_shipped() -> Synonyms:
    return Synonyms(shipped())


def _refresh(kept: _Kept, moment: float) -> bool:
    """Reload what changed; returns whether anything did."""
    changed = False
    with db.engine.connect() as connection:
        mark = connection.execute(_MARK).one()
        if mark != kept.mark:
            words = connection.execute(select(SynonymGroup.words).order_by(SynonymGroup.id)).scalars()
            kept.groups = [Group.of_lines(text.splitlines()) for text in words]
            kept.mark, changed = mark, True
    version = content_version(db.engine)
    if version != kept.version and (kept.version < 0 or moment - kept.named_at > SOURCES_KEPT):
        names = [Group(tuple(names)) for source in _sources for names in source()]
        changed = changed or names != kept.names
        kept.names, kept.version, kept.named_at = names, version, moment
    return changed


_MARK = select(
    func.count(), func.max(SynonymGroup.id), func.sum(SynonymGroup.version), func.max(SynonymGroup.changed_at)
).select_from(SynonymGroup)
"""A cheap query whose result differs after any change of a group."""
