"""Highlighting: the passage of a text that matches a query best, with the matching words marked.

Texts come from the database, not from the index, so that a snippet never shows deleted text. All output is escaped
here.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from markupsafe import Markup, escape

from portal.core.text import excerpt
from portal.search.indexing.terms import PARTS, STEMS, WORDS
from portal.search.language.analysis import TOKEN, fold, is_name, known_as, normalise, part_stems
from portal.search.query.clauses import AllOf, Clause, Plan
from portal.search.query.lexicon import Term

LENGTH = 220
BEFORE = 50
"""Approximate number of characters shown before the first marked word."""

MAX_TEXT = 20_000
"""Characters of a text that are searched for a passage; words after them are found by search but not shown."""

BEGINNING = 3
"""First letters of a part that a word must contain before it is split, because splitting is slow. Parts with another
vowel than the query ("leden" in a compound, for "lid") are therefore found but not marked."""

MAX_MARKS = 300

Span = tuple[int, int, str]
"""Start and end of a word in the text, and the need that it matches."""

Role = tuple[int, int]
"""Number of a set of words that match only together, and the position of the word in it."""

Verdict = tuple[str, frozenset[Role]]
"""The need that a token matches, and the sets that it is part of."""

SILENT: Verdict = ("", frozenset())
CACHED = 8_000
"""Tokens whose terms are cached, about 4 MB; frequent tokens make up nearly all of a text."""


class Highlighter:
    """Marks the words of a text that match a query plan.

    It uses the terms of the plan, so other forms, compounds, synonyms, longer words and corrected spellings are marked
    as well.
    """

    def __init__(self, plan: Plan) -> None:
        """Prepare for a plan; one highlighter serves all hits of a page."""
        self._needs: dict[Term, str] = {}
        self._roles: dict[Term, set[Role]] = {}
        self._sets: list[tuple[str, int]] = []
        for need in plan.clauses:
            for term in _own_terms(need):
                self._needs.setdefault(term, need.shown)
            for apart in need.all_of:
                self._add_set(need.shown, apart)
        for need in plan.clauses:
            for variant in need.further.peek():
                self._needs.setdefault((variant.field, variant.term), need.shown)
        self._judged: dict[str, Verdict] = {}
        asked = {term for name, term in (*self._needs, *self._roles) if name == PARTS}
        self._beginnings = frozenset(term[:BEGINNING] for term in asked)

    def _add_set(self, shown: str, apart: AllOf) -> None:
        """Register words that match only together."""
        for place, group in enumerate(apart.groups):
            for variant in group:
                self._roles.setdefault((variant.field, variant.term), set()).add((len(self._sets), place))
        self._sets.append((shown, len(apart.groups)))

    def title(self, text: str) -> Markup:
        """Return a whole text with its words marked."""
        text = normalise(text)
        return _marked(text, self._spans(text), 0, len(text))

    def snippet(self, text: str) -> Markup:
        """Return the best passage of a text, its words marked; the beginning when none of them is in it."""
        lines = (" ".join(line.split()) for line in normalise(text)[:MAX_TEXT].splitlines())
        text = " · ".join(line for line in lines if line)
        spans = self._spans(text)
        if not spans:
            return escape(excerpt(text, LENGTH))
        start, end = _passage(text, spans)
        opening, closing = "… " if start else "", " …" if end < len(text) else ""
        return escape(opening) + _marked(text, spans, start, end) + escape(closing)

    def _spans(self, text: str) -> list[Span]:
        """Return the spans of matching words in order.

        Each distinct word of the text is analysed once; only the matching ones are located in the text.
        """
        if not self._needs and not self._roles:
            return []
        judged = {token: verdict for token in set(TOKEN.findall(text)) if (verdict := self._judge(token)) is not SILENT}
        present = {role for _shown, roles in judged.values() for role in roles}
        whole = {
            number
            for number, (_shown, size) in enumerate(self._sets)
            if all((number, place) in present for place in range(size))
        }
        found: list[Span] = []
        for token, (shown, roles) in judged.items():
            answered = shown or next((self._sets[number][0] for number, _place in roles if number in whole), "")
            if answered:
                found += [(start, start + len(token), answered) for start in _places(text, token)]
        return list(islice(_apart(found), MAX_MARKS))

    def _judge(self, token: str) -> Verdict:
        """Return the need that a token matches by itself ("" for none), and the sets that it is part of."""
        known = self._judged.get(token)
        if known is None:
            known = self._judged[token] = self._verdict(self._terms(token))
        return known

    def _terms(self, token: str) -> tuple[Term, ...]:
        """Return the index terms of a token; a compound is split only when it may contain a part of the query."""
        folded = fold(token)
        if any(beginning in folded for beginning in self._beginnings):
            return (*_terms_of(token), *_parts_of(token))
        return _terms_of(token)

    def _verdict(self, terms: tuple[Term, ...]) -> Verdict:
        if self._needs.keys().isdisjoint(terms) and self._roles.keys().isdisjoint(terms):
            return SILENT
        shown = next((self._needs[term] for term in terms if term in self._needs), "")
        return shown, frozenset(role for term in terms for role in self._roles.get(term, ()))


def _own_terms(need: Clause) -> Iterator[Term]:
    for variant in need.variants:
        yield variant.field, variant.term
    for word, _place in need.phrase:
        yield WORDS, word


@lru_cache(maxsize=CACHED)
def _terms_of(token: str) -> tuple[Term, ...]:
    """Return the index terms of a token, the most exact first, without those of its parts."""
    surfaces, found = known_as(token)
    return (*((WORDS, surface) for surface in surfaces), *((STEMS, stem) for stem in found))


@lru_cache(maxsize=CACHED)
def _parts_of(token: str) -> tuple[Term, ...]:
    """Return the index terms of the parts of a token."""
    surfaces, _stems = known_as(token)
    inner = (stem for surface in surfaces if not is_name(token, surface) for stem in part_stems(surface))
    return tuple((PARTS, stem) for stem in inner)


def _apart(spans: list[Span]) -> Iterator[Span]:
    """Return spans in order, without those that lie inside another span."""
    end = 0
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            yield span
            end = span[1]


def _places(text: str, token: str) -> Iterator[int]:
    """Return the positions of a token in a text, where it is a whole word."""
    start = text.find(token)
    while start >= 0:
        end = start + len(token)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(token, end)


def _passage(text: str, spans: list[Span]) -> tuple[int, int]:
    """Return start and end of the first passage that matches the largest number of different needs."""
    best, most = 0, 0
    for place, (start, _end, _answer) in enumerate(spans):
        within = {answer for begin, _stop, answer in spans[place : place + 20] if begin < start + LENGTH - BEFORE}
        if len(within) > most:
            best, most = place, len(within)
    start = max(0, spans[best][0] - BEFORE)
    if start:
        start = text.find(" ", start, spans[best][0]) + 1 or spans[best][0]
    end = max(start + LENGTH, spans[best][1])
    if end >= len(text):
        return start, len(text)
    return start, max(text.rfind(" ", start, end), spans[best][1])


def _marked(text: str, spans: list[Span], start: int, end: int) -> Markup:
    parts: list[Markup] = []
    position = start
    for begin, stop, _answer in spans:
        if begin < start or stop > end:
            continue
        parts += [escape(text[position:begin]), Markup("<mark>{}</mark>").format(text[begin:stop])]
        position = stop
    return Markup("").join([*parts, escape(text[position:end])])
