"""Every kind of page, light and dark, on a telephone and a desk: axe finds nothing, nothing scrolls sideways."""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.page_kinds import KINDS

NARROW, WIDE = 320, 1280
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
CLIPPED = """() => [...document.querySelectorAll('main :is(h1, h2, h3, p, dd, li, label), nav a')]
    .filter((e) => getComputedStyle(e).overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1
                   && !e.closest('.visually-hidden') && !e.classList.contains('visually-hidden'))
    .map((e) => e.textContent.trim().slice(0, 60))"""
SMALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter((e) => e.checkVisibility() && !e.closest('p, dd, .prose, .visually-hidden, .skip-link'))
    .map((e) => [e, (e.closest('label') || e).getBoundingClientRect()])
    .filter(([e, box]) => box.width > 1 && (box.height < 24 && box.width < 24))
    .map(([e]) => e.outerHTML.slice(0, 100))"""
Scheme = Literal["light", "dark"]


@pytest.fixture
def checked_page(new_context: Any, width: int, scheme: Scheme) -> Page:
    """Return a page at a width in a colour scheme, into which axe may be put."""
    size = {"width": width, "height": 900}
    page: Page = new_context(viewport=size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce").new_page()
    return page


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(checked_page: Page, page_kinds: dict[str, str], kind: str) -> None:
    checked_page.goto(page_kinds[kind])
    violations = Axe().run(checked_page, options=RULES).response["violations"]

    assert [(found["id"], found["nodes"][0]["html"][:200], len(found["nodes"])) for found in violations] == []


@pytest.mark.parametrize("width", [NARROW])
@pytest.mark.parametrize("scheme", ["light"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_narrow_page_does_not_scroll_sideways_nor_cut_text(
    checked_page: Page, page_kinds: dict[str, str], kind: str
) -> None:
    checked_page.goto(page_kinds[kind])
    assert checked_page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert checked_page.evaluate(SMALL) == []

    checked_page.add_style_tag(content=TEXT_SPACING)
    assert checked_page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert checked_page.evaluate(CLIPPED) == []


@pytest.mark.parametrize("kind", KINDS)
def test_pages_load_without_complaint_and_from_here_only(
    page: Page, base_url: str, page_kinds: dict[str, str], kind: str
) -> None:
    complaints: list[str] = []
    elsewhere: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(base_url) else None)
    page.goto(page_kinds[kind], wait_until="networkidle")
    if kind == "not found":
        complaints = [text for text in complaints if "404" not in text]

    assert complaints == []
    assert elsewhere == []


@pytest.mark.parametrize("kind", ["front page", "board", "agenda month", "search results", "post"])
def test_the_keyboard_reaches_everything_in_view_and_shows_where_it_is(
    page: Page, page_kinds: dict[str, str], kind: str
) -> None:
    page.goto(page_kinds[kind])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    total = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
                 .filter((e) => e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0).length"""
    )
    reached = {page.evaluate("document.activeElement.outerHTML")}
    hidden = []
    steps = 0
    while steps < total + 5:
        page.keyboard.press("Tab")
        steps += 1
        where = page.evaluate(
            """() => { const e = document.activeElement, box = e.getBoundingClientRect();
                const style = getComputedStyle(e.type === 'checkbox' || e.type === 'radio' ? e : e);
                return {body: e === document.body, html: e.outerHTML.slice(0, 160), top: box.top, bottom: box.bottom,
                        height: innerHeight, ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none'} }"""
        )
        if where["body"]:
            break
        if not where["ring"] or where["bottom"] < 0 or where["top"] > where["height"]:
            hidden.append(where["html"])
        reached.add(where["html"])

    assert hidden == []
    assert steps >= total * 0.8, "the keyboard does not reach everything"


def test_the_skip_link_leads_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
