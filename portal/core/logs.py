"""Structured logs on stderr, one JSON object per line, without personal data: no names, addresses, queries or texts."""

import io
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger("portal")
SECRETS = re.compile(r"(?<=/)[A-Za-z0-9_.~-]{32,}(?=/|$)")
"""Matches path segments that are secret tokens, which are masked in the log."""


NAMES = re.compile(r"(?<=/leden/)(\d*)[^/]*|(?<=/)(\d+)-[^/]*")
"""Matches slugs in the paths of members, articles and posts, of which the log shows only the number."""


def configure(level: str) -> None:
    """Set up structlog and the standard library's loggers at a level such as "info"."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=_Stderr()),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])


class _Stderr(io.StringIO):
    """Writes to the current `sys.stderr`, not the one at set-up time, because tests replace it."""

    def write(self, text: str, /) -> int:
        """Write a text."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush it."""
        sys.stderr.flush()


class JsonFormatter(logging.Formatter):
    """Formats log records of the standard library as JSON lines, so that a message cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON."""
        line = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        line["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def loggable(path: str) -> str:
    """Return a path as the log may show it: without secrets, and without the name or title after a number."""
    return NAMES.sub(r"\1\2", SECRETS.sub("***", path))[:200]


class RequestLog:
    """WSGI middleware that logs one line per response with method, path, status and milliseconds."""

    def __init__(self, app: "WSGIApplication") -> None:
        """Wrap a WSGI application."""
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on and log the response; the query string is left out, as it may be personal."""
        started = time.perf_counter()
        path = loggable(environ.get("PATH_INFO", ""))

        def start(status: str, headers: list[tuple[str, str]], *error: object) -> Callable[[bytes], object]:
            log.info(
                "request",
                method=environ["REQUEST_METHOD"][:10],
                path=path,
                status=int(status[:3]),
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
            return start_response(status, headers, *error)  # type: ignore[arg-type]  # WSGI's exc_info

        return self.app(environ, start)
