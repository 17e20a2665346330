"""Inline markup: bold, emphasis, strikethrough, links and line breaks. All other characters are literal.

Importing this module loads markdown-it, so it is imported when text is rendered and not at start.
"""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

from portal.core.web_address import web_address

MOST_NESTING = 12
ADDRESS = re.compile(
    r"(?<![\w@.])(?P<web>https?://|www\.)[^\s<>\"\[\]{}|\\^`]+"
    r"|(?<![\w@/.+-])(?P<mail>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}(?-i:(?![A-Z][a-z]))[^\W\d_]{2,63})(?![\w@])",
    re.IGNORECASE,
)
"""Matches addresses in running text: `http(s)://`, `www.` and mail addresses only. Backtracking is bounded."""
NEXT_SENTENCE = re.compile(r"\.[A-Z][a-z]+")
"""Matches the start of a sentence typed without a space after the full stop: "www.school.nl.De lessen"."""
STOPS = re.compile(rf"[\n*_~\[\]]|{ADDRESS.pattern}", re.IGNORECASE)
MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+")
CLOSING = ".,;:!?'’”\"*_~…"
"""Punctuation at the end of an address that belongs to the sentence around it."""


def render(text: str) -> str:
    """Return the HTML of the text of one paragraph, list item or table cell."""
    markdown = _reader()
    return str(markdown.renderInline(text, {}))


@cache
def _reader() -> MarkdownIt:
    reader = _Reader("zero", {"html": False, "breaks": True, "maxNesting": MOST_NESTING})
    reader.enable(["newline", "strikethrough", "emphasis", "link", "balance_pairs", "fragments_join"])
    reader.inline.ruler.at("text", _text)
    reader.inline.ruler.after("text", "address", _address)
    reader.inline.ruler.at("emphasis", _emphasis)
    return reader.enable(["text", "address", "emphasis"])


class _Reader(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802  # a method of markdown-it
        """Return the target of a link: https for `www.school.nl`, mailto for a mail address."""
        return super().normalizeLink(f"mailto:{url}" if MAIL.fullmatch(url) else web_address(url) or url)


def _text(state: StateInline, silent: bool) -> bool:
    """Consume characters up to the next one that may be markup."""
    found = STOPS.search(state.src, state.pos, state.posMax)
    end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """Turn a web or mail address into a link, except inside the text of another link."""
    found = ADDRESS.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    address = found[0] if found["mail"] else _trimmed(found[0])
    target = state.md.normalizeLink(address)
    if silent or state.linkLevel or not target.startswith(("https://", "http://", "mailto:")):
        state.pending += "" if silent else address
    else:
        state.push("link_open", "a", 1).attrs = {"href": target}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(address)
    return True


def _trimmed(address: str) -> str:
    """Return an address without punctuation of the sentence around it, and without unmatched closing brackets."""
    host, slash, _path = address.partition("//")[2].partition("/") if "//" in address else address.partition("/")
    if not slash and (sentence := NEXT_SENTENCE.search(host)) and sentence.end() == len(host):
        address = address[: -len(sentence[0])]
    spare, end = address.count(")") - address.count("("), len(address)
    while address[end - 1] in CLOSING or (address[end - 1] == ")" and spare > 0):
        spare -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Record asterisks and underscores as possible emphasis; within words only `**` can be ("leerling*e" is not)."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, state.src.startswith("**", state.pos))
    for _number in range(scanned.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open,
                close=scanned.can_close,
            )
        )
    state.pos += scanned.length
    return True
