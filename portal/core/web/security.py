"""Security headers on every answer, and early refusal of malformed and cross-site requests."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, abort, current_app, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class SecurityHeaders:
    """WSGI middleware that adds the fixed headers to every answer, static files and errors too."""

    def __init__(self, app: "WSGIApplication") -> None:
        """Wrap an application."""
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on and complete the headers of the answer."""

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *HEADERS], *error)  # type: ignore[arg-type]  # WSGI's exc_info

        return self.app(environ, start)


def init_app(app: Flask) -> None:
    """Refuse malformed and cross-site requests before any view runs."""
    app.before_request(refuse_malformed)
    app.before_request(refuse_foreign)


def refuse_malformed() -> None:
    """Abort with 400 for null bytes, invalid UTF-8 or broken escapes in the path or query string."""
    query = request.environ.get("QUERY_STRING", "")
    path = request.environ.get("PATH_INFO", "")
    if "\x00" in path + query or "%00" in query or BROKEN_ESCAPE.search(query) or not query.isascii():
        abort(400)
    try:
        path.encode("latin-1").decode("utf-8")
        if "%" in query:
            unquote_to_bytes(query).decode("utf-8")
    except UnicodeError:
        abort(400)


def refuse_foreign() -> None:
    """Abort with 400 for an unsafe request from another site, whatever its CSRF token (ASVS 3.5.1)."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    ours = {request.host, urlsplit(str(current_app.config["BASE_URL"])).netloc}
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (origin and _netloc(origin) not in ours):
        abort(400)


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
