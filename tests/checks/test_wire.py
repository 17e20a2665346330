"""The web server as a hostile client meets it: framing, hosts, limits, slow senders, log lines
(CHECKS 54, 58, 62, 63, 72, 73, 74, 79, 113, 114)."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.checks.wire import Wire, answers

FRONT_PAGE_SECONDS = 2.0
"""Within which the front page comes while others are slow (the bound is the requirement)."""
SMUGGLED = b"GET /robots.txt HTTP/1.1\r\n"
FRAMING = {
    "both": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, turned around": b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
    "both, tab": b"Content-Length: 6\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
    "both, capitals": b"Content-Length: 6\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
    "no known coding": b"Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "identity": b"Content-Length: 4\r\nTransfer-Encoding: identity\r\n\r\nabcd",
    "chunked twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "space before the colon": b"Content-Length: 6\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "folded": b"Content-Length: 6\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "vertical tab": b"Content-Length: 6\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 4\r\nContent-Length: 9\r\n\r\nabcd",
    "length with a sign": b"Content-Length: +4\r\n\r\nabcd",
    "negative length": b"Content-Length: -1\r\n\r\n",
    "hexadecimal length": b"Content-Length: 0x4\r\n\r\nabcd",
    "odd chunk size": b"Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n",
    "chunk extension": b"Transfer-Encoding: chunked\r\n\r\n4;a=\nb\r\nabcd\r\n0\r\n\r\n",
    "bare CR": b"X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}  # fmt: skip
HEADERS = ("content-security-policy", "strict-transport-security", "x-content-type-options", "x-frame-options",
           "referrer-policy", "permissions-policy", "cross-origin-opener-policy")  # fmt: skip
FOREIGN = (b"evil.example", b"127.0.0.1:5000@evil.example", b"127.0.0.1/evil.example", b"127.0.0.1:evil",
           b"127.0.0.1, evil.example", b"evil.example#127.0.0.1", b"127.0.0.1.evil.example", b"",
           b"evil.example\x00127.0.0.1", b"[::1].evil.example", b"evil.example:80")  # fmt: skip
FORWARDED = (b"X-Forwarded-Host", b"X-Host", b"X-Forwarded-Server", b"X-Original-Host", b"X-HTTP-Host-Override",
             b"X-Forwarded-Prefix", b"X-Original-URL", b"X-Rewrite-URL", b"X-Forwarded-Proto",
             b"X-Script-Name")  # fmt: skip
SECRET_PATHS = ("/media/%2e%2e/portal.db", "/.git/config", "/.env", "/instance/", "/instance/secret_key", "/../wsgi.py",
                "/static/../../instance/portal.db", "/static/%2e%2e/%2e%2e/wsgi.py", "/static/..%2f..%2fwsgi.py",
                "/static/..%5c..%5cwsgi.py", "/static//etc/passwd", "/static/manifest.json%00.css", "/portal.db",
                "/static/dist/../manifest.json", "//etc/passwd", "/static/%252e%252e/wsgi.py")  # fmt: skip


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """Return a portal that serves."""
    with Wire(tmp_path_factory.mktemp("wire")).running() as running:
        yield running


@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
@pytest.mark.parametrize("framing", FRAMING.values(), ids=FRAMING)
def test_a_request_framed_in_two_ways_gets_one_answer(wire: Wire, framing: bytes, version: bytes) -> None:
    keep = b"Connection: keep-alive\r\n"
    request = b"POST /healthz HTTP/" + version + b"\r\n" + wire.host + keep + framing
    found = answers(wire.ask(request + SMUGGLED + wire.host + b"\r\n"))

    assert [status for status, _headers in found] in ([400], [501])
    assert found[0][1]["connection"] == "close"


def test_well_framed_requests_keep_their_connection(wire: Wire) -> None:
    chunked = b"POST /healthz HTTP/1.1\r\n" + wire.host + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
    measured = b"POST /healthz HTTP/1.1\r\n" + wire.host + b"Content-Length: 4\r\n\r\nabcd"
    plain = b"GET /healthz HTTP/1.1\r\n" + wire.host + b"\r\n"

    assert [status for status, _ in answers(wire.ask(chunked + measured + plain * 2))] == [405, 405, 200, 200]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("target", [b"/", b"/agenda", b"/sitemap.xml", b"http://127.0.0.1/agenda"])
def test_a_foreign_host_is_refused_and_never_repeated(wire: Wire, host: bytes, target: bytes) -> None:
    answer = wire.ask(b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")

    assert answers(answer)[0][0] in (400, 421)
    assert b"evil.example" not in answer


@pytest.mark.parametrize(
    "target", ["/agenda", "/en/agenda", "/vraag-en-aanbod/?soort=", "/sitemap.xml", "/opensearch.xml"]
)
def test_no_header_of_a_client_changes_where_we_are(wire: Wire, target: str) -> None:
    evil = [name + b": evil.example" for name in FORWARDED] + [b"Forwarded: host=evil.example"]

    assert b"evil.example" not in wire.get(target, *evil)


def test_an_absolute_address_gets_no_other_site(wire: Wire) -> None:
    for target in ("http://evil.example/agenda", "//evil.example/agenda", "/en//evil.example/agenda"):
        assert b"//evil" not in wire.get(target)


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_nothing_beside_the_pages_is_served(wire: Wire, path: str) -> None:
    ((status, _headers),) = answers(wire.get(path))

    assert status in (400, 404)


REFUSED = ("no header", "start line", "too large", "too large, asked before", "far too large", "too large in chunks",
           "too large of a stranger", "too large in chunks of a stranger",
           "long header", "long address", "many headers", "coding")  # fmt: skip


def refusals(wire: Wire) -> dict[str, bytes]:
    """Return requests that the server itself refuses, before the application sees them."""
    start = b" /healthz HTTP/1.1\r\n" + wire.host
    session, chunked = b"Cookie: session=" + b"A" * 43 + b"\r\n", b"Transfer-Encoding: chunked\r\n"
    return {
        "no header": b"GET" + start + b"nonsense\r\n\r\n",
        "start line": b"\x16\x03\x01\x02\r\n\r\n",
        "too large": b"POST" + start + b"Content-Length: 70000000\r\n\r\n" + b"a" * 70_000_000,
        "too large, asked before": b"POST" + start + b"Expect: 100-continue\r\nContent-Length: 70000000\r\n\r\n",
        "far too large": b"POST" + start + b"Content-Length: 9999999999999\r\n\r\nabc",
        "too large in chunks": b"POST" + start + session + chunked + b"\r\n4000000\r\n" + b"a" * 0x4000000,
        "too large in chunks of a stranger": b"POST" + start + chunked + b"\r\n100001\r\n" + b"a" * 0x100001,
        "too large of a stranger": b"POST" + start + b"Content-Length: 2000000\r\n\r\n" + b"a" * 2_000_000,
        "long header": b"GET" + start + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        "long address": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + wire.host + b"\r\n",
        "many headers": b"GET" + start + b"X: a\r\n" * 20_000 + b"\r\n",
        "coding": b"POST" + start + b"Transfer-Encoding: gzip\r\n\r\n",
    }


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_server_refuses_gets_our_page_and_our_headers(wire: Wire, name: str) -> None:
    answer = wire.ask(refusals(wire)[name])
    ((status, headers),) = answers(answer)

    assert status == (413 if "too large" in name else 431 if "long" in name or "many" in name else status)
    assert 400 <= status < 500 or status == 501
    assert [header for header in HEADERS if header not in headers] == []
    assert "default-src 'none'" in headers["content-security-policy"]
    assert b"<h1>" in answer
    assert b'lang="nl"' in answer
    assert not [word for word in (b"waitress", b"generated", b"max_body", b"Python") if word in answer]


@pytest.mark.parametrize("target", ["/", "/bestaat-niet", "/?q=%00", "/healthz", "/static/niets.css"])
def test_no_answer_names_what_it_is_made_with(wire: Wire, target: str) -> None:
    for method in (b"GET", b"POST", b"TRACE", b"HEAD", b"DEBUG"):
        answer = wire.get(target, b"Cookie: secret=1", method=method)
        ((_status, headers),) = answers(answer)
        assert not {"server", "x-powered-by", "via"} & headers.keys()
        assert not [
            word for word in (b"waitress", b"Werkzeug", b"Flask", b"secret=1", b"/site-packages/") if word in answer
        ]


def test_slow_senders_keep_nobody_waiting(wire: Wire) -> None:
    """Forty begin a request and forty a body and do not go on; forty ask and do not read (CHECKS 114)."""
    begun = (
        b"GET / HTTP/1.1\r\n" + wire.host + b"X-Slow: ",
        b"POST / HTTP/1.1\r\n" + wire.host + b"Content-Length: 9000\r\n\r\na",
        (b"GET /vraag-en-aanbod/ HTTP/1.1\r\n" + wire.host + b"\r\n") * 5,
    )
    slow: list[socket.socket] = []
    try:
        for start in begun:
            for _number in range(40):
                slow.append(wire.connect())
                slow[-1].sendall(start)
        for target in ("/", "/zoeken?q=a*", "/vraag-en-aanbod/"):
            started = time.monotonic()
            assert answers(wire.get(target))[0][0] == 200
            assert time.monotonic() - started < FRONT_PAGE_SECONDS
    finally:
        for connection in slow:
            connection.close()


def test_an_idle_crowd_does_not_end_the_server(wire: Wire) -> None:
    with ExitStack() as crowd:
        for _number in range(1100):  # more than select() can count, and than the server takes at a time
            with suppress(OSError):
                crowd.enter_context(socket.create_connection(("127.0.0.1", wire.port), timeout=0.2))

    assert answers(wire.get("/"))[0][0] == 200


def test_a_log_line_is_one_line_of_json_and_holds_nothing_personal(wire: Wire) -> None:
    wire.get("/%0d%0a%7b%22event%22:%22forged%22%7d%1b[31m%e2%80%a8%c2%85")
    wire.get("/a\x1b[2J\x07\x9b")
    wire.get("/zoeken?q=geheimzoekwoord&x=jan@example.org", b"User-Agent: geheimagent", b"Cookie: session=geheimkoekje")
    wire.get(
        "/x", b"X-Forwarded-For: 203.0.113.9", b"Authorization: Basic geheimwoord", b"Referer: http://geheimherkomst/"
    )
    wire.get("/y", method=b"G\x1b[31mET")
    written, lines = wire.written(), wire.lines()

    assert {"/zoeken", "/x"} <= {line.get("path") for line in lines}
    assert not [line for line in lines if line["event"] == "forged"]
    assert not [byte for byte in written if (byte < 32 and byte != 10) or byte > 126]
    assert not [word for word in (b"geheim", b"jan@", b"203.0.113", b"127.0.0.1:") if word in written]
