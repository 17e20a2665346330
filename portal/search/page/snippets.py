"""What of a text to show under a find: the passage that says most about the words, those words marked.

Texts come from the database, so a snippet never shows what is no longer there; everything is escaped here.
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
"""Characters shown before the first marked word, about."""

MAX_TEXT = 20_000
"""Words further on in a text are found, but not shown."""

BEGINNING = 3
"""Letters of a part that must stand in a word before it is split, for splitting takes longest. Parts of another vowel
("leden" in a compound, for "lid") stay unmarked; found they are."""

MAX_MARKS = 300

Span = tuple[int, int, str]
"""Where a word begins and ends, and the need that it answers."""

Role = tuple[int, int]
"""A set of words that answer together, and the place in it."""

Verdict = tuple[str, frozenset[Role]]
"""The need that a token answers, and the sets that it is one of."""

SILENT: Verdict = ("", frozenset())
CACHED = 8_000
"""Tokens whose terms are remembered, some 4 MB: the frequent ones make up nearly all of a text."""


class Highlighter:
    """Knows which words of a text answer a search.

    It goes by the very terms of the plan: other forms, compounds that hold a word, words that mean the same, longer
    words and the right spelling are marked too.
    """

    def __init__(self, plan: Plan) -> None:
        """Take the plan; made once for all finds of a page."""
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
        """Note words that answer together only."""
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
        """Return where words stand that answer, each with what it answers, in order.

        Each different word of the text is judged once, and only those that answer are looked up again.
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
        """Return the need that a token answers by itself ("" for none), and the sets it is one of."""
        known = self._judged.get(token)
        if known is None:
            known = self._judged[token] = self._verdict(self._terms(token))
        return known

    def _terms(self, token: str) -> tuple[Term, ...]:
        """Return what the index calls a token; a compound is only split when it could hold a part that is asked for."""
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
    """Return what the index calls a token, the most exact first, its parts left out."""
    surfaces, found = known_as(token)
    return (*((WORDS, surface) for surface in surfaces), *((STEMS, stem) for stem in found))


@lru_cache(maxsize=CACHED)
def _parts_of(token: str) -> tuple[Term, ...]:
    """Return the parts of a token as the index calls them."""
    surfaces, _stems = known_as(token)
    inner = (stem for surface in surfaces if not is_name(token, surface) for stem in part_stems(surface))
    return tuple((PARTS, stem) for stem in inner)


def _apart(spans: list[Span]) -> Iterator[Span]:
    """Return spans in order, those inside another left out."""
    end = 0
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            yield span
            end = span[1]


def _places(text: str, token: str) -> Iterator[int]:
    """Return where a token stands in a text on its own."""
    start = text.find(token)
    while start >= 0:
        end = start + len(token)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(token, end)


def _passage(text: str, spans: list[Span]) -> tuple[int, int]:
    """Return where the passage begins and ends that has most different answers, the first of equals."""
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
