"""No dead link and no dead anchor on any page that a visitor can reach from the front page."""

from urllib.parse import urldefrag, urljoin

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

MOST_FILTERED = 400
"""Lists have endless combinations of filters; this many of them are followed."""
LINKING = {"a[href]": "href", "link[href]": "href", "form[action]": "action", "img[src]": "src", "script[src]": "src"}


class Walk:
    """Visits every address once, and gathers what does not lead anywhere."""

    def __init__(self, client: FlaskClient) -> None:
        """Start at both front pages."""
        self.client = client
        self.waiting = ["/", "/en/"]
        self.seen = set(self.waiting)
        self.dead: list[str] = []

    def run(self) -> None:
        """Follow everything."""
        while self.waiting:
            self.visit(self.waiting.pop())

    def visit(self, path: str) -> None:
        """Look at one page, and note where it leads."""
        response = self.client.get(path)
        if response.status_code != 200:
            self.dead.append(f"{path} answers {response.status_code}")
        elif response.mimetype == "text/html":
            tree = LexborHTMLParser(response.get_data(as_text=True))
            ids = {node.attributes["id"] for node in tree.css("[id]")}
            for selector, attribute in LINKING.items():
                for node in tree.css(selector):
                    self.follow(path, node.attributes.get(attribute) or "", ids)

    def follow(self, path: str, target: str, ids: set[str | None]) -> None:
        """Queue an address of ours, and check an anchor on the same page."""
        address, anchor = urldefrag(urljoin(path, target))
        if address == path and anchor and anchor not in ids:
            self.dead.append(f"{path} has no #{anchor}")
        ours = address.startswith("/") and not address.startswith("//")
        if ours and address not in self.seen and ("?" not in address or self.filtered() < MOST_FILTERED):
            self.seen.add(address)
            self.waiting.append(address)

    def filtered(self) -> int:
        """Return how many addresses with a query string were followed."""
        return sum("?" in address for address in self.seen)


def test_every_link_leads_somewhere(demo_client: FlaskClient) -> None:
    walk = Walk(demo_client)
    walk.run()

    assert walk.dead == []
    assert len(walk.seen) > 900
