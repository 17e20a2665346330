"""Why public pages are fast: a visitor's page is a pure function of (address, language, content version, minute).

The ETag is made of these, so a conditional request is answered after one tiny query; rendered and compressed
bodies are kept in a bounded cache under the same key. Whoever carries a session cookie passes by untouched.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import brotli
from flask import Flask, Response, g, request

from portal.core import clock
from portal.core.storage import database

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEEP = "portal.keep"
STATE = "portal.content_state"
"""Where the layer leaves what it read in the WSGI environment, so that nothing else need ask."""
CACHE_CONTROL = "public, no-cache"
PRIVATE = "private, no-store"
NOT_KEPT = "no-store"
VARY = "Accept-Encoding, HX-Request, HX-Boosted, HX-History-Restore-Request"
HTMX_HEADERS = ("HTTP_HX_REQUEST", "HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST")
MAX_BYTES = 48_000_000
MAX_ADDRESS = 600
MIN_COMPRESS = 600
TEXT_TYPES = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml",
              "application/opensearchdescription+xml", "application/ld+json")  # fmt: skip
Headers = list[tuple[str, str]]


@dataclass(slots=True)
class KeptPage:
    """One rendered answer with its compressed forms: made in haste for who waits, well for who comes second."""

    status: str
    headers: Headers
    body: bytes
    encoded: dict[str, bytes] = field(default_factory=dict)
    hits: int = 0

    def size(self) -> int:
        """Return about how many bytes it occupies."""
        return len(self.body) + sum(map(len, self.encoded.values())) + 1000

    def encode(self, encoding: str) -> bytes:
        """Return the body in an encoding ("", "gzip" or "br")."""
        if not encoding:
            return self.body
        if encoding not in self.encoded:
            self.encoded[encoding] = compress(self.body, encoding, thorough=self.hits > 0)
        elif self.hits == 1:
            self.encoded = {encoding: compress(self.body, encoding, thorough=True)}
        self.hits += 1
        return self.encoded[encoding]


def compress(body: bytes, encoding: str, *, thorough: bool) -> bytes:
    """Return a body compressed as "br" or "gzip": thoroughly, or else in a sixth of that time."""
    if encoding == "br":
        return brotli.compress(body, quality=5 if thorough else 0, mode=brotli.MODE_TEXT)
    return gzip.compress(body, compresslevel=6 if thorough else 1, mtime=0)


def choose_encoding(accepted: str) -> str:
    """Return "br", "gzip" or "" for an Accept-Encoding header; an encoding with `q=0` is not accepted."""
    offered = {part.partition(";")[0].strip(): part for part in accepted.lower().split(",")}
    for encoding in ("br", "gzip"):
        part = offered.get(encoding)
        if part is not None and not part.replace(" ", "").endswith(("q=0", "q=0.0")):
            return encoding
    return ""


class PageCache:
    """Kept pages, the least recently asked for forgotten first, bounded in bytes; safe to share by threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        """Make an empty cache."""
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._total = 0
        self._max = max_bytes
        self._lock = Lock()

    def get(self, key: str) -> KeptPage | None:
        """Return the page kept under a key."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is not None:
                self._pages.move_to_end(key)
            return kept

    def put(self, key: str, kept: KeptPage) -> None:
        """Keep a page, forgetting old ones when there is no room."""
        size = kept.size() * 2  # room for the compressed forms
        with self._lock:
            self._total += size - self._sizes.pop(key, 0)
            self._pages[key] = kept
            self._pages.move_to_end(key)
            self._sizes[key] = size
            while self._total > self._max and self._pages:
                oldest, _page = self._pages.popitem(last=False)
                self._total -= self._sizes.pop(oldest)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._sizes.clear()
            self._total = 0

    def __len__(self) -> int:
        """Return how many pages are kept."""
        return len(self._pages)


class SecondLevel(Protocol):
    """Where pages are kept for all processes together."""

    def get(self, key: str) -> KeptPage | None:
        """Return the page kept under a key."""

    def put(self, key: str, kept: KeptPage) -> None:
        """Keep a page."""


class Freshness:
    """WSGI middleware: answers from the cache or with 304 before the application wakes up."""

    def __init__(
        self, app: "WSGIApplication", state: Callable[[], database.ContentState], build: str, session_cookie: str
    ) -> None:
        """Wrap an application; `state` asks the database how fresh it is, `build` names this state of the code."""
        self.app = app
        self.state = state
        self.build = build
        self.session_marker = f"{session_cookie}="
        self.cache = PageCache()
        self.second: SecondLevel | None = None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from what is kept, or let the application answer and keep that."""
        key = self._key(environ)
        if key is None:
            return self.app(environ, start_response)
        etag = f'W/"{hashlib.blake2b(key.encode("latin-1", "replace"), digest_size=12).hexdigest()}"'
        if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 NOT MODIFIED", [("ETag", etag), ("Cache-Control", CACHE_CONTROL), ("Vary", VARY)])
            return [b""]
        kept = self.cache.get(key) or self._from_second(key) or self._render(environ, key, etag)
        return _send(kept, environ, start_response)

    def _key(self, environ: "WSGIEnvironment") -> str | None:
        """Return the key of a request whose answer may be kept, else None."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or self.session_marker in environ.get("HTTP_COOKIE", ""):
            return None
        path, query = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if len(path) + len(query) > MAX_ADDRESS:
            return None
        try:
            state = self.state()
        except Exception:  # noqa: BLE001  # whatever ails the database, the application answers with a page
            return None
        environ[STATE] = state
        minute = int(clock.now().timestamp() // 60)
        asked = f"{environ.get('HTTP_HOST', '')}|{len(path)}|{path}?{query}|{_asked_for(environ)}"
        return f"{asked}|{state.number}|{minute}|{self.build}"

    def _render(self, environ: "WSGIEnvironment", key: str, etag: str) -> KeptPage:
        """Run the application, and keep its answer when a view allowed it."""
        head = environ["REQUEST_METHOD"] == "HEAD"
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, _error: object = None) -> Callable[[bytes], object]:
            started[:] = [(status, headers)]
            return lambda data: None

        environ["REQUEST_METHOD"] = "GET"
        answer = self.app(environ, start)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        if head:
            environ["REQUEST_METHOD"] = "HEAD"
        status, headers = started[0]
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        kept = KeptPage(status, headers, body)
        if environ.get(KEEP) and not _is_for_one(headers):
            headers.append(("ETag", etag))
            self.cache.put(key, kept)
            if self.second:
                self.second.put(key, kept)
        return kept

    def _from_second(self, key: str) -> KeptPage | None:
        """Return a page that another process made, and keep it here too."""
        kept = self.second.get(key) if self.second else None
        if kept:
            self.cache.put(key, kept)
        return kept


def _is_for_one(headers: Headers) -> bool:
    """Whether an answer is for this visitor alone: it hands out a cookie, or says that nobody may keep it."""
    return any(
        name.lower() == "set-cookie" or (name.lower() == "cache-control" and "no-store" in value)
        for name, value in headers
    )


def _asked_for(environ: "WSGIEnvironment") -> str:
    """Return what `core.web.rendering` makes of htmx's headers; their own words would let one answer pass for another."""
    asked, *whole = (environ.get(name) == "true" for name in HTMX_HEADERS)
    return "part" if asked and not any(whole) else "whole"


def _send(kept: KeptPage, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    headers = kept.headers
    body = kept.body
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    encodable = len(body) > MIN_COMPRESS and kind.startswith(TEXT_TYPES)
    encoding = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if encodable else ""
    if encoding:
        body = kept.encode(encoding)
        headers = [*headers, ("Content-Encoding", encoding)]
    start_response(kept.status, [*headers, ("Content-Length", str(len(body)))])
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def do_not_keep() -> None:
    """Say in a view that its answer hangs on more than the content version (the search index, for example)."""
    g.do_not_keep = True


def init_app(app: Flask) -> None:
    """Mark the answers that may be kept, and forbid keeping those of signed-in people."""

    @app.before_request
    def hand_over() -> None:
        """Spare the queries of this request what the layer asked already."""
        if STATE in request.environ:
            setattr(g, database.STATE, request.environ[STATE])

    @app.after_request
    def mark(response: Response) -> Response:
        """Decide per answer."""
        response.vary.add("Accept-Encoding")
        visitor = app.config["SESSION_COOKIE_NAME"] not in request.cookies
        if not visitor:
            response.headers.setdefault("Cache-Control", PRIVATE)
        elif response.status_code >= 400 or response.headers.get("Set-Cookie"):
            response.headers.setdefault("Cache-Control", NOT_KEPT)
        else:
            response.headers.setdefault("Cache-Control", CACHE_CONTROL)
            if _is_for_all(response):
                request.environ[KEEP] = True
        return response


def _is_for_all(response: Response) -> bool:
    """Whether this answer of a view may be given to the next visitor."""
    whole = response.status_code == 200 and not response.is_streamed
    return whole and request.method == "GET" and not g.get("do_not_keep")


def build_id(*parts: Any) -> str:
    """Return a short name for a state of the code, made of anything with a stable text."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()
