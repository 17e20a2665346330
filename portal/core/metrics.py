"""Prometheus metrics of this process, labelled by route, without personal data.

The WSGI middleware `RequestMetrics` counts every response; features use the counters below. Gauges that are read from
the database are in `operations.metrics`.
"""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "portal.route"
"""The WSGI environment key under which the application stores the name of the view."""

STATIC = "static"
FROM_CACHE = "kept"
"""The route label of a response from the page cache, for which no view ran."""

METHODS = frozenset({"GET", "HEAD", "POST"})
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
requests = Counter("portal_requests", "Answers given", ("route", "method", "status"), registry=registry)
request_seconds = Histogram(
    "portal_request_seconds", "Time until an answer began", ("route",), registry=registry, buckets=SECONDS
)
search_seconds = Histogram("portal_search_seconds", "Time of a search", ("engine",), registry=registry, buckets=SECONDS)


class RequestMetrics:
    """WSGI middleware that counts each response and measures the time to its first byte."""

    def __init__(self, app: "WSGIApplication") -> None:
        """Wrap a WSGI application."""
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on and count its response."""
        started = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> Callable[[bytes], object]:
            route = environ.get(ROUTE) or (STATIC if environ["PATH_INFO"].startswith("/static/") else FROM_CACHE)
            method = environ["REQUEST_METHOD"]
            requests.labels(route, method if method in METHODS else "other", status[:3]).inc()
            request_seconds.labels(route).observe(time.perf_counter() - started)
            return start_response(status, headers, *error)  # type: ignore[arg-type]  # WSGI's exc_info

        return self.app(environ, start)


def init_app(app: Flask) -> None:
    """Store the route of each request that reaches the application in the WSGI environment."""

    @app.before_request
    def note_route() -> None:
        request.environ[ROUTE] = request.endpoint or "none"
