"""What the search box proposes while somebody types: a few finds, and longer forms of the last word.

No limit counts these requests: counting would cost a database write per key stroke, many times what the answer
costs. Each is bounded by itself: a hundred characters, one search without facets, a handful of rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from portal.core.locale import local
from portal.search import services
from portal.search.engines.base import SearchUnavailable, engine
from portal.search.indexing.terms import WORDS
from portal.search.language.analysis import TOKEN, fold, stems
from portal.search.page import content_types, operators, titles
from portal.search.page.forms import SearchFilter
from portal.search.page.snippets import Highlighter
from portal.search.page.titles import Title
from portal.search.query.clauses import Clause, Plan, Variant
from portal.search.query.parser import Query, Word, parse

MAX_FINDS = 6
MAX_COMPLETIONS = 3
MAX_TYPED = 100
"""Longer questions are past proposing."""

LONG_ENOUGH = re.compile(r"\w{3}|\d|\b[A-Z]{2}")
"""Three letters of a word say something; of a number or an abbreviation (IT, BV) fewer do."""

CANDIDATES = 12
"""Longer words looked at for each completion that is shown: the frequent ones."""

LOOKED_AT = 500
"""Documents of each word that are compared, the best ones: words together in none of them are no good proposal."""


@dataclass(frozen=True, slots=True)
class Find:
    """Something that answers already. `title` is safe HTML with the words marked."""

    title: Markup
    plain: str
    type_label: str
    path: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The typed words with the last one finished. `shown` is safe HTML, what was added marked."""

    words: str
    shown: Markup
    path: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to propose for some words."""

    filter: SearchFilter
    completions: list[Completion]
    finds: list[Find]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.completions) + len(self.finds)


def suggest(asked: SearchFilter, *, members: bool) -> Suggestions:
    """Return what to propose; nothing for a few letters, too many, or when the index is away."""
    if len(asked.words) > MAX_TYPED or not LONG_ENOUGH.search(asked.words):
        return Suggestions(asked, [], [])
    asked = operators.resolve(asked)
    query = parse(asked.words)
    if not query.nodes:
        return Suggestions(asked, [], [])
    try:
        found = services.find(query, asked.chosen, members=members, limit=MAX_FINDS, counts=False, widen=False)
        shown = titles.load_titles((hit.key for hit in found.results.hits), members=members)
        completions = list(_completions(asked, query, found.plan, shown, members=members))
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
    asked: SearchFilter, query: Query, plan: Plan, shown: list[Title], *, members: bool
) -> Iterator[Completion]:
    """Return the words with their last one finished, in words that find something for this visitor together."""
    last = query.nodes[-1]
    if not isinstance(last, Word) or not last.beginning or not asked.words[-1].isalnum():
        return
    spelt = _spellings(shown)
    among = _answering(plan, last.surface, asked, members=members)
    typed = next(reversed(list(TOKEN.finditer(asked.words))))
    given: set[str] = set()
    for known in engine().lexicon().beginning(last.surface, CANDIDATES):
        form = stems(known.word)[0]
        if form in given or not known.word.isalpha() or not _is_among(known.word, among, asked, members=members):
            continue
        given.add(form)
        word = spelt.get(known.word, known.word)
        words = asked.words[: typed.start()] + word
        yield Completion(words, _marked(asked.words, word, typed.start()), asked.with_words(words).address())
        if len(given) == MAX_COMPLETIONS:
            return


def _answering(plan: Plan, last: str, asked: SearchFilter, *, members: bool) -> frozenset[str] | None:
    """Return the documents that answer all but the last word, None when there is nothing else to answer."""
    before = tuple(need for need in plan.clauses if need.shown != last)
    if not before and not plan.without:
        return None
    return frozenset(_keys(replace(plan, clauses=before), asked, members=members))


def _is_among(word: str, among: frozenset[str] | None, asked: SearchFilter, *, members: bool) -> bool:
    """Whether this visitor finds a word of the index, in one of these documents."""
    exactly = Plan((Clause(word, 1.0, (Variant(WORDS, word, 1.0),)),))
    having = _keys(exactly, asked, members=members)
    return any(among is None or key in among for key in having)


def _keys(plan: Plan, asked: SearchFilter, *, members: bool) -> Iterator[str]:
    found = engine().search(plan, asked.chosen, members=members, limit=LOOKED_AT, counts=False, widen=False)
    return (hit.key for hit in found.hits)


def _spellings(shown: list[Title]) -> dict[str, str]:
    """Return how titles spell the words that the index knows folded: "kenniscafé"."""
    words = (match.group() for title in shown for match in TOKEN.finditer(title.text))
    return {fold(word): word.lower() for word in words if not word.isascii()}


def _marked(typed: str, word: str, start: int) -> Markup:
    """Return the completed words with what is new in strong type."""
    length = len(typed) - start
    return escape(typed[:start] + word[:length]) + Markup("<b>{}</b>").format(word[length:])
