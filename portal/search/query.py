"""From what somebody typed to what is looked for: a few kinds of nodes, and nothing else.

No query language of an engine faces the public: whatever is typed becomes at most eight words, phrases and
hyphenated words that must all be found. The last word also stands for longer words that begin with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.core.text import clean
from portal.search.analysis import MAX_WORD, Pieces, normalise, pieces, stems, tokens

MAX_TERMS = 8
MAX_TYPED = 200
MIN_BEGINNING = 3
SHOWN = 40
"""How much of overlong input is shown back as left out."""

QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as typed, in other forms, and at the end of the query as a beginning."""

    surface: str
    stems: tuple[str, ...] = ()
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """A word with a hyphen or the like: written as one, or its parts."""

    whole: Word
    parts: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, exactly so: surfaces with their places; between them there may be stop words."""

    words: tuple[tuple[str, int], ...]


Node = Word | Joined | Phrase


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and what was left out of what was typed."""

    nodes: tuple[Node, ...]
    ignored: tuple[str, ...] = ()

    def words(self) -> Iterator[Word]:
        """Return all words in it, those of a phrase without other forms: what to highlight."""
        for node in self.nodes:
            match node:
                case Word():
                    yield node
                case Joined():
                    yield from (node.whole, *node.parts)
                case Phrase():
                    yield from (Word(surface) for surface, _place in node.words)


def parse(typed: str) -> Query:
    """Return the query for what was typed; never fails."""
    nodes: list[Node] = []
    ignored: list[str] = []
    room = MAX_TERMS
    for source, node in _nodes(normalise(clean(typed[:MAX_TYPED]))):
        size = _size(node)
        if node in nodes:
            continue
        if node is None or size > room:
            ignored.append(source)
            continue
        nodes.append(node)
        room -= size
    if nodes and isinstance(nodes[-1], Word) and len(nodes[-1].surface) >= MIN_BEGINNING and nodes[-1].stems:
        nodes[-1] = replace(nodes[-1], beginning=True)
    if len(typed) > MAX_TYPED:
        ignored.append(f"{typed[MAX_TYPED : MAX_TYPED + SHOWN]}…")
    return Query(tuple(nodes), tuple(ignored))


def _size(node: Node | None) -> int:
    """Return how many words a node looks for."""
    match node:
        case Phrase(words):
            return len(words)
        case Joined(_, parts):
            return len(parts)
    return 1


def _nodes(text: str) -> Iterator[tuple[str, Node | None]]:
    """Return what is to be found, each with how it was typed; None for what is no word. Quotes make a phrase."""
    for place, part in enumerate(QUOTED.split(text)):
        if place % 2:
            phrase = tuple(_phrase(part))
            if phrase:
                yield part, Phrase(phrase) if len(phrase) > 1 else Word(phrase[0][0])
        else:
            for match in tokens(part):
                node = _node(pieces(match.group()))
                if node is not None or len(match.group()) > MAX_WORD:
                    yield match.group()[:SHOWN], node


def _phrase(text: str) -> Iterator[tuple[str, int]]:
    position = 0
    for match in tokens(text):
        found = pieces(match.group())
        for surface, offset in found.parts:
            yield surface, position + offset
        position += found.width


def _node(found: Pieces) -> Node | None:
    """Return what is to be found for a token, None for a stop word."""
    parts = tuple(Word(surface, stems(surface)) for surface, _offset in found.parts)
    if found.joined is None:
        return parts[0] if parts else None
    whole = Word(found.joined, stems(found.joined))
    return Joined(whole, parts) if parts else whole
