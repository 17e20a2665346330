"""Text: Markdown to safe HTML, slugs, excerpts, clean input."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_SLUG = 80
MAX_NESTING = 12
LOWEST_HEADING = 4
SENTENCES = re.compile(r".*[.?!][’”)]?(?=\s)", re.DOTALL)
ENOUGH = 0.7
"""The share of an excerpt that whole sentences must fill to end it."""
ALLOWED_TAGS = {
    "p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr",
    "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "s",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
LINK_REL = "nofollow noopener ugc"
INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that show nothing, turn the text around, or (surrogates) are none."""
LATIN_JOINERS = re.compile(r"(?<![^\u0000-\u036f\u1e00-\u1eff])[\u200c\u200d]+")
"""Joiners hide in Latin words; other scripts and emoji need them."""
LINE_ENDS = str.maketrans(dict.fromkeys("\u0085\u2028\u2029", "\n"))
WEB_ADDRESS = re.compile(r"(https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]{1,5})?(?:[/?#][^\s<>\"']*)?", re.IGNORECASE)
BLOCK_END = re.compile(r"</(?:p|li|h[2-4]|blockquote|td|th|pre)>|<br>")


@cache
def _markdown() -> "MarkdownIt":
    """Return the reader of Markdown; only who writes needs it, so it is loaded then."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": MAX_NESTING})
    return reader.enable(["table", "strikethrough", "linkify"]).disable(["image"])


def render_markdown(source: str, *, trusted: bool = False) -> str:
    """Return allow-listed HTML of Markdown; its headings start at h2. `trusted` is for the editors' own pages."""
    markdown = _markdown()
    tokens = markdown.parse(clean(source))
    _level_headings(tokens)
    return nh3.clean(
        markdown.renderer.render(tokens, markdown.options, {}),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None if trusted else LINK_REL,
    )


def _level_headings(tokens: Sequence["Token"]) -> None:
    """Let headings begin at h2 and skip no level, whatever the writer chose: h1 is the page's."""
    written = sorted({token.tag for token in tokens if token.type == "heading_open"})
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(2 + written.index(token.tag), level + 1, LOWEST_HEADING)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"


def plain_text(html: str) -> str:
    """Return the text of HTML that we rendered, on one line."""
    spaced = BLOCK_END.sub(" ", html)
    text = nh3.clean(spaced, tags=set())
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(entity, character)
    return " ".join(text.split())


def excerpt(text: str, length: int = 180) -> str:
    """Return at most `length` characters of plain text: whole sentences if they fill most of it, else words and "…"."""
    if len(text) <= length:
        return text
    sentences = SENTENCES.match(text, 0, length + 1)
    if sentences and len(sentences[0]) >= length * ENOUGH:
        return sentences[0].rstrip()
    return text[: length + 1].rsplit(" ", 1)[0].rstrip(",;:.- ") + "…"


def clean(text: str) -> str:
    """Return text NFC-normalised, without control, zero-width and direction-changing characters."""
    return unicodedata.normalize("NFC", LATIN_JOINERS.sub("", INVISIBLE.sub("", text).translate(LINE_ENDS)))


def fold(text: str) -> str:
    """Return lower-case text without accents: "Kenniscafé" becomes "kenniscafe"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def slugify(text: str) -> str:
    """Return a slug of lower-case letters, digits and hyphens, at most 80 characters; "item" for nothing usable."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:MAX_SLUG].strip("-")
    return slug or "item"


def web_address(text: str) -> str | None:
    """Return what a website's address links to ("www.leerwerkcheque.nl" too); None when it is no web address."""
    match = WEB_ADDRESS.fullmatch(text)
    if match is None:
        return None
    return text if match[1] else f"https://{text}"
