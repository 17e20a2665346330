"""Text functions: HTML from typed text, slugs, excerpts, cleaning of input."""

import re
import unicodedata

import nh3

MAX_SLUG = 80
SENTENCES = re.compile(r".*[.?!][’”)]?(?=\s)", re.DOTALL)
ENOUGH = 0.7
"""The share of an excerpt's length that whole sentences must fill; otherwise it is cut between words."""
ALLOWED_TAGS = {
    "p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr",
    "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "s",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "li": {"value"}}
LINK_REL = "nofollow noopener ugc"
INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that are invisible or change the direction of text, and lone surrogates."""
LATIN_JOINERS = re.compile(r"(?<![^\u0000-\u036f\u1e00-\u1eff])[\u200c\u200d]+")
"""Zero-width joiners after Latin letters; other scripts and emoji need them."""
LINE_ENDS = str.maketrans(dict.fromkeys("\u0085\u2028\u2029", "\n"))
BLOCK_END = re.compile(r"</(?:p|li|h[2-4]|blockquote|td|th|pre)>|<br>")


def render_markdown(source: str, *, trusted: bool = False) -> str:
    """Return safe, allow-listed HTML of typed text (`core.prose`); headings start at h2.

    `trusted` is for the editors' own pages: their links get no `rel="nofollow"`.
    """
    from portal.core import inline_markup, prose

    return nh3.clean(
        prose.render(clean(source), inline_markup.render),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None if trusted else LINK_REL,
    )


def plain_text(html: str) -> str:
    """Return the text of rendered HTML, on one line."""
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
