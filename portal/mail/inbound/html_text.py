"""Text of HTML mail as mail programs write it, with or without what they mark as quoted and as signature."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

UNSEEN = {"head", "style", "script", "title", "template", "noscript", "svg", "object", "iframe", "img"}
QUOTED_CLASSES = {
    "gmail_quote", "gmail_attr", "gmail_extra", "gmail_signature", "moz-cite-prefix", "moz-signature", "yahoo_quoted",
    "protonmail_quote", "protonmail_signature_block", "AppleMailSignature", "ms-outlook-mobile-reference-message",
}  # fmt: skip
QUOTED_IDS = {"Signature", "signature", "AppleMailSignature", "ms-outlook-mobile-signature",
              "mail-editor-reference-message-container"}  # fmt: skip
"""What is certainly quoted or a signature: the marks of Gmail, Thunderbird, Apple Mail, Yahoo, Proton and Outlook."""
QUOTED_FROM_HERE = {"divRplyFwdMsg", "x_divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "stopSpelling"}
"""Ids with which Outlook marks where the quote begins; it lasts until the end of the mail."""
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
SPACED = {"p", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
"""Blocks that stand apart; mail programs write each line as a `div`, and an Outlook line as a `p.MsoNormal`."""
WHITE = re.compile(r"[ \t\r\n\f\u00a0]+")
DEEPEST = 200
QUOTE = "> "


def html_to_text(html: str, *, whole: bool = False) -> str:
    """Return the text of an HTML mail, quotes marked with "> "; without `whole`, what is marked as quoted is cut.

    Takes time in proportion to the length, whatever the HTML is.
    """
    tree = LexborHTMLParser(html)
    writer = _Writer(whole=whole)
    if tree.body is not None:
        writer.walk(tree.body, 0)
    return writer.text()


class _Writer:
    """Collects lines while walking the tree."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._has_ended = False
        self._lines: list[str] = []
        self._line = ""
        self._quotes = 0

    def walk(self, node: LexborNode, depth: int) -> None:
        """Write what is inside a node; what is nested absurdly deep is left out."""
        if depth > DEEPEST:
            return
        child = node.child
        while child is not None and not self._has_ended:
            self._write(child, depth)
            child = child.next

    def text(self) -> str:
        """Return all lines, with at most one blank line between two."""
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def _write(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or ""
        if tag == "-text":
            words = WHITE.sub(" ", node.text_content or "")
            self._line += words if self._line else words.lstrip()
        elif tag == "br":
            self._break(empty=True)
        elif tag in UNSEEN or not (self._whole or self._is_own(node, tag)):
            return
        elif tag in BLOCKS:
            self._write_block(node, tag, depth)
        elif tag not in ("-comment", "_comment", "!doctype"):
            self.walk(node, depth + 1)
            if tag in ("td", "th"):
                self._line += " "

    def _is_own(self, node: LexborNode, tag: str) -> bool:
        """Return whether a node is not marked as quoted or as a signature; notes when all that follows is quoted."""
        attributes = node.attributes
        name = attributes.get("id") or ""
        if name in QUOTED_FROM_HERE:
            self._has_ended = True
        classes = (attributes.get("class") or "").split()
        is_cited = tag == "blockquote" and attributes.get("type") == "cite"
        return not (self._has_ended or is_cited or name in QUOTED_IDS or QUOTED_CLASSES.intersection(classes))

    def _write_block(self, node: LexborNode, tag: str, depth: int) -> None:
        is_line = tag == "p" and "MsoNormal" in (node.attributes.get("class") or "")
        spaced = tag in SPACED and not is_line
        self._break()
        self._space(spaced)
        if tag == "li":
            self._line = "- "
        self._quotes += tag == "blockquote"
        self.walk(node, depth + 1)
        self._space(is_line and not self._line.strip())  # how Outlook writes an empty line
        self._break()
        self._quotes -= tag == "blockquote"
        self._space(spaced)

    def _space(self, wanted: bool) -> None:
        if wanted and self._lines and self._lines[-1].strip("> "):
            self._lines.append("")

    def _break(self, *, empty: bool = False) -> None:
        """End the line; an empty one counts only where a line break was written."""
        line = self._line.strip()
        if line or empty:
            self._lines.append((QUOTE * self._quotes + line).rstrip())
        self._line = ""
