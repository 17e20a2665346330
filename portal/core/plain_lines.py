"""Conversion of rendered HTML to lines of plain text, for calendars and the text part of mails."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import groupby

TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
NUMBER = re.compile(r'(?:start|value)="([0-9]+)"')
BLOCKS = {"p", "h2", "h3", "h4", "pre", "table"}
INDENT = "  "
CELL = " | "


def plain_lines(html: str) -> str:
    """Return the text of rendered HTML, line by line.

    Line breaks, bullets and numbers are kept, paragraphs are separated by a blank line, links show their address, and
    the cells of a table row are on one line.
    """
    return unescape("\n".join(_single_blank_lines(_Writer().lines(html)))).strip("\n")


class _Writer:
    """Turns tags into lines. Blank lines separate blocks; there may be several in a row."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line = ""
        self._quotes = 0
        self._lists: list[int | None] = []
        """For each open list the number of its next item; None for bullets."""

    def lines(self, html: str) -> list[str]:
        """Return the lines of rendered HTML, in which every `<` and `>` must belong to a tag."""
        source, at = LINK.sub(_link_text, html.replace("\n", " ")), 0
        for tag in TAG.finditer(source):
            self._write(source[at : tag.start()])
            self._read(tag[2], tag[3], closes=bool(tag[1]))
            at = tag.end()
        self._write(source[at:])
        self._break()
        return self._done

    def _write(self, text: str) -> None:
        self._line += text if self._line.strip() else text.lstrip()

    def _read(self, name: str, attributes: str, *, closes: bool) -> None:
        if name in ("ul", "ol"):
            self._list(name, attributes, closes=closes)
        elif name == "li":
            self._break()
            self._line = "" if closes else self._item(attributes)
        elif name == "blockquote":
            self._break()
            self._done.append("> " * (self._quotes - closes))
            self._quotes += -1 if closes else 1
        elif name in BLOCKS:
            self._break(blank=not self._lists)
        elif name in ("br", "tr"):
            self._break()
        elif name == "hr":
            self._break(blank=True)
            self._line = "---"
            self._break(blank=True)
        elif name in ("td", "th") and closes:
            self._line += CELL

    def _break(self, *, blank: bool = False) -> None:
        """End the current line if it is not empty; `blank` adds a blank line after it."""
        text = self._line.rstrip().removesuffix(CELL.rstrip()).rstrip()
        if text.strip():
            self._done.append("> " * self._quotes + text)
        if blank:
            self._done.append("> " * self._quotes)
        self._line = INDENT * len(self._lists)

    def _list(self, name: str, attributes: str, *, closes: bool) -> None:
        self._break(blank=len(self._lists) == (1 if closes else 0))
        if closes:
            self._lists.pop()
        else:
            first = NUMBER.search(attributes)
            self._lists.append(int(first[1]) if first else 1 if name == "ol" else None)
        self._line = ""

    def _item(self, attributes: str) -> str:
        """Return the beginning of an item: indentation, and a bullet or number."""
        given, number = NUMBER.search(attributes), self._lists[-1]
        if number is None:
            return INDENT * (len(self._lists) - 1) + "- "
        number = int(given[1]) if given else number
        self._lists[-1] = number + 1
        return INDENT * (len(self._lists) - 1) + f"{number}. "


def _link_text(link: re.Match[str]) -> str:
    """Return the text of a link followed by its address, unless they are the same."""
    target, words = link[1].removeprefix("mailto:"), link[2]
    is_said = words in (target, target.removeprefix("https://"), target.removeprefix("http://"))
    return words if is_said else f"{words} ({target})"


def _single_blank_lines(lines: list[str]) -> Iterator[str]:
    """Yield the lines with runs of blank lines reduced to one, with the fewest quotation marks of the run."""
    for is_blank, run in groupby(lines, key=lambda line: not line.strip("> ")):
        found = list(run)
        yield from [min(found, key=len).rstrip()] if is_blank else found
