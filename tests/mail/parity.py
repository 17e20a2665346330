"""Whether a mail is as every mail must be: the same words in text and HTML, and nothing from elsewhere."""

import re

from selectolax.lexbor import LexborHTMLParser

from portal.mail.models import MailMessage

QUOTED = re.compile(r"^> ?", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def faults(mail: MailMessage) -> list[str]:
    """Return what is wrong with a mail, one line each; nothing is wrong with one whose texts were emptied."""
    if not mail.html:
        return []
    tree = LexborHTMLParser(mail.html)
    text = squeeze(QUOTED.sub("", mail.text))
    found = [f"not in the text: {words!r}" for words in _sentences(tree) if squeeze(words) not in text]
    shown = tree.body.text() if tree.body else ""
    links = {node.attributes.get("href") or "" for node in tree.css("a[href]")}
    named = {address.rstrip(".,)") for address in ADDRESS.findall(mail.text)}
    found += [f"only in the HTML: {link}" for link in sorted(links - named)]
    found += [f"only in the text: {link}" for link in sorted(named - links) if link not in shown]
    found += [f"loads something: <{node.tag}>" for node in tree.css("img, script, iframe, link, object, form, video")]
    if "url(" in mail.html or "@import" in mail.html:
        found.append("a style that loads something")
    if not mail.subject or "\n" in mail.subject:
        found.append("no subject of one line")
    if re.search(r"&(amp|lt|gt|#\d+);", mail.text):
        found.append("escaped signs in the text")
    if re.search(r"\{\{|\{%|%\(|\bNone\b", mail.text):
        found.append("something was not filled in")
    return found


def _sentences(tree: LexborHTMLParser) -> list[str]:
    """Return what stands in each smallest part of the body; the h1 is the subject."""
    parts = tree.css("main p, main li, main dt, main dd, main blockquote, main h2, footer p")
    lines = [line for node in parts if not node.css_first("p, li") for line in node.text(separator="\n").split("\n")]
    return [line for line in lines if line.strip()]


def squeeze(words: str) -> str:
    """Return words with single spaces."""
    return " ".join(words.split())
