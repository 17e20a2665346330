"""Every kind of page, light and dark, on a telephone and a desk: axe finds nothing, nothing is cut or too small."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, Request

from tests.page_kinds import KINDS

NARROW, WIDE = 320, 1280
HEIGHT = 900
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"]}
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
"""The rules of axe that see a difference between the light and the dark scheme."""

# WCAG 1.4.12, as its reader would set it: a sheet of the reader's own, which no content policy refuses.
SPACE_TEXT = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
        p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets.push(sheet);
}"""
OVERFLOWING = """() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right > innerWidth)
        .map((e) => e.outerHTML.slice(0, 100)).slice(-3);
}"""
CLIPPED = """() => [...document.querySelectorAll('body *')]
    .filter((e) => e.checkVisibility() && !e.closest('.visually-hidden, svg, select') && e.textContent.trim())
    .filter((e) => {
        const {overflowX, overflowY} = getComputedStyle(e), cuts = (value) => ['hidden', 'clip'].includes(value);
        return cuts(overflowX) && e.scrollWidth > e.clientWidth + 1
            || cuts(overflowY) && e.scrollHeight > e.clientHeight + 1;
    })
    .map((e) => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 60)}`)"""
# Links inside a line of text are exempt (WCAG 2.5.8); axe looks whether those have room around them.
SMALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter((e) => e.checkVisibility() && getComputedStyle(e).display !== 'inline' && !e.matches('.skip-link'))
    .map((e) => [e, (e.closest('label') || e).getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < 24)
    .map(([e, box]) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${e.outerHTML.slice(0, 100)}`)"""
# Large figures are taller than their line: whatever they cover could neither be clicked nor seen.
COVERED = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter((e) => e.checkVisibility() && !e.matches('.skip-link'))
    .filter((e) => {
        e.scrollIntoView({block: 'center', behavior: 'instant'});
        const box = e.getClientRects()[0];
        const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return !there || !e.contains(there) && !there.contains(e) && there.closest('label') !== e.closest('label');
    })
    .map((e) => e.outerHTML.slice(0, 100))"""
STICKING = """() => [...document.querySelectorAll('body *')].map((e) => [getComputedStyle(e).position, e.className])
    .filter(([position, name]) => ['fixed', 'sticky'].includes(position) && name !== 'filter-submit')"""
NAMES = """() => ({
    lang: document.documentElement.lang,
    title: document.title,
    heads: [...document.querySelectorAll('h1')].map((e) => e.textContent.trim()),
    levels: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((e) => Number(e.tagName[1])),
})"""
REFUSED = ("not found", "bad request")


def show(page: Page, address: str, width: int) -> None:
    """Go to a page and unfold everything: axe and the eye pass over what is folded."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")


@contextmanager
def listening(page: Page, home: str) -> Iterator[tuple[list[str], list[str]]]:
    """Gather what the browser complains of, and which addresses elsewhere it asks."""
    complaints: list[str] = []
    elsewhere: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    def fall(error: Error) -> None:
        complaints.append(str(error))

    def follow(request: Request) -> None:
        if not request.url.startswith(home):
            elsewhere.append(request.url)

    page.on("console", hear)
    page.on("pageerror", fall)
    page.on("request", follow)
    yield complaints, elsewhere
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fall)
    page.remove_listener("request", follow)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(glass: Page, page_kinds: dict[str, str], kind: str, width: int) -> None:
    glass.emulate_media(color_scheme="light")
    show(glass, page_kinds[kind], width)
    whole = glass.evaluate("document.documentElement.scrollHeight")
    glass.set_viewport_size({"width": width, "height": whole})  # so that what sticks to the window covers nothing
    violations = Axe().run(glass, options=RULES).response["violations"]
    glass.emulate_media(color_scheme="dark")
    violations += Axe().run(glass, options=COLOUR_RULES).response["violations"]

    assert [(found["id"], found["nodes"][0]["html"][:200], len(found["nodes"])) for found in violations] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_telephone_shows_everything_with_any_spacing(glass: Page, page_kinds: dict[str, str], kind: str) -> None:
    """320 pixels are a telephone, and also 1280 at 400 %: 256 are left of the height then, so nothing may stick."""
    show(glass, page_kinds[kind], NARROW)
    assert glass.evaluate(SMALL) == []
    assert glass.evaluate(COVERED) == []
    assert glass.evaluate(STICKING) == []
    assert glass.evaluate(OVERFLOWING) == []
    assert glass.evaluate(CLIPPED) == []

    glass.evaluate(SPACE_TEXT)
    assert glass.evaluate(OVERFLOWING) == []
    assert glass.evaluate(CLIPPED) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_without_complaint_from_here_only_and_names_itself(
    glass: Page, base_url: str, page_kinds: dict[str, str], kind: str
) -> None:
    with listening(glass, base_url) as (complaints, elsewhere):
        show(glass, page_kinds[kind], WIDE)
        found: dict[str, Any] = glass.evaluate(NAMES)
    steps = [after - before for before, after in pairwise(found["levels"])]

    assert [text for text in complaints if not (kind in REFUSED and "responded with a status of 4" in text)] == []
    assert elsewhere == []
    assert glass.context.cookies() == []
    assert glass.evaluate("Object.keys(localStorage)") == []
    assert glass.evaluate(SMALL) == []
    assert glass.evaluate(COVERED) == []
    assert found["lang"] == ("en" if page_kinds[kind].startswith("/en/") else "nl")
    assert len(found["heads"]) == 1
    assert found["heads"][0] in found["title"]
    assert max(steps, default=0) <= 1, "a level of heading is skipped"
