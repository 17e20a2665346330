"""Looking at a page as a browser does: which elements and attributes stand in it, and where its addresses lead."""

import json
import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from portal.core.text import ALLOWED_ATTRIBUTES, ALLOWED_TAGS
from tests.checks.payloads import COMPUTED, MARK

Pair = tuple[str, str]
"""An element and an attribute on it, "" for the element itself."""
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "cite", "background", "ping",
             "data-hx-get", "data-hx-post", "data-copy", "xlink:href"}  # fmt: skip
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)")
SCHEMES = {"http", "https", "mailto", "webcal"}
DERIVED_ID = re.compile(r"(?:filter|count)-[a-z]+-[a-z0-9-]+")
"""Options of a filter are named after their slugs, behind a word of ours that no script looks for."""
WORDS_OF_MARKDOWN = {(tag, name) for tag in ALLOWED_TAGS for name in ("", *ALLOWED_ATTRIBUTES.get(tag, ()))}


def pairs(html: str) -> set[Pair]:
    """Return every element and attribute of a page."""
    nodes = LexborHTMLParser(html).css("*")
    return {(node.tag or "", name) for node in nodes for name in ("", *node.attributes)}


def vocabulary(pages: Iterable[str]) -> set[Pair]:
    """Return what our own templates write, and what Markdown may become."""
    frame = {("html", ""), ("head", ""), ("body", ""), ("a", "rel")}
    return frame.union(WORDS_OF_MARKDOWN, *map(pairs, pages))


def faults(html: str, known: set[Pair], *, reflected: bool = False) -> list[str]:
    """Return what a hostile text achieved on a page; with `reflected` our own links may carry it in their query."""
    found = [f"new: <{tag} {name}>" for tag, name in sorted(pairs(html) - known)]
    if COMPUTED in html:
        found.append("an expression was worked out")
    for node in LexborHTMLParser(html).css("*"):
        for name, value in node.attributes.items():
            fault = _fault(name, value or "", reflected=reflected)
            fault = fault or _of_address(node, name, value or "")
            if fault:
                found.append(f"<{node.tag} {name}={value!r}>: {fault}")
        if node.tag == "script":
            found += _of_script(node.attributes, node.text())
    return found


def _fault(name: str, value: str, *, reflected: bool) -> str:
    if name.startswith("on") or name in ("style", "srcdoc"):
        return "a handler or style"
    if MARK not in value.lower():
        return ""
    if name in ("id", "name", "for", "form", "class", "rel", "target") and not DERIVED_ID.fullmatch(value):
        return "a name from a text"
    if name.startswith("data-hx-") and not (
        reflected and name in ("data-hx-get", "data-hx-replace-url") and MARK in value.partition("?")[2]
    ):
        return "htmx takes orders from a text"
    return ""


def _of_address(node: LexborNode, name: str, value: str) -> str:
    """Judge an address as a browser reads it (WHATWG URL, 4.4); links in prose may lead to other sites."""
    if name not in ADDRESSES:
        return ""
    plain = re.sub(r"[\t\r\n]", "", value.strip("".join(map(chr, range(33))))).lower()
    scheme = SCHEME.match(plain)
    if scheme:
        return "" if scheme[0] in SCHEMES else "an address that runs"
    away = plain[:2].replace("\\", "/") == "//"
    return "an address that leads away" if away and not _in_prose(node) else ""


def _in_prose(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and ("prose" in (parent.attributes.get("class") or "").split() or _in_prose(parent))


def _of_script(attributes: dict[str, str | None], text: str) -> list[str]:
    source = attributes.get("src")
    if source is not None:
        return [] if source.startswith("/static/") and not text.strip() else [f"script {source} {text}"]
    if attributes.get("type") != "application/ld+json" or "<" in text:
        return [f"script {text}"]
    json.loads(text)
    return []
