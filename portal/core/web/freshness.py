"""The page cache for visitors: a public page depends only on address, language, content version and minute.

The ETag is made of these, so a conditional request needs one small query; rendered and compressed bodies are cached
under the same key, within a size limit. Requests with a session cookie bypass the cache.
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
"""The WSGI environment key under which the middleware stores the content state it read."""
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
    """A cached answer with its compressed bodies: compressed fast at the first request, thoroughly at the second."""

    status: str
    headers: Headers
    body: bytes
    encoded: dict[str, bytes] = field(default_factory=dict)
    hits: int = 0

    def size(self) -> int:
        """Return its approximate size in bytes."""
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
    """Return a body compressed as "br" or "gzip"; `thorough` takes about six times as long."""
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
    """An LRU cache of pages with a limit in bytes; thread-safe."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        """Make an empty cache."""
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._total = 0
        self._max = max_bytes
        self._lock = Lock()

    def get(self, key: str) -> KeptPage | None:
        """Return the page stored under a key, None when there is none."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is not None:
                self._pages.move_to_end(key)
            return kept

    def put(self, key: str, kept: KeptPage) -> None:
        """Store a page and evict old ones beyond the size limit."""
        size = kept.size() * 2  # the compressed bodies count too
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
        """Return the number of cached pages."""
        return len(self._pages)


class SecondLevel(Protocol):
    """A cache that several processes share."""

    def get(self, key: str) -> KeptPage | None:
        """Return the page stored under a key, None when there is none."""

    def put(self, key: str, kept: KeptPage) -> None:
        """Store a page."""


class Freshness:
    """WSGI middleware that answers from the cache or with 304, without running the application."""

    def __init__(
        self, app: "WSGIApplication", state: Callable[[], database.ContentState], build: str, session_cookie: str
    ) -> None:
        """Wrap an application; `state` queries the content state, `build` identifies the running code."""
        self.app = app
        self.state = state
        self.build = build
        self.session_marker = f"{session_cookie}="
        self.cache = PageCache()
        self.second: SecondLevel | None = None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from the cache, or run the application and cache its answer."""
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
        """Return the cache key of a request, None when its answer may not be cached."""
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
        """Run the application and cache its answer if the view allows it."""
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
        """Return a page from the shared cache and store it in this process's cache too."""
        kept = self.second.get(key) if self.second else None
        if kept:
            self.cache.put(key, kept)
        return kept


def _is_for_one(headers: Headers) -> bool:
    """Return whether an answer must not be shared: it sets a cookie or is marked `no-store`."""
    return any(
        name.lower() == "set-cookie" or (name.lower() == "cache-control" and "no-store" in value)
        for name, value in headers
    )


def _asked_for(environ: "WSGIEnvironment") -> str:
    """Return the kind of answer that `core.web.rendering` gives for these htmx headers: "part" or "whole"."""
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
    """Exclude this answer from the cache: it depends on more than the content version, such as the search index."""
    g.do_not_keep = True


def init_app(app: Flask) -> None:
    """Mark which answers may be cached; those of signed-in people may not."""

    @app.before_request
    def hand_over() -> None:
        """Pass the content state read by the middleware on to the request's database session."""
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
    """Return whether this answer may be served to other visitors."""
    whole = response.status_code == 200 and not response.is_streamed
    return whole and request.method == "GET" and not g.get("do_not_keep")


def build_id(*parts: Any) -> str:
    """Return a short hash of the given values, which identifies a build in cache keys."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()
