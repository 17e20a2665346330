"""Suggestions of the search box while somebody types: a few hits, and completions of the last word.

These requests are not rate-limited, because counting them would take a database write per key stroke, which costs far
more than the answer. The cost of a request is bounded: a hundred characters, one search without facets, a few rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from portal.core.locale import local
from portal.search.engines.base import SearchRequest, SearchUnavailable
from portal.search.engines.factory import engine
from portal.search.indexing.terms import WORDS
from portal.search.language.analysis import TOKEN, fold, stems
from portal.search.page import content_types, operators, titles
from portal.search.page.forms import SearchFilter
from portal.search.page.snippets import Highlighter
from portal.search.page.titles import Title
from portal.search.query import execution
from portal.search.query.clauses import Clause, Plan, Variant
from portal.search.query.parser import Query, Word, parse

MAX_FINDS = 6
MAX_COMPLETIONS = 3
MAX_TYPED = 100
"""Longest input for which suggestions are made."""

LONG_ENOUGH = re.compile(r"\w{3}|\d|\b[A-Z]{2}")
"""Input with enough to search for: three letters, a digit, or an abbreviation of two capitals (IT, BV)."""

CANDIDATES = 12
"""Most longer words that are tried as completions: the most frequent ones."""

LOOKED_AT = 500
"""Best documents per word that are compared to find words that occur together."""


@dataclass(frozen=True, slots=True)
class Find:
    """A suggested hit. `title` is safe HTML with the words marked."""

    title: Markup
    plain: str
    type_label: str
    path: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The typed words with the last one completed. `shown` is safe HTML with the completion marked."""

    words: str
    shown: Markup
    path: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The suggestions for some words."""

    filter: SearchFilter
    completions: list[Completion]
    finds: list[Find]

    def __len__(self) -> int:
        """Return the number of suggestions."""
        return len(self.completions) + len(self.finds)


def suggest(asked: SearchFilter, *, members: bool) -> Suggestions:
    """Return suggestions; none for too short or too long input, or while the index cannot be used."""
    if len(asked.words) > MAX_TYPED or not LONG_ENOUGH.search(asked.words):
        return Suggestions(asked, [], [])
    asked = operators.resolve(asked)
    query = parse(asked.words)
    if not query.nodes:
        return Suggestions(asked, [], [])
    try:
        request = SearchRequest(asked.chosen, members=members)
        found = execution.find(query, request.first_hits(MAX_FINDS))
        shown = titles.load_titles((hit.key for hit in found.results.hits), members=members)
        completions = list(_completions(asked, query, found.plan, shown, request))
    except SearchUnavailable:
        return Suggestions(asked, [], [])
    highlighter = Highlighter(found.plan)
    return Suggestions(asked, completions, [_find(title, highlighter) for title in shown])


def _find(title: Title, highlighter: Highlighter) -> Find:
    return Find(
        title=highlighter.title(title.text),
        plain=title.text,
        type_label=content_types.label_of(title.type, title.kind),
        path=local(title.path),
    )


def _completions(
    asked: SearchFilter, query: Query, plan: Plan, shown: list[Title], request: SearchRequest
) -> Iterator[Completion]:
    """Return completions of the last word with which this searcher finds documents that have all words."""
    last = query.nodes[-1]
    if not isinstance(last, Word) or not last.beginning or not asked.words[-1].isalnum():
        return
    spelt = _spellings(shown)
    among = _answering(plan, last.surface, request)
    typed = next(reversed(list(TOKEN.finditer(asked.words))))
    given: set[str] = set()
    for known in engine().lexicon(members=request.members).beginning(last.surface, CANDIDATES):
        form = stems(known.word)[0]
        if form in given or not known.word.isalpha() or not _is_among(known.word, among, request):
            continue
        given.add(form)
        word = spelt.get(known.word, known.word)
        words = asked.words[: typed.start()] + word
        yield Completion(words, _marked(asked.words, word, typed.start()), asked.with_words(words).address())
        if len(given) == MAX_COMPLETIONS:
            return


def _answering(plan: Plan, last: str, request: SearchRequest) -> frozenset[str] | None:
    """Return the documents that match all words but the last; None when there are no other words."""
    before = tuple(need for need in plan.clauses if need.shown != last)
    if not before and not plan.without:
        return None
    return frozenset(_keys(replace(plan, clauses=before), request))


def _is_among(word: str, among: frozenset[str] | None, request: SearchRequest) -> bool:
    """Whether this searcher finds a word in one of these documents."""
    exactly = Plan((Clause(word, 1.0, (Variant(WORDS, word, 1.0),)),))
    having = _keys(exactly, request)
    return any(among is None or key in among for key in having)


def _keys(plan: Plan, request: SearchRequest) -> Iterator[str]:
    found = engine().search(plan, request.first_hits(LOOKED_AT))
    return (hit.key for hit in found.hits)


def _spellings(shown: list[Title]) -> dict[str, str]:
    """Return the spelling in titles of words that the index has without accents: "kenniscafé"."""
    words = (match.group() for title in shown for match in TOKEN.finditer(title.text))
    return {fold(word): word.lower() for word in words if not word.isascii()}


def _marked(typed: str, word: str, start: int) -> Markup:
    """Return the completed words with the added letters in bold."""
    length = len(typed) - start
    return escape(typed[:start] + word[:length]) + Markup("<b>{}</b>").format(word[length:])
