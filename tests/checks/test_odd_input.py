"""Bytes, numbers, fields and bodies that make no sense: a plain answer within the limits, never a 5xx
(CHECKS 31, 32, 39, 51, 52, 53, 54, 79)."""

import gzip
import re
import time
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from portal.board.forms import Sort
from tests.checks.walk import FEEDS, LISTS
from tests.fixtures import InspectingClient

Addresses = dict[str, str]
PLAIN: dict[str, str] = {}
HTMX = {"HX-Request": "true"}
SENSELESS = {
    "null": "%00", "invalid UTF-8": "%ff%fe", "overlong": "%c0%af", "long overlong": "%e0%80%af",
    "surrogate": "%ed%a0%80", "beyond Unicode": "%f4%90%80%80", "cut short": "%e2%82", "lone %": "%",
    "%zz": "%zz", "half": "%2", "raw": "\xff",
    "raw null": "\x00",
}  # fmt: skip
PAGE_NUMBERS = ("0", "-1", "-0", "+1", "01", "1.0", "1e9", "1_0", "\uff11", "\u0661", "\xb9", " 1", "1 ", "1\t", "",
                "NaN", "inf", "0x1", "1;2", "1,2", "null", "true", str(2**31),
                str(2**63), str(10**40), "9" * 5000)  # fmt: skip
KEYS = [number for number in PAGE_NUMBERS if number != "1.0"]
"""What is no place in a list either; "1.0" might be one."""
HUGE = 30_000_000
SLOWEST = 2.0
"""Seconds within which any request is answered (the bound is the requirement)."""


@pytest.mark.parametrize("senseless", SENSELESS.values(), ids=SENSELESS)
def test_senseless_bytes_in_the_query_of_every_route(
    visitor: InspectingClient, addresses: Addresses, senseless: str
) -> None:
    for path in addresses.values():
        for query in (f"q={senseless}", f"{senseless}=x", f"soort={senseless}&na=1", f"pagina={senseless}", senseless):
            answer = visitor.get(path, environ_overrides={"QUERY_STRING": query})
            assert answer.status_code == 400, (path, query)
            assert answer.only("h1")


@pytest.mark.parametrize(
    "senseless", ["\x00", "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "%", "%zz"]
)
def test_senseless_bytes_in_the_path_of_every_route(
    visitor: InspectingClient, addresses: Addresses, senseless: str
) -> None:
    for path in addresses.values():
        for address in (
            path + senseless,
            f"{path.rstrip('/')}/{senseless}/x",
            f"/en{path}{senseless}",
            senseless + path,
        ):
            answer = visitor.get("/", environ_overrides={"PATH_INFO": address})
            assert answer.status_code in (301, 308, 400, 404), (address, answer.status_code)
            assert answer.status_code == 400 or "%" in senseless


@pytest.mark.parametrize("number", PAGE_NUMBERS)
def test_page_numbers_that_are_none(visitor: InspectingClient, number: str) -> None:
    answer = visitor.get("/zoeken", query_string={"q": "school", "pagina": number})

    assert answer.status_code in (400, 404)
    assert answer.only("h1")


def test_page_numbers_that_are_one(visitor: InspectingClient) -> None:
    statuses = [
        visitor.get("/zoeken", query_string={"q": "school", "pagina": n}).status_code for n in (1, 2, 99, 100_000)
    ]

    assert statuses == [200, 200, 404, 404]


@pytest.mark.parametrize("endpoint", [*LISTS, *FEEDS])
def test_odd_places_in_a_list_are_left_out_and_named(
    visitor: InspectingClient, addresses: Addresses, endpoint: str
) -> None:
    pages_by_key = ' rel="next"' in visitor.get(addresses[endpoint]).get_data(as_text=True)
    for key in (*KEYS, "1.2.3.4", "1.-2", f"{2**63}.1", "9" * 20 + ".1", "a.b", ".", "1..2", "1.\uff11"):
        answer = visitor.get(addresses[endpoint], query_string={"na": key}, follow_redirects=True)
        assert answer.status_code == 200, key
        assert not (pages_by_key and key.strip()) or answer.tree.css(".ignored"), key


@pytest.mark.parametrize(
    ("endpoint", "sort"), [(name, "") for name in (*LISTS, *FEEDS)] + [("board.index", sort) for sort in Sort]
)
def test_places_far_outside_a_list_are_places(
    visitor: InspectingClient, addresses: Addresses, endpoint: str, sort: str
) -> None:
    """Keys that look like ours, with numbers that no day, moment or row has."""
    for number in (0, 1, 3_652_060, 2**31, 2**53 + 1, 2**62, 2**63 - 1):
        for key in (f"{number}", f"{number}.1", f"1.{number}", f"{number}.{number}.{number}", f"1.{number}.0"):
            query = {"na": key, "sorteer": sort, "q": "school" if sort == Sort.BEST else ""}
            answer = visitor.get(addresses[endpoint], query_string=query, follow_redirects=True)
            assert answer.status_code == 200, key


@pytest.mark.parametrize("number", PAGE_NUMBERS)
def test_numbers_in_paths(whole_site: Flask, visitor: InspectingClient, number: str) -> None:
    numbered = [
        rule.rule for rule in whole_site.url_map.iter_rules() if "<int" in rule.rule and "GET" in (rule.methods or ())
    ]
    assert len(numbered) > 4
    for rule in numbered:
        path = re.sub(r"<int[^>]*>", lambda _match: number, rule.replace("<slug>", "x"))
        answer = visitor.get("/", environ_overrides={"PATH_INFO": path.encode().decode("latin-1")})
        shorter = answer.status_code == 405 and not number  # without its number it is the address of a button
        led = answer.status_code in (301, 303) and not number  # … of a list: with a slash too many, or to sign in
        asked = answer.status_code == 401 and path.endswith("/bericht")  # to sign in, whoever is written to
        assert shorter or led or asked or answer.status_code == (200 if path == "/nieuwsflits/" else 404), path


def test_doubled_list_shaped_and_missing_fields(
    visitor: InspectingClient, addresses: Addresses, parameters: list[str]
) -> None:
    doubled = "&".join(f"{name}=a&{name}=b&{name}[]=c&{name}[0]=d&{name}[x][y]=e&{name}&{name}=" for name in parameters)
    many = "&".join(f"soort=x{number}&organisatie=y{number}" for number in range(1500))
    for endpoint, path in addresses.items():
        for query in (doubled, doubled.replace("pagina", "p"), many, "&" * 3000, "=" * 3000, "&=&=", "?" * 500):
            answer = visitor.get(path, environ_overrides={"QUERY_STRING": query})
            expected = 404 if endpoint == "search.index" and "pagina" in query else 200
            assert answer.status_code in (expected, 303), (path, query[:60])


def test_only_lists_and_feeds_read_parameters(
    whole_site: Flask, visitor: InspectingClient, addresses: Addresses, parameters: list[str]
) -> None:
    query = "&".join(f"{name}=1" for name in parameters)
    others = {name: path for name, path in addresses.items() if name not in (*LISTS, *FEEDS)}
    for endpoint, path in others.items():
        plain, asked = (visitor.get(path, query_string=text).get_data(as_text=True) for text in ("", query))
        assert asked.replace("?" + query.replace("&", "&amp;"), "").replace(query, "") == plain, endpoint


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "X" * 300])
def test_other_methods_are_refused_on_every_route(visitor: InspectingClient, addresses: Addresses, method: str) -> None:
    for path in addresses.values():
        headers = {"X-HTTP-Method-Override": "GET", "X-HTTP-Method": "GET"}
        answer = visitor.open(path, method=method, headers=headers, environ_overrides={"REQUEST_METHOD": method})
        assert answer.status_code in (400, 405), path
        assert "TRACE" not in answer.get_data(as_text=True)


def test_head_answers_as_get_on_every_route(visitor: InspectingClient, addresses: Addresses) -> None:
    for path in (
        *addresses.values(),
        "/en/",
        "/bestaat-niet",
        "/agenda",
        "/zoeken?pagina=0",
        "/nieuws/1-x",
        "/nieuws/?jaar=",
    ):
        for headers in (PLAIN, HTMX):
            get, head = visitor.get(path, headers=headers), visitor.head(path, headers=headers)
            assert head.status_code == get.status_code, path
            assert head.get_data() == b""
            assert {name for name, _ in head.headers} == {name for name, _ in get.headers}, path


def test_options_says_what_one_can_do_and_does_nothing(visitor: InspectingClient, addresses: Addresses) -> None:
    for path in addresses.values():
        answer = visitor.open(path, method="OPTIONS")
        assert (answer.status_code, answer.get_data()) == (200, b"")
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def bodies() -> dict[str, tuple[str, bytes]]:
    """Return bodies that are not what they say, with their media type."""
    form, parts = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    return {
        "broken multipart": (parts, b'--x\r\nContent-Disposition: form-data; name="a'),
        "multipart without boundary": ("multipart/form-data", b"--x\r\n\r\n"),
        "multipart of 5,000 parts": (
            parts,
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n" * 5000 + b"--x--",
        ),
        "25,000 fields": (form, b"&".join(b"f%d=1" % number for number in range(25_000))),
        "30 MB": (form, b"a=" + b"b" * HUGE),
        "gzip bomb": (form, gzip.compress(b"a" * HUGE)),
        "null bytes": (form, b"a=\x00&\x00=b"),
        "bad UTF-8": (form + "; charset=utf-7", b"a=%ff&%ff=+AFw-"),
        "JSON": ("application/json", b'{"a": [' * 500),
        "XML": ("application/xml", b'<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'),
        "no type": ("", b"a=b"),
    }


@pytest.mark.parametrize("name", bodies())
def test_bodies_that_nobody_asked_for(visitor: InspectingClient, addresses: Addresses, name: str) -> None:
    kind, body = bodies()[name]
    encoding = {"Content-Encoding": "gzip"} if "gzip" in name else {}
    for path in addresses.values():
        for method, expected in (("POST", {405, 413}), ("GET", {200})):
            started = time.monotonic()
            answer = visitor.open(path, method=method, input_stream=BytesIO(body), headers=encoding, content_type=kind,
                                  environ_overrides={"CONTENT_LENGTH": str(len(body))})  # fmt: skip
            assert answer.status_code in expected, path
            assert time.monotonic() - started < SLOWEST


def test_a_file_for_a_text_is_refused(visitor: InspectingClient) -> None:
    for name in ("q", "soort", "pagina"):
        file = FileStorage(BytesIO(b"x" * 1000), filename="../../x.svg", content_type="image/svg+xml")
        assert visitor.open("/zoeken", method="POST", data={name: file}).status_code == 405
