"""What stands in the head of every answer, and what of a request an answer may hang on
(CHECKS 34, 62, 73, 74, 78, 79, 80, traps 13 and 15)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import create_app
from portal.core.config import from_environment
from portal.core.web.security import CONTENT_SECURITY_POLICY
from portal.operations import schema
from tests.checks.payloads import MARK
from tests.checks.walk import FEEDS, LISTS
from tests.fixtures import InspectingClient
from tests.tools import NodeRunner, find_node_file

Addresses = dict[str, str]
ODD = ("/bestaat-niet", "/?q=%00", "/zoeken?pagina=0", "/agenda", "/static/niets.css", "/static/",
       "/nieuwsflits/999999", "/en/bestaat-niet", "/vraag-en-aanbod/?soort=", "/organisaties/x'y")  # fmt: skip
POLICY = {
    **dict.fromkeys(("default-src", "base-uri", "object-src", "frame-ancestors"), "'none'"),
    **dict.fromkeys(("script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action"), "'self'"),
    "img-src": "'self' data:",
}
ALWAYS = {
    "X-Content-Type-Options": r"nosniff",
    "X-Frame-Options": r"DENY",
    "Referrer-Policy": r"(strict-origin-when-cross-origin|same-origin|no-referrer)",
    "Permissions-Policy": r".*camera=\(\).*geolocation=\(\).*microphone=\(\).*",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Cross-Origin-Resource-Policy": r"same-origin",
    "Strict-Transport-Security": r"max-age=(3153[6-9]|[4-9]\d{4})\d{3}; includeSubDomains",
}
UNHEARD = [
    "X-Forwarded-Host",
    "X-Forwarded-Server",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-For",
    "Forwarded",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Host",
    "X-Script-Name",
    "X-HTTP-Method-Override",
    "X-Real-IP",
    "Via",
    "CF-Connecting-IP",
    "Referer",
    "Origin",
    "User-Agent",
    "Accept",
    "Accept-Language",
    "Authorization",
    "Cookie",
    "Range",
    "Content-Type",
    "Transfer-Encoding",
    "Save-Data",
    "DNT",
    "HX-Target",
    "HX-Trigger",
    "HX-Trigger-Name",
    "HX-Current-URL",
    "HX-Prompt",
]
LEAKS = (
    "Traceback",
    "werkzeug",
    "Werkzeug",
    "jinja",
    "sqlalchemy",
    "sqlite",
    "/site-packages/",
    "portal/",
    ".py",
    "Python/",
)


@pytest.fixture
def every_answer(visitor: InspectingClient, addresses: Addresses) -> dict[str, Any]:
    """Return an answer of every route, of errors, redirects and refused methods."""
    found: dict[str, Any] = {path: visitor.get(path) for path in (*addresses.values(), *ODD)}
    found |= {f"{path} as htmx": visitor.get(path, headers={"HX-Request": "true"}) for path in addresses.values()}
    found |= {f"POST {path}": visitor.post(path) for path in (*addresses.values(), "/bestaat-niet")}
    found["304"] = visitor.get("/", headers={"If-None-Match": found["/"].headers["ETag"]})
    found["foreign host"] = visitor.get("/", headers={"Host": "evil.example"})
    return found


def test_the_policy_stands_on_every_answer_and_is_closed(every_answer: dict[str, Any]) -> None:
    for name, answer in every_answer.items():
        (policy,) = answer.headers.getlist("Content-Security-Policy")
        assert dict(part.split(" ", 1) for part in policy.split("; ")) == POLICY, name


def test_protecting_headers_stand_on_every_answer(every_answer: dict[str, Any]) -> None:
    for name, answer in every_answer.items():
        for header, pattern in ALWAYS.items():
            (value,) = answer.headers.getlist(header)
            assert re.fullmatch(pattern, value), (name, header)
        assert not {"Server", "X-Powered-By", "Via", "X-AspNet-Version"} & set(answer.headers.keys())


@pytest.mark.node
def test_csp_evaluator_finds_nothing_of_weight(run_node: NodeRunner) -> None:
    find_node_file("csp_evaluator/package.json")
    script = """
        import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
        import { CspParser } from "csp_evaluator/dist/parser.js";
        answer(new CspEvaluator(new CspParser(input).csp).evaluate());
    """
    findings = run_node(script, CONTENT_SECURITY_POLICY)
    heavy = [finding for finding in findings if finding["severity"] <= 40]  # HIGH, SYNTAX, MEDIUM; 50 and above: maybe

    assert heavy == [], json.dumps(heavy)


def test_no_answer_sets_a_cookie(every_answer: dict[str, Any]) -> None:
    assert [name for name, answer in every_answer.items() if "Set-Cookie" in answer.headers] == []


def test_what_differs_by_a_header_says_so(every_answer: dict[str, Any]) -> None:
    for name, answer in every_answer.items():
        vary = {part.strip() for part in answer.headers.get("Vary", "").split(",")}
        if (answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308)) or name == "304":
            assert {"HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Accept-Encoding"} <= vary, name


def test_errors_are_kept_by_nobody_and_show_nothing_of_the_inside(every_answer: dict[str, Any]) -> None:
    for name, answer in every_answer.items():
        if answer.status_code >= 400:
            text = answer.get_data(as_text=True)
            assert answer.headers.get("Cache-Control") == "no-store", name
            assert not [word for word in LEAKS if word in text], name


def test_debugging_is_off(whole_site: Flask, visitor: InspectingClient) -> None:
    assert not whole_site.debug
    for path in ("/console", "/_debug", "/debug/", "/server-status", "/.git/HEAD", "/wp-login.php"):
        assert visitor.get(path).status_code == 404
    assert visitor.get("/?__debugger__=yes&cmd=resource&f=style.css").mimetype == "text/html"


def test_no_other_header_changes_a_page(visitor: InspectingClient, addresses: Addresses) -> None:
    for path in addresses.values():
        plain = visitor.get(path)
        told = visitor.get(f"{path}?told=1", headers=dict.fromkeys(UNHEARD, f"{MARK}.example"))
        text = told.get_data(as_text=True).replace("?told=1", "")
        assert told.status_code == plain.status_code, path
        assert MARK not in text + str(told.headers)
        assert text == plain.get_data(as_text=True), path


HTMX_HEADERS = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


@pytest.mark.parametrize("endpoint", [*LISTS, *FEEDS, "home.index"])
def test_nobody_can_put_another_answer_in_the_place_of_a_page(
    visitor: InspectingClient, addresses: Addresses, endpoint: str
) -> None:
    """Whatever htmx headers somebody sends first, the next one who asks properly gets what he asks for."""
    path = addresses[endpoint]
    whole, part = visitor.get(path).get_data(), visitor.get(path, headers={"HX-Request": "true"}).get_data()
    tricks: list[dict[str, str]] = [
        {name: value} for name in HTMX_HEADERS for value in ("true", "TRUE", "1", "true|", "")
    ]
    tricks += [{"HX-Request": "true", name: "true"} for name in HTMX_HEADERS[1:]]
    tricks += [{"HX-Request": "tru", "HX-Boosted": "e"}, {"HX-Request": "truetrue"}]
    for number, trick in enumerate(tricks):
        asked = f"{path}?z={number}"
        visitor.get(asked, headers=trick)
        texts = [visitor.get(asked, headers=headers).get_data() for headers in ({}, {"HX-Request": "true"})]
        query = f"?z={number}".encode()
        assert [text.replace(query, b"") for text in texts] == [whole, part], trick


def test_parts_of_an_address_are_not_mixed_up(visitor: InspectingClient) -> None:
    """A path with an encoded question mark is another address than a path with a query."""
    for path in ("/zoeken", "/vraag-en-aanbod/", "/organisaties/"):
        assert visitor.get(f"{path}?q=x").status_code == 200
        assert visitor.get(f"{path}%3Fq=x").status_code in (301, 404)
        assert visitor.get(f"{path}%3Fq=x?").status_code in (301, 404)
        assert visitor.get(f"{path}?q=x?").status_code == 200
        assert visitor.get(f"{path}%3Fq=x").status_code in (301, 404)


def test_htmx_keeps_no_pages_and_evaluates_nothing(visitor: InspectingClient) -> None:
    (content,) = visitor.get("/").attributes("meta[name=htmx-config]", "content")
    config = json.loads(content)

    assert config["historyCacheSize"] == 0
    assert config["allowEval"] is False
    assert config["selfRequestsOnly"] is True
    assert config["historyRestoreAsHxRequest"] is False


def test_a_redirect_keeps_scheme_and_host(tmp_path: Path) -> None:
    """Behind a proxy that speaks https we hear http: an address of ours in a redirect names neither."""
    settings = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_BASE_URL": "https://portal.example.org"}
    site = create_app(from_environment(settings | {"PORTAL_LOG_LEVEL": "error"}))
    with site.app_context():
        schema.upgrade()
    client = site.test_client()
    for path in ("/agenda?soort=x", "/en/agenda", "//agenda", "/vraag-en-aanbod/?soort=", "/nieuws/?jaar="):
        answer = client.get(path, base_url="http://portal.example.org")
        assert answer.status_code in (301, 303, 308), path
        assert answer.headers["Location"].startswith("/"), path
        assert not answer.headers["Location"].startswith("//"), path
        assert b"http://" not in answer.get_data(), path


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    from_environment({"PORTAL_INSTANCE": str(tmp_path / "instance")})

    assert (tmp_path / "instance").stat().st_mode & 0o077 == 0
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o077 == 0
