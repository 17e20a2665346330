"""The keyboard alone: every control is reached in order, seen, and not covered; nothing holds the focus."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

WALKED = [
    *[(kind, 1280) for kind in ("front page", "board", "post", "agenda", "agenda month", "event", "issue", "theme")],
    *[(kind, 1280) for kind in ("organisations filtered", "examples", "search results", "take part")],
    *[(kind, 320) for kind in ("board", "agenda month", "search results", "organisation")],
]
# What Tab must reach: of a group of radio buttons only the chosen one, and nothing in what is folded away.
NUMBER_STOPS = """() => {
    const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const groups = new Set();
    const stops = [...document.querySelectorAll(controls)].filter((e) => {
        if (!e.checkVisibility({visibilityProperty: true}) || e.tabIndex < 0 || e.disabled) return false;
        if (e.type !== 'radio') return true;
        if (e.form.querySelector(`[name="${e.name}"]:checked`)) return e.checked;
        return !groups.has(e.name) && groups.add(e.name);
    });
    window.stops = new Map(stops.map((e, index) => [e, index]));
    return stops.map((e) => e.outerHTML.slice(0, 120));
}"""
LOOK = """() => {
    const e = document.activeElement, {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(e);
    if (e === document.body) return null;
    const box = e.getClientRects()[0], x = box.left + box.width / 2, y = box.top + box.height / 2;
    const there = document.elementFromPoint(x, y);
    return {
        stop: window.stops.get(e) ?? -1,
        html: e.outerHTML.slice(0, 120),
        ring: !e.matches(':focus') // at a part of its own, as the button of a date, the browser draws the ring
            || outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && outlineColor !== 'rgba(0, 0, 0, 0)',
        seen: Boolean(there) && (e.contains(there) || there.contains(e)),
    };
}"""


def walk(page: Page, most: int) -> list[dict[str, Any]]:
    """Press Tab until the page ends or begins again, and tell what one stood at."""
    steps: list[dict[str, Any]] = []
    for _step in range(most):
        page.keyboard.press("Tab")
        step = page.evaluate(LOOK)
        if step is None or (steps and step["stop"] == 0):
            return steps
        steps.append(step)
    raise AssertionError(f"the focus never leaves the page; it stands at {steps[-1]['html']}")


@pytest.mark.parametrize(("kind", "width"), WALKED)
def test_tab_reaches_every_control_in_order_and_shows_where_it_is(
    glass: Page, page_kinds: dict[str, str], kind: str, width: int
) -> None:
    glass.set_viewport_size({"width": width, "height": 900})
    glass.goto(page_kinds[kind])
    stops = glass.evaluate(NUMBER_STOPS)
    steps = walk(glass, most=len(stops) + 20)
    order = list(dict.fromkeys(step["stop"] for step in steps if step["stop"] >= 0))

    assert [stops[number] for number in range(len(stops)) if number not in order] == []
    assert order == sorted(order)
    assert [step["html"] for step in steps if not step["ring"]] == []
    assert [step["html"] for step in steps if not step["seen"]] == []


def test_the_skip_link_comes_first_shows_itself_and_leads_to_the_content(page: Page) -> None:
    page.goto("/vraag-en-aanbod/")
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_filter_is_chosen_and_a_post_opened_without_a_mouse(page: Page) -> None:
    page.goto("/vraag-en-aanbod/")
    page.locator("#filter-soort-all").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#filter-soort-aanbod")).to_be_focused()
    page.wait_for_url("**/vraag-en-aanbod/?soort=aanbod")

    category = page.locator("details.filter-group").nth(1)
    category.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(category.locator("input").first).to_be_visible()

    title = page.locator(".post-card .card-title a").first
    name = title.inner_text()
    title.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("control", [".site-nav a", "#site-search", ".filter-group summary", ".card-title a", ".tool"])
def test_the_ring_around_the_focus_is_drawn(new_page: NewPage, scheme: str, control: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto("/vraag-en-aanbod/")
    target = page.locator(control).first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    left_edge: Any = {"x": box["x"] - 5, "y": box["y"], "width": 4, "height": box["height"]}
    before = page.screenshot(clip=left_edge)
    page.keyboard.press("Tab")  # from here on the browser shows where the focus is
    target.focus()

    assert page.screenshot(clip=left_edge) != before
