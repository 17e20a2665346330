"""Nothing of an address comes alive in the answer to it: parameters of every route, paths that do not exist, redirects
(CHECKS 46, 47, 48, 50, 55)."""

from urllib.parse import quote, urlsplit

import pytest

from tests.checks import eyes
from tests.checks.payloads import MARK, REFLECTED
from tests.checks.walk import LISTS
from tests.fixtures import InspectedResponse, InspectingClient

Addresses = dict[str, str]
PLAIN: dict[str, str] = {}
HTMX = {"HX-Request": "true"}
ASTRAY = ("/en//evil.example/x", "/en/\\\\evil.example", "/en//evil.example//agenda/", "//evil.example/agenda",
          "/%2f%2fevil.example/", "/\\evil.example/..", "/en///evil.example/%2e%2e", "/agenda/..//evil.example/",
          "/%09//evil.example", "/en/%0d%0aLocation:%20//evil.example", "/@evil.example", "/.evil.example",
          "/agenda//", "/en//agenda", "/en//vraag-en-aanbod", "/enx//evil.example")  # fmt: skip
UNTIDY = ("/vraag-en-aanbod/", "/nieuws/", "/nieuwsflits/")
SPLITTING = (
    "%0d%0aSet-Cookie:%20a=1",
    "%0aX-Bad:%201",
    "%0d%0a%0d%0a<script>",
    "%E5%98%8A%E5%98%8DX-Bad:1",
    "%c2%85X:1",
)


def assert_tame(answer: InspectedResponse, known: set[eyes.Pair], address: str) -> None:
    """Fail when something of the address came alive in the answer, or got into its headers."""
    assert answer.status_code < 500, address
    assert MARK not in str(answer.headers.get("Set-Cookie", "")), address
    if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308):
        assert eyes.faults(answer.get_data(as_text=True), known, reflected=True) == [], address


@pytest.mark.parametrize("payload", REFLECTED)
def test_all_parameters_at_once(
    visitor: InspectingClient, addresses: Addresses, parameters: list[str], known: set[eyes.Pair], payload: str
) -> None:
    for path in addresses.values():
        assert_tame(visitor.get(path, query_string=dict.fromkeys(parameters, payload)), known, path)


@pytest.mark.parametrize("endpoint", LISTS)
def test_each_parameter_of_each_list(
    visitor: InspectingClient, addresses: Addresses, parameters: list[str], known: set[eyes.Pair], endpoint: str
) -> None:
    """Each parameter gets two of the payloads, one of them as htmx asks; all payloads have a turn."""
    path = addresses[endpoint]
    for number, name in enumerate(parameters):
        for payload, headers in (
            (REFLECTED[number % len(REFLECTED)], PLAIN),
            (REFLECTED[(number + 4) % len(REFLECTED)], HTMX),
        ):
            answer = visitor.get(path, query_string={name: payload}, headers=headers)
            assert_tame(answer, known, f"{path}?{name}={payload}")


def test_names_of_parameters(visitor: InspectingClient, addresses: Addresses, known: set[eyes.Pair]) -> None:
    for number, path in enumerate(addresses.values()):
        answer = visitor.get(path, query_string={REFLECTED[number % len(REFLECTED)]: "x", REFLECTED[-1]: ""})
        assert_tame(answer, known, path)


def test_paths_that_do_not_exist(visitor: InspectingClient, addresses: Addresses, known: set[eyes.Pair]) -> None:
    places = {path.rstrip("/") for path in (*addresses.values(), "/", "/en/", "/static/")}
    for path in places | {path.rpartition("/")[0] for path in places}:
        for payload in REFLECTED:
            address = f"{path}/{quote(payload, safe='')}"
            answer = visitor.get(address, follow_redirects=True)
            assert answer.status_code in (400, 404), address
            assert_tame(answer, known, address)


@pytest.mark.parametrize("path", ASTRAY)
def test_no_path_leads_to_another_site(visitor: InspectingClient, known: set[eyes.Pair], path: str) -> None:
    environ = {"PATH_INFO": path.replace("%2f", "/").replace("%09", "\t"), "REQUEST_URI": path}
    for answer in (visitor.get(path), visitor.get("/", environ_overrides=environ)):
        assert answer.status_code in (200, 301, 308, 400, 404)
        assert urlsplit(answer.headers.get("Location", "/")).netloc in ("", "localhost")
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\"))
        if answer.mimetype == "text/html":
            assert eyes.faults(answer.get_data(as_text=True), known) == []


@pytest.mark.parametrize("value", SPLITTING)
def test_no_header_is_split(visitor: InspectingClient, addresses: Addresses, value: str) -> None:
    moved = [f"{path}?{name}=&q={value}" for path in UNTIDY for name in ("soort", "jaar")]
    moved += [f"{path.rpartition('-')[0]}-{value}" for path in addresses.values() if "/4" in path or "-" in path]
    moved += [
        f"/agenda?{value}",
        f"/nieuws?x={value}",
        f"/organisaties/ROC%20{value}",
        f"{addresses['agenda.show']}.ics?{value}",
    ]
    for address in moved:
        for headers in (PLAIN, HTMX):
            answer = visitor.get(address, headers=headers)
            assert answer.status_code < 500, address
            assert not {"Set-Cookie", "X-Bad", "X"} & set(answer.headers.keys()), address
            assert not [text for _name, text in answer.headers if "\n" in text or "\r" in text], address
