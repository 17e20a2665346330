"""Redirects for mistyped addresses: a slash too many or too few, or capitals in the first part."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from portal.core import locale

SAFE = ("GET", "HEAD")
SLASHES = re.compile(r"/{2,}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


def init_app(app: Flask) -> None:
    """Try the redirect before every request that no route matches."""
    app.before_request(lead_to_page)


def lead_to_page() -> BaseResponse | None:
    """Return a redirect (301) to the page whose address is spelt slightly differently; None when there is none.

    Only GET and HEAD are redirected; a POST to a wrong address stays a 404.
    """
    if request.routing_exception is None:
        return None
    if UNPRINTABLE.search(request.path):
        return None
    if request.method in SAFE:
        for path in _spellings(SLASHES.sub("/", request.path)):
            if path != request.path and _is_page(path):
                return _moved(path)
    elif isinstance(request.routing_exception, RequestRedirect):
        abort(404)
    return None


def _spellings(path: str) -> Iterator[str]:
    """Yield the possible spellings of an address with single slashes, the address as given first."""
    first, slash, rest = path[1:].partition("/")
    for start in dict.fromkeys((first, first.lower())):
        whole = f"/{start}{slash}{rest}"
        yield whole
        yield whole.rstrip("/") if whole.endswith("/") else f"{whole}/"


def _is_page(path: str) -> bool:
    """Return whether a route matches exactly this path, after removing the prefix of a language ("/en/agenda/")."""
    adapter: MapAdapter | None = current_app.create_url_adapter(request)
    if adapter is None or not path:
        return False
    try:
        adapter.match(_without_language(path), method="GET")
    except HTTPException:
        return False
    return True


def _without_language(path: str) -> str:
    language, rest = path[1:3], path[3:]
    if request.script_root:  # the language stands in front already
        return path
    return rest if language in locale.LANGUAGES and language != locale.DEFAULT and rest.startswith("/") else path


def _moved(path: str) -> BaseResponse:
    """Return the redirect with the same query; `path` begins with one slash, so it cannot lead to another host."""
    query = request.query_string.decode("ascii", "ignore")
    return redirect(quote(request.script_root + path) + (f"?{query}" if query else ""), 301, Response)
