"""Atom feeds (RFC 4287) with the full text of each entry."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote
from xml.etree import ElementTree as ET

from flask import Response, current_app
from markupsafe import Markup

from portal.core import locale
from portal.core.web.navigation import absolute

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
CONTENT_LANGUAGE = "nl"
TAG_YEAR = 2026
"""The year in the `tag:` URIs (RFC 4151) of entries; it must never change."""
EMPTY_SINCE = datetime(TAG_YEAR, 1, 1, tzinfo=UTC)
"""The `updated` time of a feed without entries."""
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, lone surrogates included."""


class Picture(Protocol):
    """A picture that everybody may fetch (`files.models.StoredFile`): its path, type, bytes, pixels and words."""

    media_type: str
    size: int
    width: int | None
    height: int | None

    @property
    def path(self) -> str:
        """Return its address."""

    @property
    def alt(self) -> str:
        """Return what it shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed.

    `id` is the permanent path, without the slug ("/nieuws/12"); `path` is the current path of its page, without
    language ("/nieuws/12-de-zetbank"). Times are aware; `summary` is plain text, `html` safe HTML. A picture is put
    above the text, and also enclosed for readers that show it in their list.
    """

    id: str
    title: str
    path: str
    published: datetime
    updated: datetime
    author: str
    summary: str
    html: str
    picture: Picture | None = None


def feed(
    title: str, path: str, entries: Iterable[Entry], updated: datetime | None = None, page: str | None = None
) -> Response:
    """Return a feed of entries, newest first.

    `path` is the feed's own, without language and with the query string of its filter ("/nieuws/feed.atom?jaar=2026").
    `page` is the path of the same list for people: by default `path` without "feed.atom". `updated` is by default
    the last change of an entry.
    """
    entries = list(entries)
    updated = updated or max((entry.updated for entry in entries), default=EMPTY_SINCE)
    page = path.replace("feed.atom", "", 1) if page is None else page
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": locale.current(), "xml:base": absolute("/")})
    _head(root, tag(locale.local(path)), title, updated)
    _link(root, "self", absolute(path), MEDIA_TYPE)
    _link(root, "alternate", absolute(page), "text/html")
    _author(root, current_app.config["SITE_NAME"])
    for entry in entries:
        root.append(_entry(entry))
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8")


def tag(path: str) -> str:
    """Return the permanent `tag:` URI of a path ("tag:host,2026:/nieuws/12"), wherever it is served from."""
    host = current_app.config["SETTINGS"].hostname
    return f"tag:{host},{TAG_YEAR}:{quote(legal(path), safe='/?=&;%+.,:@-_~')}"


def _entry(entry: Entry) -> ET.Element:
    element = ET.Element("entry", {"xml:lang": CONTENT_LANGUAGE})
    _head(element, tag(entry.id), entry.title, entry.updated)
    _text(element, "published", _moment(entry.published))
    _link(element, "alternate", absolute(entry.path), "text/html")
    if entry.picture is not None:
        _enclosure(element, entry.picture)
    _author(element, entry.author)
    if entry.summary:
        _text(element, "summary", entry.summary)
    shown = _image(entry.picture) if entry.picture is not None else ""
    _text(element, "content", f"{shown}{entry.html}", type="html")
    return element


def _enclosure(parent: ET.Element, picture: Picture) -> None:
    """Add a picture as RFC 4287 (4.2.7) encloses a file."""
    address = {"rel": "enclosure", "type": picture.media_type, "href": absolute(picture.path)}
    ET.SubElement(parent, "link", {**address, "length": str(picture.size), "title": legal(picture.alt)})


def _image(picture: Picture) -> str:
    """Return a picture as a paragraph of HTML."""
    size = Markup(' width="{}" height="{}"').format(picture.width, picture.height) if picture.width else Markup()
    return Markup('<p><img src="{}" alt="{}"{}></p>').format(absolute(picture.path), picture.alt, size)


def _head(parent: ET.Element, id: str, title: str, updated: datetime) -> None:
    _text(parent, "id", id)
    _text(parent, "title", title)
    _text(parent, "updated", _moment(updated))


def _link(parent: ET.Element, relation: str, address: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": kind, "href": legal(address)})


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = legal(text)


def legal(text: str) -> str:
    """Return text without the characters that XML does not allow."""
    return ILLEGAL.sub("", text)


def _moment(value: datetime) -> str:
    """Return a time as RFC 3339 in UTC; raises ValueError for a naive time."""
    if value.tzinfo is None:
        raise ValueError("a naive time has no place in a feed")
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
