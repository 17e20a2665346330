"""Changes to waitress: strict request framing, the portal's own error pages, and keep-alive after 304."""

import copy
from collections.abc import Mapping
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

from portal.core.web import body_limits, errors, security

MAX_PASSED_OVER = 100_000_000
"""The maximum of a too large body that is read and discarded; a client reads no answer while it is sending."""


class StrictParser(HTTPRequestParser):
    """A parser that refuses ambiguous body framing, which a proxy could interpret differently (request smuggling).

    Refused are Content-Length with Transfer-Encoding, Transfer-Encoding in HTTP/1.0, and repeated codings (RFC 9112,
    6.1 and 6.3). Without a session cookie the maximum body is small (`core.web.body_limits`), so that strangers cannot
    fill the disk.
    """

    to_pass_over = 0
    session_cookie = "session"

    def received(self, data: bytes) -> int:
        """Process received data; return how many bytes belong to this request."""
        if self.to_pass_over:
            taken = min(len(data), self.to_pass_over)
            self.to_pass_over -= taken
            self.completed = not self.to_pass_over
            return taken
        taken = int(super().received(data))
        if isinstance(self.error, RequestEntityTooLarge) and 0 < self.content_length <= MAX_PASSED_OVER:
            asked_before, self.expect_continue = self.expect_continue, False
            if not asked_before:
                self.to_pass_over, self.completed = self.content_length, False
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header of a request; raises ParsingError for ambiguous framing."""
        coded = _names_coding(header_plus)
        super().parse_header(header_plus)
        if coded and (self.version != "1.1" or coded > 1 or "CONTENT_LENGTH" in self.headers):
            raise ParsingError("ambiguous framing")
        has_body = self.chunked or self.content_length
        if has_body and f"{self.session_cookie}=" not in self.headers.get("COOKIE", ""):
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = body_limits.WITHOUT_FILES + 1  # from which on it is refused


def _names_coding(header: bytes) -> int:
    """Return the number of codings in the Transfer-Encoding lines of a header."""
    if b"\ntransfer-encoding" not in (lowered := header.lower()):
        return 0
    lines = lowered.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    return sum(line.count(b",") + 1 for line in lines if line.startswith(b"transfer-encoding"))


class KeepAliveTask(WSGITask):
    """A task that keeps the connection open after a 304, which has neither body nor Content-Length."""

    def set_close_on_finish(self) -> None:
        """Close the connection after this answer, unless it has no body and the client did not ask for closing."""
        asked = getattr(self.request, "headers", {}).get("CONNECTION", "").lower() == "close"
        if self.has_body or asked or self.version != "1.1":
            super().set_close_on_finish()


class ErrorPageTask(ErrorTask):
    """A task that answers requests refused by the server itself with the portal's error pages and headers."""

    def execute(self) -> None:
        """Answer, and close the connection."""
        channel: Any = self.channel
        request: Any = self.request
        error = request.error
        body = channel.error_pages.get(error.code) or channel.error_pages[500]
        kind = ("Content-Type", "text/html; charset=utf-8")
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [kind, ("Cache-Control", "no-store"), *security.HEADERS]
        request.headers.pop("CONNECTION", None)  # the connection is closed after an error
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """A connection that uses these parsers and tasks."""

    parser_class = StrictParser
    task_class = KeepAliveTask
    error_task_class = ErrorPageTask
    error_pages: Mapping[int, bytes]


def channel_class(app: Flask) -> type[Channel]:
    """Return a channel class with the error pages of an application, rendered now so that this cannot fail later."""
    pages = {status: errors.plain_page(app, status).encode() for status in (400, 413, 431, 500, 501)}
    parser = type("ParserOfOurs", (StrictParser,), {"session_cookie": app.config["SESSION_COOKIE_NAME"]})
    return type("ChannelOfOurs", (Channel,), {"error_pages": pages, "parser_class": parser})
