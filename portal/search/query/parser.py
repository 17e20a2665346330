"""The query parser: turns typed text into words, phrases and hyphenated words.

Visitors never reach the query language of an engine. The syntax has three elements: quotes for a phrase, a minus before
a word or phrase to exclude it, and the fields `type:` and `speerpunt:`. Everything else is words. Parsing never fails.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from portal.core.text import clean
from portal.search.language.analysis import MAX_WORD, Pieces, normalise, pieces, stems, tokens

MAX_TERMS = 8
MAX_READ = 24
"""Most words that are read; the MAX_TERMS rarest of them are searched for."""

MAX_WITHOUT = 4
MAX_TYPED = 200
MIN_BEGINNING = 3
SHOWN = 40
"""Characters of ignored input that are shown."""

FIELDS = ("type", "speerpunt")
QUOTED = re.compile(r'(?P<minus>(?<!\S)[-−–])?["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]')
FIELD = re.compile(r'(?<!\S)(?P<name>type|speerpunt):(?:"(?P<quoted>[^"]{0,80})"|(?P<plain>\S{0,80}))', re.IGNORECASE)
MINUS = re.compile(r"(?<!\S)[-−–](?=\w)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, with its stems; `beginning` when it also matches as a prefix."""

    surface: str
    stems: tuple[str, ...] = ()
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """A word with a hyphen, apostrophe or ampersand: matches joined or by its parts."""

    whole: Word
    parts: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must occur in this order: surfaces with their positions, which count stop words too."""

    words: tuple[tuple[str, int], ...]


Node = Word | Joined | Phrase


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query."""

    nodes: tuple[Node, ...]
    ignored: tuple[str, ...] = ()
    without: tuple[Node, ...] = ()
    """What documents must not contain."""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per name of FIELDS the typed values, in lower case."""
    typed: str = ""
    """The typed text without its fields; corrections are made in it."""

    @property
    def is_only_without(self) -> bool:
        """Whether it has only excluded words."""
        return bool(self.without) and not self.nodes

    def words(self) -> Iterator[Word]:
        """Return all words in it, those of a phrase without other forms."""
        for node in (*self.nodes, *self.without):
            yield from words_of(node)


def words_of(node: Node) -> Iterator[Word]:
    """Return the words of a node, those of a phrase without other forms."""
    match node:
        case Word():
            yield node
        case Joined():
            yield from (node.whole, *node.parts)
        case Phrase():
            yield from (Word(surface) for surface, _place in node.words)


def parse(typed: str) -> Query:
    """Return the query for typed text; never fails."""
    text = normalise(clean(typed[:MAX_TYPED]))
    fields: dict[str, tuple[str, ...]] = {}
    for found in FIELD.finditer(text):
        value = (found["quoted"] if found["quoted"] is not None else found["plain"]).strip().lower()
        name = found["name"].lower()
        if value and value not in fields.get(name, ()):
            fields[name] = (*fields.get(name, ()), value)
    text = FIELD.sub(" ", text)
    nodes: list[Node] = []
    without: list[Node] = []
    ignored: list[str] = []
    room = MAX_READ
    for source, node, minus in _nodes(text):
        into = without if minus else nodes
        size = size_of(node)
        if node in into:
            continue
        if node is None or (len(without) >= MAX_WITHOUT if minus else size > room):
            ignored.append(source)
            continue
        into.append(node)
        room -= 0 if minus else size
    _let_last_be_a_beginning(nodes, text)
    if len(typed) > MAX_TYPED:
        ignored.append(f"{typed[MAX_TYPED : MAX_TYPED + SHOWN]}…")
    return Query(tuple(nodes), tuple(ignored), tuple(without), fields, " ".join(text.split()))


def _let_last_be_a_beginning(nodes: list[Node], text: str) -> None:
    """Make the last word match as a prefix too, since it may be unfinished."""
    if not nodes or not text or text.rstrip()[-1:] in {'"', "”", "»", "."}:
        return
    last = nodes[-1]
    if isinstance(last, Word) and len(last.surface) >= MIN_BEGINNING and last.stems:
        nodes[-1] = Word(last.surface, last.stems, beginning=True)


def size_of(node: Node | None) -> int:
    """Return the number of words of a node; 1 for None."""
    match node:
        case Phrase(words):
            return len(words)
        case Joined(_, parts):
            return len(parts)
    return 1


def _nodes(text: str) -> Iterator[tuple[str, Node | None, bool]]:
    """Return the nodes of a text, each with its source text and whether it is excluded by a minus.

    The node of overlong input is None.
    """
    position = 0
    for quoted in QUOTED.finditer(text):
        yield from _loose(text[position : quoted.start()])
        phrase = tuple(_phrase(quoted["phrase"]))
        if phrase:
            node: Node = Phrase(phrase) if len(phrase) > 1 else Word(phrase[0][0])
            yield quoted["phrase"], node, bool(quoted["minus"])
        position = quoted.end()
    yield from _loose(text[position:])


def _loose(text: str) -> Iterator[tuple[str, Node | None, bool]]:
    minus = {match.end() for match in MINUS.finditer(text)}
    for match in tokens(text):
        node = _node(pieces(match.group()))
        if node is not None or len(match.group()) > MAX_WORD:
            yield match.group()[:SHOWN], node, match.start() in minus


def _phrase(text: str) -> Iterator[tuple[str, int]]:
    position = 0
    for match in tokens(text):
        found = pieces(match.group())
        for surface, offset in found.parts:
            yield surface, position + offset
        position += found.width


def _node(found: Pieces) -> Node | None:
    """Return the node of a token; None for a stop word."""
    parts = tuple(Word(surface, stems(surface)) for surface, _offset in found.parts)
    if found.joined is None:
        return parts[0] if parts else None
    whole = Word(found.joined, stems(found.joined))
    return Joined(whole, parts) if parts else whole
