"""Whoever types an address nearly right gets to the page; nothing else leads anywhere, and least of all elsewhere."""

import pytest
from flask import Flask

from portal.core.web_address import web_address
from portal.mail import addresses
from tests.fixtures import InspectingClient


def pages_without_parameters(app: Flask) -> list[str]:
    """Return the path of every route that is read and takes no part of its address as an argument."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return [rule.rule for rule in rules if rule.rule != "/" and rule.endpoint != "static"]


def test_every_page_is_found_with_a_slash_too_many_or_too_few(app: Flask, client: InspectingClient) -> None:
    paths = pages_without_parameters(app)
    assert len(paths) > 30
    for path in paths:
        wrong = path.rstrip("/") if path.endswith("/") else f"{path}/"
        answer = client.get(f"{wrong}?q=a%26b&soort=vraag")

        assert (answer.status_code, answer.location) == (301, f"{path}?q=a%26b&soort=vraag"), wrong


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("/Agenda/", "/agenda/"),
        ("/AGENDA", "/agenda/"),
        ("/Vraag-en-aanbod", "/vraag-en-aanbod/"),
        ("/en/Agenda", "/en/agenda/"),
        ("/EN/agenda/", "/en/agenda/"),
        ("/Account/inloggen/", "/account/inloggen"),
        ("/agenda//", "/agenda/"),
        ("//agenda", "/agenda/"),
        ("/EN", "/en/"),
    ],
)
def test_capitals_and_slashes_lead_to_the_page(client: InspectingClient, wrong: str, right: str) -> None:
    for ask in (client.get, client.head):
        answer = ask("/", environ_overrides={"PATH_INFO": wrong})  # a client would take "//agenda" for a host
        assert (answer.status_code, answer.location) == (301, right)


@pytest.mark.parametrize(
    "path",
    ["/bestaatniet", "/bestaatniet/", "/agenda/Bestaatniet", "//evil.example", "//evil.example/agenda/",
     "//evil.example/..", "/\\evil.example/", "/\r\nevil/", "/nl/agenda/", "/en/en/agenda"],
)  # fmt: skip
def test_what_is_no_page_stays_not_found(client: InspectingClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})

    assert answer.status_code == 404, answer.location


def test_what_is_sent_is_not_led_on(client: InspectingClient) -> None:
    assert client.post("/account/inloggen/").status_code in (400, 404)
    assert client.post("/Agenda").status_code in (400, 404)


def test_the_mark_is_where_programs_look_for_it(client: InspectingClient) -> None:
    answer = client.get("/favicon.ico")

    assert answer.status_code == 200
    assert answer.mimetype == "image/vnd.microsoft.icon"
    assert answer.get_data().startswith(b"\x00\x00\x01\x00")


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        ("käse.example", "xn--kse-qla.example"),
        ("www.gemeente.amsterdam", "www.gemeente.amsterdam"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("उदाहरण.भारत", "xn--p1b6ci4b4b3a.xn--h2brj9c"),
    ],
)
def test_every_script_and_top_domain_is_accepted(host: str, ascii_host: str) -> None:
    assert web_address(f"https://{host}/pad?q=1") == f"https://{host}/pad?q=1"
    assert web_address(host) == f"https://{host}"
    assert addresses.check(f"info@{host}") == f"info@{ascii_host}"


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "geen adres", "school", "school.n", "127.0.0.1", "https://", "https://jan@evil.example",
     "https://evil.example\\@school.nl", "school..nl", "school.nl\nX: y", "//evil.example", "school.1a",
     "mailto:a@b.nl"],
)  # fmt: skip
def test_what_is_no_website_is_refused(text: str) -> None:
    assert web_address(text) is None
