"""Text as people type and paste it, rendered as HTML. Text is literal except for a few rules of Markdown.

Blocks are parsed line by line here, because Markdown's block rules surprise people who write letters: a signature under
`--` would become a heading, an indented paragraph code, "2026. Dat was" a list item. Markup within a line (bold,
emphasis, links) is parsed by markdown-it with few rules enabled (`inline_markup`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

MOST_LEVELS = 6
"""Depth of nested quotes and of nested lists; anything deeper is put on the last level."""
LOWEST_HEADING = 4
WRAPPED = 60
"""A line of at least this many characters, followed by a lower-case letter, was probably wrapped by a mail program."""
SPACES = " \t\u00a0"
FARTHEST = 3
"""Largest gap between the numbers of a list; a lone "14." starts a sentence instead."""
RULE = re.compile(r"(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}")
HEADING = re.compile(r"(#{1,6})[ \t\u00a0]")
NUMBER = re.compile(r"([0-9]{1,3})[.)]\s+(?=\S)")
BULLET = re.compile(r"([-*–·◦○▫□])\s+(?=\S)|([•●▪■‣➢\uf0a7\uf0b7\uf0d8])\s*(?=\S)|([o§])(?:\t|\s{2})\s*(?=\S)")
"""Bullets: typed ones, those of Word and Outlook (some in private code points), and Word's "o" and "§".

The last two also occur in normal text, so they only count before a tab or two spaces, as Word pastes them."""
DIVIDER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
"""The line below the head of a Markdown table."""
CELLS = re.compile(r"\S[ \u00a0]*\t\s*\S")
"""A tab between words: a table row copied from Excel, Word or a mail."""

Kind = Literal["blank", "heading", "rule", "quote", "item", "row", "piped", "text"]
Inline = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its kind, judged by itself."""

    kind: Kind
    text: str
    """The line without indentation, and without the mark of a heading or item."""
    indent: int = 0
    mark: str = ""
    """The bullet of an item, "1" for any number; the hashes of a heading."""
    number: int = 0
    raw: str = ""
    """The line as it was typed, for table rows."""


def render(source: str, inline: Inline) -> str:
    """Return HTML of a clean text; `inline` makes HTML of what stands within a paragraph, an item or a cell."""
    return _Reader(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"), inline).render()


class _Reader:
    """Renders one text, in linear time: each line is parsed a fixed number of times per level of quotation."""

    def __init__(self, lines: Sequence[str], inline: Inline) -> None:
        self._source = lines
        self._inline = inline
        stripped = [line.strip() for line in lines]
        self._numbers = {int(found[1]) for line in stripped if (found := NUMBER.match(line))}
        self._headings = sorted({len(found[1]) for line in stripped if (found := HEADING.match(line))})
        self._level = 1

    def render(self) -> str:
        """Return the HTML of the whole text."""
        return self._blocks(self._source, 0)

    def _blocks(self, source: Sequence[str], depth: int) -> str:
        lines = [self._line(line, depth) for line in source]
        html: list[str] = []
        at = 0
        while at < len(lines):
            end, block = self._block(lines, at, depth)
            html.append(block)
            at = end
        return "".join(html)

    def _line(self, raw: str, depth: int) -> Line:
        """Return a line with its kind; whether it is a table row depends on its neighbours as well."""
        text = raw.strip()
        indent = len((raw[: len(raw) - len(raw.lstrip(SPACES))]).replace("\u00a0", " ").expandtabs(4))
        if not text:
            return Line("blank", "")
        if RULE.fullmatch(text):
            return Line("rule", "")
        if text.startswith((">>", "> ", ">\t")) or text == ">":
            return Line("quote" if depth < MOST_LEVELS else "text", text[1:].removeprefix(" "), raw=raw)
        if (found := HEADING.match(text)) and (title := _without_hashes(text[found.end() :])):
            return Line("heading", title, mark=found[1])
        return self._item(text, indent, raw) or Line(_row_kind(text), text, indent, raw=raw)

    def _item(self, text: str, indent: int, raw: str) -> Line | None:
        if found := BULLET.match(text):
            return Line("item", text[found.end() :], indent, mark=found[0].strip(), raw=raw)
        if (found := NUMBER.match(text)) and self._is_item_number(int(found[1])):
            return Line("item", text[found.end() :], indent, mark="1", number=int(found[1]), raw=raw)
        return None

    def _is_item_number(self, number: int) -> bool:
        """Return whether a number is that of a list item: it is 1, or a number near it starts another line."""
        near = {*range(number - FARTHEST, number + FARTHEST + 1)} - {number}
        return number == 1 or bool(near & self._numbers)

    def _block(self, lines: Sequence[Line], at: int, depth: int) -> tuple[int, str]:
        """Return the end of the block that starts at a line, and its HTML."""
        line = lines[at]
        match line.kind:
            case "blank":
                return at + 1, ""
            case "rule":
                return at + 1, "<hr>\n"
            case "heading":
                return at + 1, self._heading(line)
            case "quote":
                end = _end_of_run(lines, at, "quote")
                inner = self._blocks([quoted.text for quoted in lines[at:end]], depth + 1)
                return end, f"<blockquote>\n{inner}</blockquote>\n"
            case "item":
                return self._list(lines, at)
            case _ if end := _table_end(lines, at):
                return end, self._table(lines[at:end])
        end = at + 1
        while end < len(lines) and lines[end].kind in ("text", "row", "piped") and not _table_end(lines, end):
            end += 1
        return end, f"<p>{self._inline(_joined(lines[at:end]))}</p>\n"

    def _heading(self, line: Line) -> str:
        """Return a heading; levels start at h2, since h1 is the page's title, and none is skipped."""
        self._level = min(2 + self._headings.index(len(line.mark)), self._level + 1, LOWEST_HEADING)
        return f"<h{self._level}>{self._inline(line.text)}</h{self._level}>\n"

    def _list(self, lines: Sequence[Line], at: int) -> tuple[int, str]:
        """Return a list including nested lists; blank lines between items, as Word pastes them, do not end it."""
        items: list[Item] = []
        opened: list[Line] = []
        following: int | None = at
        while following is not None:
            item = lines[following]
            level = _level(opened, item)
            at, text = _item_text(lines, following)
            items.append(Item(level, item.number if item.mark == "1" else None, self._inline(text)))
            following = _next_item(lines, at)
        return at, _nested(items, 0)

    def _table(self, lines: Sequence[Line]) -> str:
        """Return a table; one with a Markdown divider has a head, one with tabs has not."""
        if lines[0].kind == "row":
            rows = _equal_width([line.raw.split("\t") for line in lines])
            return f"<table>\n<tbody>\n{self._rows(rows, 'td')}</tbody>\n</table>\n"
        piped = [line.text.strip("|").split("|") for line in lines]
        head, *rows = _equal_width([piped[0], *piped[2:]])
        body = f"<tbody>\n{self._rows(rows, 'td')}</tbody>\n" if rows else ""
        return f"<table>\n<thead>\n{self._rows([head], 'th')}</thead>\n{body}</table>\n"

    def _rows(self, rows: Sequence[Sequence[str]], tag: str) -> str:
        cells = ("".join(f"<{tag}>{self._inline(cell.strip())}</{tag}>" for cell in row) for row in rows)
        return "".join(f"<tr>{row}</tr>\n" for row in cells)


@dataclass(frozen=True, slots=True)
class Item:
    """A list item with its text as HTML; `number` is None for a bullet."""

    level: int
    number: int | None
    html: str


def _without_hashes(title: str) -> str:
    """Return the text of a heading without the hashes that may close it ("## Programme ##")."""
    bare = title.rstrip("#")
    return title.strip() if bare and not bare[-1].isspace() else bare.strip()


def _row_kind(text: str) -> Kind:
    if CELLS.search(text):
        return "row"
    return "piped" if "|" in text else "text"


def _end_of_run(lines: Sequence[Line], at: int, kind: Kind) -> int:
    """Return the end of the run of lines of one kind that starts at `at`."""
    while at < len(lines) and lines[at].kind == kind:
        at += 1
    return at


def _table_end(lines: Sequence[Line], at: int) -> int:
    """Return the end of the table that starts at `at`, 0 when there is none.

    Lines with tabs are a table when there are two or more; lines with bars when the second is a divider.
    """
    if lines[at].kind == "row":
        end = _rows_end(lines, at)
        return end if end > at + 1 else 0
    divided = lines[at].kind == "piped" and at + 1 < len(lines) and lines[at + 1].kind == "piped"
    return _end_of_run(lines, at, "piped") if divided and DIVIDER.fullmatch(lines[at + 1].text) else 0


def _rows_end(lines: Sequence[Line], at: int) -> int:
    """Return the end of the rows with tabs; a row with text in one cell only must have as many tabs as the first."""
    tabs, end = lines[at].raw.count("\t"), at + 1
    while end < len(lines) and (
        lines[end].kind == "row" or (lines[end].kind == "text" and lines[end].raw.count("\t") == tabs)
    ):
        end += 1
    return end


def _equal_width(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return rows of equal length; if lengths differ, empty cells are dropped, since tabs only aligned words."""
    if len({len(row) for row in rows}) > 1:
        rows = [[cell for cell in row if cell.strip()] for row in rows]
    width = max(len(row) for row in rows)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _level(opened: list[Line], item: Line) -> int:
    """Return the nesting level of an item, and update the list of open items.

    An item indented further is nested. So is one at the same indentation with another bullet ("•", then "o", as Word
    pastes its levels); but a number after a bullet starts a new list.
    """
    while opened and item.indent + 1 < opened[-1].indent:
        opened.pop()
    beside = [place for place, line in enumerate(opened) if abs(line.indent - item.indent) <= 1]
    alike = [place for place in beside if opened[place].mark == item.mark]
    if alike:
        del opened[alike[-1] :]
    elif beside and item.mark == "1":
        del opened[beside[0] :]
    elif len(opened) == MOST_LEVELS:
        opened.pop()
    opened.append(item)
    return len(opened) - 1


def _item_text(lines: Sequence[Line], at: int) -> tuple[int, str]:
    """Return the end of an item's lines, and its text."""
    end = at + 1
    while end < len(lines) and lines[end].kind in ("text", "row", "piped") and _continues_item(lines, at, end):
        end += 1
    return end, _joined(lines[at:end])


def _continues_item(lines: Sequence[Line], at: int, place: int) -> bool:
    """Return whether a line continues the item above: it is indented, or the line before it was wrapped."""
    line, before = lines[place], lines[place - 1]
    return line.indent > lines[at].indent + 1 or (len(before.raw) >= WRAPPED and line.text[0].islower())


def _next_item(lines: Sequence[Line], at: int) -> int | None:
    """Return the index of the next item of a list, skipping blank lines; None when the list ends."""
    at = _end_of_run(lines, at, "blank")
    return at if at < len(lines) and lines[at].kind == "item" else None


def _nested(items: Sequence[Item], level: int) -> str:
    """Return the HTML of the lists of a level, including nested items; items keep their numbers."""
    tops = [place for place, item in enumerate(items) if item.level == level]
    ends = dict(zip(tops, [*tops[1:], len(items)], strict=True))
    html: list[str] = []
    for is_bulleted, places in groupby(tops, key=lambda place: items[place].number is None):
        inner = [(items[place], items[place + 1 : ends[place]]) for place in places]
        html.append(_bulleted(inner, level) if is_bulleted else _numbered(inner, level))
    return "".join(html)


def _bulleted(items: Sequence[tuple[Item, Sequence[Item]]], level: int) -> str:
    return f"<ul>\n{''.join(_li('<li>', item, below, level) for item, below in items)}</ul>\n"


def _numbered(items: Sequence[tuple[Item, Sequence[Item]]], level: int) -> str:
    first = expected = items[0][0].number or 0
    html: list[str] = []
    for item, below in items:
        html.append(_li("<li>" if item.number == expected else f'<li value="{item.number}">', item, below, level))
        expected = (item.number or 0) + 1
    return f"<ol>\n{''.join(html)}</ol>\n" if first == 1 else f'<ol start="{first}">\n{"".join(html)}</ol>\n'


def _li(tag: str, item: Item, below: Sequence[Item], level: int) -> str:
    return f"{tag}{item.html}{chr(10) + _nested(below, level + 1) if below else ''}</li>\n"
