"""Text as people type and paste it, as HTML: plain letters first, and of Markdown what the help under the field says.

The blocks are read line by line here, because every rule of Markdown about lines surprises whoever writes a letter: a
signature under `--` would be a heading, an indented paragraph code, "2026. Dat was" the item of a list. What stands
within a line (bold, stressed, links) is read by markdown-it, with the rules that help and no others.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

MOST_LEVELS = 6
"""Of quotes in quotes and lists in lists; what is deeper stands on the last level."""
LOWEST_HEADING = 4
WRAPPED = 60
"""A line at least this long was probably broken by a mail program when the next begins with a small letter."""
SPACES = " \t\u00a0"
FARTHEST = 3
"""The numbers of a list may skip some; a lone "14." is the beginning of a sentence."""
RULE = re.compile(r"(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}")
HEADING = re.compile(r"(#{1,6})[ \t\u00a0]")
NUMBER = re.compile(r"([0-9]{1,3})[.)]\s+(?=\S)")
BULLET = re.compile(r"([-*–·◦○▫□])\s+(?=\S)|([•●▪■‣➢\uf0a7\uf0b7\uf0d8])\s*(?=\S)|([o§])(?:\t|\s{2})\s*(?=\S)")
"""Signs of items: typed ones, those of Word and Outlook (some in its own code points), and Word's "o" and "§".

The last two are a letter and a sign of law as well: they count with the tab that Word puts behind them.
"""
DIVIDER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
"""The second line of a table in Markdown."""
CELLS = re.compile(r"\S[ \u00a0]*\t\s*\S")
"""A tab between words: a row of a table that was copied from Excel, Word or a mail."""

Kind = Literal["blank", "heading", "rule", "quote", "item", "row", "piped", "text"]
Inline = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what it looks like on its own."""

    kind: Kind
    text: str
    """Without indentation, and without the sign that makes it a heading or an item."""
    indent: int = 0
    mark: str = ""
    """The sign of an item, "1" for any number; the hashes of a heading."""
    number: int = 0
    raw: str = ""
    """As it was typed, for rows of tables."""


def render(source: str, inline: Inline) -> str:
    """Return HTML of a clean text; `inline` makes HTML of what stands within a paragraph, an item or a cell."""
    return _Reader(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"), inline).render()


class _Reader:
    """Reads one text. Every line is looked at a fixed number of times per level of quotation."""

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
        """Return what a line is by itself; rows of tables are sure of it only beside others."""
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
        if (found := NUMBER.match(text)) and self._counts(int(found[1])):
            return Line("item", text[found.end() :], indent, mark="1", number=int(found[1]), raw=raw)
        return None

    def _counts(self, number: int) -> bool:
        """Whether a number belongs to a list: it is the first, or one near it stands before another line."""
        near = {*range(number - FARTHEST, number + FARTHEST + 1)} - {number}
        return number == 1 or bool(near & self._numbers)

    def _block(self, lines: Sequence[Line], at: int, depth: int) -> tuple[int, str]:
        """Return the HTML of the block that begins at a line, and where the next begins."""
        line = lines[at]
        match line.kind:
            case "blank":
                return at + 1, ""
            case "rule":
                return at + 1, "<hr>\n"
            case "heading":
                return at + 1, self._heading(line)
            case "quote":
                end = _run(lines, at, "quote")
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
        """Let headings begin at h2 and skip no level, whatever the writer chose: h1 is the page's."""
        self._level = min(2 + self._headings.index(len(line.mark)), self._level + 1, LOWEST_HEADING)
        return f"<h{self._level}>{self._inline(line.text)}</h{self._level}>\n"

    def _list(self, lines: Sequence[Line], at: int) -> tuple[int, str]:
        """Return a list with the lists in it; blank lines between items, as Word leaves them, do not end it."""
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
        """Return a table: with a head when Markdown divides it, all rows alike when they came from a spreadsheet."""
        if lines[0].kind == "row":
            rows = _even([line.raw.split("\t") for line in lines])
            return f"<table>\n<tbody>\n{self._rows(rows, 'td')}</tbody>\n</table>\n"
        piped = [line.text.strip("|").split("|") for line in lines]
        head, *rows = _even([piped[0], *piped[2:]])
        body = f"<tbody>\n{self._rows(rows, 'td')}</tbody>\n" if rows else ""
        return f"<table>\n<thead>\n{self._rows([head], 'th')}</thead>\n{body}</table>\n"

    def _rows(self, rows: Sequence[Sequence[str]], tag: str) -> str:
        cells = ("".join(f"<{tag}>{self._inline(cell.strip())}</{tag}>" for cell in row) for row in rows)
        return "".join(f"<tr>{row}</tr>\n" for row in cells)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, its text as HTML; `number` is None for a bullet."""

    level: int
    number: int | None
    html: str


def _without_hashes(title: str) -> str:
    """Return the words of a heading without the hashes that may close it ("## Programme ##")."""
    bare = title.rstrip("#")
    return title.strip() if bare and not bare[-1].isspace() else bare.strip()


def _row_kind(text: str) -> Kind:
    if CELLS.search(text):
        return "row"
    return "piped" if "|" in text else "text"


def _run(lines: Sequence[Line], at: int, kind: Kind) -> int:
    """Return where the lines of one kind end that begin at a place."""
    while at < len(lines) and lines[at].kind == kind:
        at += 1
    return at


def _table_end(lines: Sequence[Line], at: int) -> int:
    """Return where the table ends that begins at a line, 0 when none does.

    Rows with tabs make a table from two on; a line with bars does when the next divides it from its rows.
    """
    if lines[at].kind == "row":
        end = _rows_end(lines, at)
        return end if end > at + 1 else 0
    divided = lines[at].kind == "piped" and at + 1 < len(lines) and lines[at + 1].kind == "piped"
    return _run(lines, at, "piped") if divided and DIVIDER.fullmatch(lines[at + 1].text) else 0


def _rows_end(lines: Sequence[Line], at: int) -> int:
    """Return where the rows end; one whose only words stand in one cell has as many tabs as the first."""
    tabs, end = lines[at].raw.count("\t"), at + 1
    while end < len(lines) and (
        lines[end].kind == "row" or (lines[end].kind == "text" and lines[end].raw.count("\t") == tabs)
    ):
        end += 1
    return end


def _even(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return rows of one length; where their tabs differ, those only kept words apart and empty cells go."""
    if len({len(row) for row in rows}) > 1:
        rows = [[cell for cell in row if cell.strip()] for row in rows]
    width = max(len(row) for row in rows)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _level(opened: list[Line], item: Line) -> int:
    """Return how deep an item stands below the items that are open, and open it.

    Further to the right is deeper. On the same height another sign is deeper too ("•" and then "o", as Word pastes its
    levels), but a number after a bullet begins a list anew.
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
    """Return the text of an item with the lines that go on with it, and where those end."""
    end = at + 1
    while end < len(lines) and lines[end].kind in ("text", "row", "piped") and _goes_on(lines, at, end):
        end += 1
    return end, _joined(lines[at:end])


def _goes_on(lines: Sequence[Line], at: int, place: int) -> bool:
    """Whether a line belongs to the item above it: it is indented, or a mail program broke the line before it."""
    line, before = lines[place], lines[place - 1]
    return line.indent > lines[at].indent + 1 or (len(before.raw) >= WRAPPED and line.text[0].islower())


def _next_item(lines: Sequence[Line], at: int) -> int | None:
    """Return where the list goes on behind blank lines, None when it does not."""
    at = _run(lines, at, "blank")
    return at if at < len(lines) and lines[at].kind == "item" else None


def _nested(items: Sequence[Item], level: int) -> str:
    """Return the lists of a level, each item with the items below it; numbers stay what they were."""
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
