"""Reading one incoming mail: its headers, its text, and what is attached. Nothing in it need be well-formed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from functools import cached_property

from portal.core.text import clean
from portal.mail.inbound.html_text import html_to_text
from portal.mail.inbound.quoting import cut_reply

LARGEST = 50 * 1024 * 1024
"""In bytes; mail servers accept at most about this much."""
LONGEST_TEXT = 40_000
"""In characters: how much of the full text is kept."""
LONGEST_HTML, MOST_TAGS = 2_000_000, 20_000
"""HTML beyond this is not read: parsing it could take long. Its plain text is used instead."""
MOST_PARTS = 200
DECORATION = 60_000
"""A picture up to this many bytes that the text shows, such as the logo of a signature, is not an attachment."""
SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
WRONGLY_NAMED = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "unicode": "utf-8"}
"""What mail programs call a character set, and what they mean: web browsers do the same."""


class Unreadable(Exception):
    """The bytes are no mail, or one of absurd size or depth."""


@dataclass(frozen=True)
class Incoming:
    """One incoming mail."""

    message: Message
    raw: bytes

    def headers(self, *names: str) -> list[str]:
        """Return the values of headers, decoded and on one line each."""
        wanted = {name.lower() for name in names}
        raw = (value for name, value in self.message.raw_items() if name.lower() in wanted)
        return [_decoded(value) for value in raw]

    def header(self, name: str) -> str:
        """Return the first header with this name, "" for none."""
        return next(iter(self.headers(name)), "")

    @cached_property
    def sender(self) -> str:
        """The address in From, in lower case; "" when there is not exactly one."""
        found = [address for _name, address in getaddresses(self.headers("From")) if "@" in address]
        return found[0].lower() if len(found) == 1 else ""

    @cached_property
    def message_id(self) -> str:
        """The Message-ID with its brackets; "" for none."""
        found = MESSAGE_ID.search(self.header("Message-ID"))
        return found[0] if found else ""

    @cached_property
    def key(self) -> str:
        """A hash by which the same mail is recognised when it comes a second time."""
        if self.message_id:
            return hashlib.sha256(f"{self.sender}\0{self.message_id}".encode()).hexdigest()
        body = self.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]  # without headers: each server adds some
        return hashlib.sha256(f"{self.sender}\0{self.header('Date')}\0".encode() + body).hexdigest()

    @cached_property
    def parts(self) -> list[Message]:
        """The parts that are no containers; attached mails are one part each."""
        return list(_leaves(self.message))

    @cached_property
    def full_text(self) -> str:
        """The whole text, with quoted mail and signature, up to a maximum."""
        return (self._text(whole=True) or self._text(whole=False))[:LONGEST_TEXT]

    @cached_property
    def reply(self) -> str:
        """What its sender wrote; "" when nothing is left without the quoted mail."""
        return cut_reply(self._text(whole=False)) or cut_reply(self.full_text)

    @cached_property
    def dropped_files(self) -> int:
        """How many files were attached, which are not taken."""
        return sum(_is_attachment(part) for part in self.parts)

    def _text(self, *, whole: bool) -> str:
        """Return the text of the HTML, which has no broken lines and marks quotes; else the plain text."""
        shown = [part for part in self.parts if not _is_file(part)]
        html = "\n".join(_content(part) for part in shown if part.get_content_type() == "text/html")
        if html and len(html) <= LONGEST_HTML and html.count("<") <= MOST_TAGS:
            text = clean(html_to_text(html, whole=whole)).strip()
            if text:
                return text
        plain = (_flowed(part) for part in shown if part.get_content_type() == "text/plain")
        return clean("\n".join(plain).replace("\r\n", "\n").replace("\r", "\n")).strip()


def parse(raw: bytes) -> Incoming:
    """Read a mail; raises Unreadable when it is empty, too large, or has no header."""
    if not raw.strip() or len(raw) > LARGEST:
        raise Unreadable("empty" if not raw.strip() else "too large")
    try:
        message = message_from_bytes(raw)
    except (RecursionError, MessageError, ValueError, LookupError) as error:
        raise Unreadable(type(error).__name__) from error
    if not message.keys():
        raise Unreadable("no headers")
    return Incoming(message, raw)


def _leaves(message: Message) -> Iterator[Message]:
    pending, count = [message], 0
    while pending and count < MOST_PARTS:
        part = pending.pop()
        count += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            pending += [one for one in reversed(list(inner)) if isinstance(one, Message)]
        else:
            yield part


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _name(part: Message) -> str:
    try:
        return str(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        return "?"


def _is_attachment(part: Message) -> bool:
    kind = part.get_content_type()
    if kind in SIGNATURES or (kind in ("text/plain", "text/html", "text/calendar") and not _is_file(part)):
        return False
    if kind.startswith("image/") and part.get("Content-ID"):
        return len(_bytes(part)) > DECORATION
    return True


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _content(part: Message) -> str:
    """Return the text of a part in its character set, or in the one that its bytes are likely in."""
    content = _bytes(part)
    try:
        named = str(part.get_content_charset() or "utf-8")
        return content.decode(WRONGLY_NAMED.get(named, named))
    except (UnicodeDecodeError, LookupError, ValueError):
        pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _flowed(part: Message) -> str:
    """Return plain text with its soft line breaks removed (RFC 3676)."""
    text = _content(part).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    delete_space = str(part.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    is_open = False
    for line in text.split("\n"):
        stuffed = line[1:] if line.startswith(" ") else line
        if is_open and not stuffed.startswith(">") and stuffed != "-- ":
            lines[-1] += stuffed
        else:
            lines.append(stuffed)
        is_open = stuffed.endswith(" ") and stuffed != "-- " and not stuffed.startswith(">")
        if is_open and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(line.rstrip() for line in lines)


def _decoded(value: object) -> str:
    try:
        text = str(make_header(decode_header(str(value))))
    except (ValueError, LookupError, MessageError, TypeError):
        text = str(value)
    return " ".join(clean(text).split())
