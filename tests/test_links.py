"""No page that a visitor can reach from the front page has a dead link or anchor."""

from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.page_kinds import is_for_members

MOST_FILTERED = 400
"""The number of filtered lists that are visited, out of endless combinations."""
LINKING = {"a[href]": "href", "link[href]": "href", "form[action]": "action", "img[src]": "src", "script[src]": "src",
           "use[href]": "href", "[data-hx-get]": "data-hx-get"}  # fmt: skip


class Walk:
    """Visits every address once and collects dead links."""

    def __init__(self, client: FlaskClient) -> None:
        """Start at the front pages of both languages."""
        self.client = client
        self.waiting = ["/", "/en/"]
        self.seen = set(self.waiting)
        self.filtered = 0
        self.dead: list[str] = []
        self.moved: list[str] = []
        self.pages: set[str] = set()
        self.unlisted: set[str] = set()
        self.ids: dict[str, set[str | None]] = {}
        self.anchors: set[tuple[str, str, str]] = set()

    def run(self) -> None:
        """Visit everything, then check that the anchors exist on their pages."""
        while self.waiting:
            self.visit(self.waiting.pop())
        self.dead += [
            f"{address} has no #{anchor}, to which {path} links"
            for path, address, anchor in sorted(self.anchors)
            if address in self.ids and anchor not in self.ids[address]
        ]

    def visit(self, path: str) -> None:
        """Visit one page and record its links."""
        with self.client.get(path) as response:
            if response.headers.get("X-Robots-Tag") == "noindex":
                self.unlisted.add(path)
            if response.status_code == 301:
                self.moved.append(path)
                self.queue(response.location)
            elif response.status_code != 200:
                self.dead.append(f"{path} answers {response.status_code}")
            elif response.mimetype == "text/html":
                self.pages.add(path)
                self.read(path, LexborHTMLParser(response.get_data(as_text=True)))
            elif response.mimetype == "image/svg+xml":
                self.ids[path] = {
                    node.attributes["id"] for node in LexborHTMLParser(response.get_data(as_text=True)).css("[id]")
                }

    def read(self, path: str, tree: LexborHTMLParser) -> None:
        """Record the anchors of a page, and queue its links."""
        if tree.css_first("meta[name=robots][content=noindex]"):
            self.unlisted.add(path)
        self.ids[path] = {node.attributes["id"] for node in tree.css("[id]")}
        for selector, attribute in LINKING.items():
            for node in tree.css(selector):
                address, anchor = urldefrag(urljoin(path, node.attributes.get(attribute) or ""))
                if anchor:
                    self.anchors.add((path, address, anchor))
                self.queue(address)

    def queue(self, address: str) -> None:
        """Queue an internal address, if it is new."""
        ours = address.startswith("/") and not address.startswith("//")
        if not ours or address in self.seen or ("?" in address and self.filtered >= MOST_FILTERED):
            return
        self.filtered += "?" in address
        self.seen.add(address)
        if not is_for_members(self.client.application, address):
            self.waiting.append(address)


def test_every_link_leads_somewhere(demo_client: FlaskClient) -> None:
    walk = Walk(demo_client)
    walk.run()

    assert walk.dead == []
    assert walk.moved == [], "these addresses only lead on: link to where they lead"
    assert len(walk.seen) > 1500
    assert len(walk.anchors) > 1500

    plain = {
        path for path in walk.pages - walk.unlisted if "?" not in path and not path.startswith(("/en/", "/zoeken"))
    }
    sitemap = ElementTree.fromstring(demo_client.get("/sitemap.xml").get_data())
    base = demo_client.application.config["BASE_URL"]
    listed = {(node.text or "").removeprefix(base) for node in sitemap.iter() if node.tag.endswith("}loc")}
    assert plain - listed == set(), "these are missing in the sitemap"
