"""Every public address, taken from the application's own map of routes, and every parameter that its pages know."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from portal.core.web.access import Audience, audience_of
from tests.fixtures import InspectedResponse, InspectingClient
from tests.page_kinds import is_for_members, kinds_of_page

UNKNOWN = ("onbekend", "x[]", "__proto__")
"""Parameters that no page knows."""
WITHOUT_EXAMPLE = ("files.media", "community.member", "operations.favicon")
"""Pictures and people that are public: `tests/files`, `tests/community` and `tests/core` look at them."""
LISTS = ("board.index", "agenda.index", "agenda.archive", "newsflash.news", "newsflash.issues", "community.index",
         "community.signatories", "examples.index", "search.index", "search.suggestions")  # fmt: skip
FEEDS = ("board.feed", "agenda.calendar", "newsflash.feed", "search.feed")
"""The pages and the feeds that read parameters; `test_odd_input.py` holds that no other route does."""


def one_of_each(app: Flask) -> dict[str, str]:
    """Return an address for every public endpoint; raises AssertionError for a route that no example reaches.

    The writing side is walked by `test_access_walk.py` and `test_forms.py`.
    """
    rules = public_rules(app)
    adapter = app.url_map.bind("localhost")
    found = {rule.endpoint: rule.rule for rule in rules if not rule.arguments}
    for address in kinds_of_page(app).values():
        path = urlsplit(address).path
        try:
            endpoint, _arguments = adapter.match(path)
        except NotFound:
            continue
        found.setdefault(endpoint, path)
    found["agenda.event_calendar"] = f"{found['agenda.show']}.ics"
    missing = {rule.endpoint for rule in rules} - found.keys()
    assert not missing, f"tests/page_kinds.py has no example of {sorted(missing)}"
    return found


def public_rules(app: Flask) -> list[Rule]:
    """Return the routes whose pages anyone may read, save those of which the demo has no public example."""
    rules = [rule for rule in app.url_map.iter_rules() if audience_of(app, rule.endpoint) in (None, Audience.PUBLIC)]
    return [rule for rule in rules if rule.endpoint not in WITHOUT_EXAMPLE]


def parameters(app: Flask, addresses: dict[str, str]) -> list[str]:
    """Return the names of all parameters that a page's forms or links use, and some that none knows."""
    client = app.test_client()
    names = set(UNKNOWN)
    for endpoint in LISTS:
        tree = LexborHTMLParser(client.get(addresses[endpoint]).get_data(as_text=True))
        names |= {node.attributes["name"] or "" for node in tree.css("form [name]")}
        for link in tree.css("a[href^='/'], link[href]"):
            names |= {name for name, _value in parse_qsl(urlsplit(link.attributes["href"] or "").query)}
    return sorted(names | {"pagina", "maand"})


STARTS = ("/", "/vraag-en-aanbod/schrijfwijzer",
          "/vraag-en-aanbod/?status=alle", "/vraag-en-aanbod/?status=gesloten", "/agenda/?weergave=maand",
          "/agenda/archief", "/sitemap.xml", "/opensearch.xml", "/robots.txt", "/.well-known/security.txt",
          "/healthz", "/readyz", "/agenda.ics", "/nieuws/feed.atom", "/vraag-en-aanbod/feed.atom",
          "/meedoen/", "/over/", "/zoeken?q=script+alert", "/zoeken?q=evil.example&type=post",
          "/zoeken/suggesties?q=script", "/zoeken/feed.atom?q=script")  # fmt: skip
ENGLISH_THING = re.compile(r"^/en/.*[0-6][^/7]*/?$")


def crawl(client: InspectingClient) -> dict[str, InspectedResponse]:
    """Return every address that a visitor can reach, with its answer; of lists only those that page on."""
    found: dict[str, InspectedResponse] = {}
    waiting = list(STARTS)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found[address] = answer = client.get(address)
        if answer.mimetype == "text/html":
            links = (link for link in _links(address, answer) if "?" not in link or "na=" in link)
            waiting += [link for link in links if not is_for_members(client.application, link)]
    return found


def _links(address: str, answer: InspectedResponse) -> Iterator[str]:
    """Yield where a page leads within the site; of things in English every few do for all."""
    for target in answer.attributes("a[href], link[rel=alternate]", "href"):
        parts = urlsplit(urljoin(address, target))
        ours = parts.netloc in ("", "127.0.0.1:5000") and parts.scheme != "mailto"
        if ours and ":" not in unquote(parts.path) and not ENGLISH_THING.search(parts.path):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path
