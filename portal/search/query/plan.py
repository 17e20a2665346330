"""Query planning: expands each word of a query to the index terms that match it, with their weights.

The plan is the same for both engines. The weights are in `search.query.ranking`, the classes of a plan in
`search.query.clauses`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from portal.search.indexing.terms import PARTS, STEMS, WORDS
from portal.search.language import trigrams
from portal.search.language.analysis import fold, parts, stems, tokens
from portal.search.language.wordlist import Mark, words
from portal.search.query import ranking
from portal.search.query.clauses import AllOf, Clause, LazyTerms, Plan, Variant
from portal.search.query.lexicon import Known, Lexicon, Term
from portal.search.query.parser import MAX_TERMS, Joined, Node, Phrase, Query, Word, size_of, words_of

__all__ = ["AllOf", "Clause", "Meanings", "Plan", "Variant", "make"]

BEGINNINGS = 25
"""Most longer words to which a prefix is expanded: the most frequent ones."""

ALIKE = 12
"""Most similar words that are considered for an unknown word."""

LONGEST_SWAP = 8
"""Letters up to which swapped letters are tried; longer words still share enough trigrams after a swap."""

LONGEST_PAIR = 24
"""Letters up to which an unknown word is tried as two words written as one."""

MOST_MEANT = 3
"""Most corrections of one misspelt word."""

FILLERS = frozenset(
    """
    zoek zoeken zoekt gezocht graag wil willen iemand mensen weten vind vinden kom komen help hulp waar wanneer hoeveel
    waarom mogelijk nodig nieuw nieuwe goed goede ga gaan laat laten leuk leuke komt vertellen alles ergens binnen
    wilt maken geeft geven krijgen zit zitten heeft gaat zou zouden mag
    """.split()  # noqa: SIM905  # words in a row read better than many strings
)
"""Words of questions and requests; ignored when the query has other words."""


class Meanings(Protocol):
    """The interface of a source of synonyms, implemented by `search.language.synonyms`."""

    def alternatives(self, surfaces: Sequence[str]) -> Iterable[tuple[int, int, tuple[tuple[str, ...], ...]]]:
        """Return (start, length, alternatives) for each run of words that has any, each alternative some words."""


class NoMeanings:
    """A source without synonyms."""

    def alternatives(self, surfaces: Sequence[str]) -> Iterable[tuple[int, int, tuple[tuple[str, ...], ...]]]:
        """Return nothing."""
        return ()


def make(query: Query, lexicon: Lexicon, meanings: Meanings | None = None) -> Plan:
    """Return the plan for a query."""
    return _Planner(query, lexicon, meanings or NoMeanings()).plan()


class _Planner:
    """Makes the plan for one query from a lexicon and synonyms."""

    def __init__(self, query: Query, lexicon: Lexicon, meanings: Meanings) -> None:
        self._query = query
        self._lexicon = lexicon
        self._meanings = meanings
        self._nodes = _without_fillers(query.nodes)
        self._meant = self._alternatives(meanings)
        self._joined = _joined_pairs(self._nodes)
        self._asked = frozenset(self._main_terms())
        self._known = lexicon.frequencies(list(self._asked))
        self._corrections: dict[str, str] = {}
        self._spelt_alike: dict[str, list[tuple[Known, float]]] = {}

    def plan(self) -> Plan:
        """Return the plan."""
        needs = [self._need(place, node) for place, node in enumerate(self._nodes)]
        unknown = [need.shown for need in needs if not _has_ways(need)]
        found = [(need, size_of(node)) for need, node in zip(needs, self._nodes, strict=True) if _has_ways(need)]
        kept, ignored = _most_telling(found)
        return Plan(
            tuple(kept),
            tuple(self._plain_need(node) for node in self._query.without),
            tuple(unknown),
            self._corrected(),
            (*self._query.ignored, *ignored),
        )

    # ── what is asked of the lexicon at once ──

    def _main_terms(self) -> Iterator[Term]:
        words = {word for node in (*self._nodes, *self._query.without) for word in words_of(node)}
        surfaces = {word.surface for word in words} | {part for word in words for part in parts(word.surface)}
        surfaces |= {joined for pair in self._joined.values() for joined in pair}
        surfaces |= {word for meant in self._meant for alternative in meant for word in alternative}
        yield from {term for surface in surfaces for term in _terms(surface)}

    def _having(self, surface: str) -> int:
        """Return approximately how many documents have a word in any form."""
        return max((self._known.get(term, 0) for term in _terms(surface)), default=0)

    # ── needs ──

    def _need(self, place: int, node: Node) -> Clause:
        match node:
            case Phrase(words):
                return self._phrase_need(words)
            case Joined(whole, inner):
                surfaces = [part.surface for part in inner]
                need = self._word_need(whole, self._meant[place])
                apart = AllOf(tuple(tuple(_forms(surface)) for surface in surfaces), ranking.SPLIT)
                return replace(
                    need,
                    all_of=(*need.all_of, apart),
                    rarity=max(need.rarity, *map(self._rarity, surfaces)),
                    further=LazyTerms(lambda: (*need.weak, *_of_each(surfaces, ranking.SOME_PART))),
                )
            case Word():
                return self._word_need(node, self._meant[place], self._joined.get(place, ()))

    def _plain_need(self, node: Node) -> Clause:
        """Return the need for an excluded word or phrase: the words in all their forms, without expansion."""
        shown = " ".join(word.surface for word in words_of(node))
        if isinstance(node, Phrase):
            return Clause(shown, 1.0, phrase=node.words)
        surface = node.surface if isinstance(node, Word) else node.whole.surface
        return Clause(shown, 1.0, tuple(variant for variant in _forms(surface) if variant.field != PARTS))

    def _phrase_need(self, words: tuple[tuple[str, int], ...]) -> Clause:
        surfaces = [surface for surface, _place in words]
        rarity = max(map(self._rarity, surfaces))
        further = LazyTerms(lambda: _of_each(surfaces, ranking.SOME_PART))
        return Clause(" ".join(surfaces), rarity, phrase=words, further=further)

    def _word_need(self, word: Word, meant: Sequence[tuple[str, ...]], joined: Sequence[str] = ()) -> Clause:
        surface = word.surface
        rarity = self._rarity(surface)
        quoted = not word.stems
        variants = [Variant(WORDS, surface, ranking.EXACT)] if quoted else _forms(surface)
        apart: list[AllOf] = []
        inner = () if quoted else parts(surface)
        if inner:
            apart.append(AllOf(tuple(self._group(part) for part in inner), ranking.SPLIT))
        for other in joined:
            if self._having(other):
                variants += _scaled(_forms(other), ranking.JOINED * self._more_telling(other, rarity))
        for alternative in meant:
            self._add_meaning(alternative, rarity, variants, apart)
        longer = self._lexicon.beginning(surface, BEGINNINGS) if word.beginning else []
        variants += [Variant(WORDS, known.word, ranking.BEGINNING) for known in longer]
        if not (quoted or longer or self._having(surface)):
            meant_instead = self._misspelt(surface)
            rarity = self._add_corrections(surface, meant_instead, variants) or rarity
            if not meant_instead and not inner:
                apart += self._written_as_one(surface)
        return Clause(
            surface, rarity, tuple(self._present(variants)), tuple(apart), (), self._later(surface, inner, quoted)
        )

    def _later(self, surface: str, inner: Sequence[str], quoted: bool) -> LazyTerms:
        """Return the weak variants of a word: the parts of a compound, and similarly spelt words."""

        def make() -> Iterator[Variant]:
            beside = self._rarity(surface)
            for part in inner[:-1]:
                yield from _scaled(_forms(part), ranking.SOME_PART * self._as_telling(part, beside))
            if inner:
                yield from _scaled(_forms(inner[-1]), ranking.HEAD * self._as_telling(inner[-1], beside))
            for known, likeness in self._alike(surface):
                if likeness >= ranking.ALIKE_ENOUGH:
                    yield from _scaled(_forms(known.word), ranking.ALIKE * likeness)

        return LazyTerms(tuple if quoted else lambda: self._present(make()))

    def _written_as_one(self, surface: str) -> list[AllOf]:
        """Return an unknown word as two words of the index: "tudelft" as "TU Delft"."""
        if len(surface) > LONGEST_PAIR:
            return []
        pairs = [(surface[:place], surface[place:]) for place in range(2, len(surface) - 2)]
        having = self._lexicon.frequencies([(WORDS, word) for pair in pairs for word in pair])
        known = [pair for pair in pairs if all((WORDS, word) in having for word in pair)]
        known.sort(key=lambda pair: -min(map(len, pair)))
        return [AllOf(tuple(tuple(_forms(word)) for word in pair), ranking.JOINED) for pair in known[:1]]

    # ── words spelt alike ──

    def _alike(self, surface: str) -> list[tuple[Known, float]]:
        if len(surface) < trigrams.SIZE or not surface.isalpha():
            return []
        if surface not in self._spelt_alike:
            self._spelt_alike[surface] = self._lexicon.similar(surface, ALIKE)
        return self._spelt_alike[surface]

    def _misspelt(self, surface: str) -> list[tuple[float, int, str]]:
        """Return corrections of an unknown word, as (weight, document frequency, word), the best first."""
        meant = []
        for known, likeness in self._alike(surface):
            slips = trigrams.edit_distance(surface, known.word)
            if slips <= trigrams.edits_allowed(surface):
                meant.append((ranking.misspelt(slips, likeness), known.documents, known.word))
        return sorted({*meant, *self._swapped(surface)}, reverse=True)[:MOST_MEANT]

    def _swapped(self, surface: str) -> list[tuple[float, int, str]]:
        """Return known words with two letters swapped: short words then share hardly a trigram."""
        if len(surface) > LONGEST_SWAP or not surface.isalpha():
            return []
        swapped = {trigrams.swap(surface, place) for place in range(len(surface) - 1)} - {surface}
        having = self._lexicon.frequencies([(WORDS, word) for word in swapped])
        return [(ranking.misspelt(1, 1.0), documents, word) for (_field, word), documents in having.items()]

    def _add_corrections(self, surface: str, meant: Sequence[tuple[float, int, str]], variants: list[Variant]) -> float:
        """Add corrections of an unknown word to its variants; returns the rarity of the best one."""
        for factor, _documents, word in meant:
            variants += _scaled(_forms(word), factor)
        if not meant:
            return 0.0
        self._corrections[surface] = meant[0][2]
        return ranking.rarity(self._lexicon.documents, min(meant[0][1], self._lexicon.documents))

    def _add_meaning(
        self, alternative: tuple[str, ...], beside: float, variants: list[Variant], apart: list[AllOf]
    ) -> None:
        """Add a synonym of a word, at a lower weight when it is more common than the word."""
        if len(alternative) == 1:
            variants += _scaled(_forms(alternative[0]), ranking.SYNONYM * self._as_telling(alternative[0], beside))
        elif all(map(self._having, alternative)):
            telling = max(self._as_telling(word, beside) for word in alternative)
            apart.append(AllOf(tuple(tuple(_forms(word)) for word in alternative), ranking.SYNONYM * telling))

    def _more_telling(self, joined: str, beside: float) -> float:
        """Return how much rarer a joined word is than one of its two parts, at least 1.0."""
        return max(1.0, self._rarity(joined) / beside) if beside else 1.0

    def _group(self, part: str) -> tuple[Variant, ...]:
        """Return the variants of a part of a compound, with its synonyms: "lerarentekort" matches "docententekort"."""
        group = _forms(part)
        for _start, _length, alternatives in self._meanings.alternatives([part]):
            for alternative in alternatives:
                if len(alternative) == 1:
                    group += _scaled(_forms(alternative[0]), ranking.PART_SYNONYM)
        return tuple(group)

    def _as_telling(self, surface: str, beside: float) -> float:
        """Return the rarity of a word relative to that of another one, at most 1.0."""
        return min(1.0, self._rarity(surface) / beside) if beside else 1.0

    def _present(self, variants: Iterable[Variant]) -> Iterator[Variant]:
        """Return the variants without terms that are not in the index; of equal terms only the best."""
        best: dict[Term, float] = {}
        for variant in variants:
            term = (variant.field, variant.term)
            if term in self._known or term not in self._asked:
                best[term] = max(best.get(term, 0.0), variant.factor)
        return (Variant(*term, factor) for term, factor in best.items())

    def _rarity(self, surface: str) -> float:
        rarity = ranking.rarity(self._lexicon.documents, min(self._having(surface), self._lexicon.documents))
        known = words().get(surface)
        return rarity if known is None or known.marks & Mark.OURS else rarity * ranking.specificity(known.rarity)

    # ── other words, other spellings ──

    def _alternatives(self, meanings: Meanings) -> list[list[tuple[str, ...]]]:
        """Return per node the synonyms of it, or of the run of words that it is part of."""
        meant: list[list[tuple[str, ...]]] = [[] for _node in self._nodes]
        loose = list(self._loose_words())
        for start, length, alternatives in meanings.alternatives([surface for surface, _place in loose]):
            for place in {place for _surface, place in loose[start : start + length]}:
                meant[place] += alternatives
        for place, node in enumerate(self._nodes):
            if isinstance(node, Joined):
                for _start, _length, alternatives in meanings.alternatives([node.whole.surface]):
                    meant[place] += alternatives
        return meant

    def _loose_words(self) -> Iterator[tuple[str, int]]:
        """Return the words outside phrases, each with the index of its node."""
        for place, node in enumerate(self._nodes):
            match node:
                case Word(surface):
                    yield surface, place
                case Joined(_, inner):
                    yield from ((part.surface, place) for part in inner)

    def _corrected(self) -> str:
        """Return the typed text with misspelt words corrected; "" when none is."""
        if not self._corrections:
            return ""
        text = self._query.typed
        pieces = []
        position = 0
        for match in tokens(text):
            mended = self._corrections.get(fold(match.group()))
            pieces += [text[position : match.start()], mended or match.group()]
            position = match.end()
        return "".join([*pieces, text[position:]])


def _terms(surface: str) -> tuple[Term, ...]:
    found = stems(surface)
    return ((WORDS, surface), *((STEMS, stem) for stem in found), *((PARTS, stem) for stem in found))


def _forms(surface: str) -> list[Variant]:
    """Return the variants of a word: itself, its other forms, and compounds that contain it."""
    found = stems(surface)
    return [
        Variant(WORDS, surface, ranking.EXACT),
        *(Variant(STEMS, stem, ranking.STEM) for stem in found),
        *(Variant(PARTS, stem, ranking.PART) for stem in found),
    ]


def _scaled(variants: Iterable[Variant], factor: float) -> list[Variant]:
    return [Variant(variant.field, variant.term, variant.factor * factor) for variant in variants]


def _of_each(surfaces: Iterable[str], factor: float) -> list[Variant]:
    return [variant for surface in surfaces for variant in _scaled(_forms(surface), factor)]


def _has_ways(need: Clause) -> bool:
    return bool(need.variants or need.all_of or need.phrase or need.weak)


def _without_fillers(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the nodes without filler words, unless there are no others."""
    telling = tuple(node for node in nodes if not (isinstance(node, Word) and node.surface in FILLERS))
    return telling or tuple(nodes)


def _joined_pairs(nodes: Sequence[Node]) -> dict[int, tuple[str, ...]]:
    """Return, by node, the joined spellings of two consecutive words."""
    joined: dict[int, tuple[str, ...]] = {}
    for place, (left, right) in enumerate(pairwise(nodes)):
        if isinstance(left, Word) and isinstance(right, Word) and left.surface.isalpha() and right.surface.isalpha():
            both = (left.surface + right.surface, f"{left.surface}s{right.surface}")
            joined[place] = (*joined.get(place, ()), *both)
            joined[place + 1] = both
    return joined


def _most_telling(needs: Sequence[tuple[Clause, int]]) -> tuple[list[Clause], list[str]]:
    """Return the rarest needs, up to `MAX_TERMS` words and in their order, and the text of the others."""
    room = MAX_TERMS
    kept: set[int] = set()
    for place in sorted(range(len(needs)), key=lambda place: (-needs[place][0].rarity, place)):
        if needs[place][1] <= room:
            kept.add(place)
            room -= needs[place][1]
    shown = [need.shown for place, (need, _size) in enumerate(needs) if place not in kept]
    return [need for place, (need, _size) in enumerate(needs) if place in kept], shown
