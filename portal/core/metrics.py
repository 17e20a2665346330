"""What is counted while the portal runs, for Prometheus: per process, without personal data, labelled by route.

The WSGI layer `RequestMeasures` counts every answer; features count what is theirs through the names below. Gauges
that are read from the database when somebody asks stand in `operations.metrics`.
"""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "portal.route"
"""Where the application leaves the name of the view in the WSGI environment."""

STATIC = "static"
KEPT = "kept"
"""A page that was answered before the application woke up."""

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
    """WSGI middleware: counts each answer and how long it took to begin."""

    def __init__(self, app: "WSGIApplication") -> None:
        """Wrap an application."""
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on and count its answer."""
        started = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> Callable[[bytes], object]:
            route = environ.get(ROUTE) or (STATIC if environ["PATH_INFO"].startswith("/static/") else KEPT)
            method = environ["REQUEST_METHOD"]
            requests.labels(route, method if method in METHODS else "other", status[:3]).inc()
            request_seconds.labels(route).observe(time.perf_counter() - started)
            return start_response(status, headers, *error)  # type: ignore[arg-type]  # WSGI's exc_info

        return self.app(environ, start)


def init_app(app: Flask) -> None:
    """Note the route of each request that reaches the application."""

    @app.before_request
    def note_route() -> None:
        request.environ[ROUTE] = request.endpoint or "none"
