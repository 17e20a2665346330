"""What of a text to show under a find: the passage that says most about the words, those words marked.

Texts come from the database, so a snippet never shows what is no longer there; everything is escaped here.
"""

from collections.abc import Iterator
from itertools import islice

from markupsafe import Markup, escape

from portal.core.text import excerpt
from portal.search.analysis import TOKEN, known_as, normalise
from portal.search.query import Query

LENGTH = 220
BEFORE = 50
"""Characters shown before the first marked word, about."""

MAX_TEXT = 20_000
"""Words further on in a text are found, but not shown."""

MAX_MARKS = 300

Span = tuple[int, int, str]


class Highlighter:
    """Knows which words of a text answer a query."""

    def __init__(self, query: Query) -> None:
        """Take the query; made once for all finds of a page."""
        words = list(query.words())
        self._surfaces = frozenset(word.surface for word in words)
        self._stems = frozenset(stem for word in words for stem in word.stems)
        self._beginnings = tuple(word.surface for word in words if word.beginning)
        self._known: dict[str, str] = {}

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
        found: list[Span] = []
        for token in set(TOKEN.findall(text)):
            answered = self._answer(token)
            if answered:
                found += [(start, start + len(token), answered) for start in _places(text, token)]
        return list(islice(_apart(found), MAX_MARKS))

    def _answer(self, token: str) -> str:
        """Return the term of the query that a token answers, "" for none."""
        if token not in self._known:
            self._known[token] = self._find_answer(token)
        return self._known[token]

    def _find_answer(self, token: str) -> str:
        surfaces, stems = known_as(token)
        if not self._surfaces.isdisjoint(surfaces):
            return next(surface for surface in surfaces if surface in self._surfaces)
        if not self._stems.isdisjoint(stems):
            return next(stem for stem in stems if stem in self._stems)
        if self._beginnings and any(surface.startswith(self._beginnings) for surface in surfaces):
            return self._beginnings[0]
        return ""


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
