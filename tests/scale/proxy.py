"""A small proxy in front of several servers, as nginx would stand there: in turn, and past one that is gone.

A read that got no whole answer goes to the next server. A write is sent on only when nobody took the connection, for
else it may have been done.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

Address = tuple[str, int]
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "x-forwarded-for"}
SAFE = ("GET", "HEAD")
PATIENCE_SECONDS = 30


class Proxy(ThreadingHTTPServer):
    """Listens on the loopback address, and counts which server answered."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, servers: list[Address]) -> None:
        """Take the port, and who is behind it."""
        super().__init__(("127.0.0.1", port), Handler)
        self.servers = servers
        self.answered: dict[Address, int] = dict.fromkeys(servers, 0)
        self.passed_over = 0
        self._turn = count()

    def in_turn(self) -> list[Address]:
        """Return whom to ask, in order: each request begins with the next server."""
        first = next(self._turn) % len(self.servers)
        return self.servers[first:] + self.servers[:first]


class Handler(BaseHTTPRequestHandler):
    """One connection of a visitor."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def answer(self) -> None:
        """Fetch the whole answer from a server that gives one, then pass it on."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for address in self.server.in_turn():
            connection = HTTPConnection(*address, timeout=PATIENCE_SECONDS)
            with closing(connection):
                try:
                    connection.connect()
                except OSError:
                    self.server.passed_over += 1
                    continue
                try:
                    response, content = self._ask(connection, body)
                except (OSError, HTTPException):
                    if self.command in SAFE:
                        self.server.passed_over += 1
                        continue
                    break
            self.server.answered[address] += 1
            self._pass_on(response, content)
            return
        self.send_error(502)

    do_GET = do_HEAD = do_POST = answer  # noqa: N815  # the names that http.server looks for

    def _ask(self, connection: HTTPConnection, body: bytes) -> tuple[HTTPResponse, bytes]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        headers |= {"Host": self.headers["Host"], "X-Forwarded-For": self.client_address[0]}
        connection.request(self.command, self.path, body or None, headers)
        response = connection.getresponse()
        return response, response.read()

    def _pass_on(self, response: HTTPResponse, content: bytes) -> None:
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # the name it has in http.server
        """Say nothing."""


@contextmanager
def proxying(port: int, servers: list[Address]) -> Iterator[Proxy]:
    """Let a proxy listen."""
    with Proxy(port, servers) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
