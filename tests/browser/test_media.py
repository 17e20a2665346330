"""On paper, in the reader's own colours, and without motion: the page says the same."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

SHEETS = ["post", "closed post", "event", "cancelled event", "action", "article", "issue", "theme"]
WORKED = ["nav:not(.breadcrumb)", "form", ".skip-link", "button", ".filters", ".pager", ".share", ".feed-links"]
"""What one operates and paper does not need."""
# Lists of what else there is today stay behind with the screen; everything that the page itself says is printed.
LOST = """() => [...document.querySelectorAll('main :is(h1, p, dd, dt, time, li)')]
    .filter((e) => !e.closest('nav, .share, .feed-links, .panel, .sheet ~ *, .beside, .visually-hidden, [hidden]')
                   && !e.querySelector('a.button, .tool'))
    .filter((e) => e.textContent.trim() && !e.checkVisibility()).map((e) => e.textContent.trim().slice(0, 60))"""
TAB = """(e) => {
    const style = getComputedStyle(e), inner = getComputedStyle(e.firstElementChild);
    return {border: style.borderTopWidth, clip: style.clipPath, ink: inner.color, ground: style.backgroundColor};
}"""


@pytest.mark.parametrize("kind", SHEETS)
def test_paper_holds_the_content_and_nothing_one_operates(glass: Page, page_kinds: dict[str, str], kind: str) -> None:
    glass.emulate_media(media="print", color_scheme="dark")
    glass.set_viewport_size({"width": 680, "height": 960})  # A4 within its margins
    glass.goto(page_kinds[kind])

    expect(glass.locator("main h1")).to_be_visible()
    for selector in WORKED:
        assert [e.inner_text() for e in glass.locator(selector).all() if e.is_visible()] == [], selector
    assert glass.evaluate(LOST) == []
    assert glass.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert glass.evaluate("getComputedStyle(document.querySelector('main h1')).color") == "rgb(29, 34, 40)"
    glass.emulate_media(media="screen", color_scheme="light")


def test_a_post_on_paper_says_where_it_was_and_how_to_answer(glass: Page, page_kinds: dict[str, str]) -> None:
    glass.emulate_media(media="print")
    glass.goto(page_kinds["post"])
    address = glass.evaluate("document.querySelector('link[rel=canonical]').href")

    expect(glass.locator(".post-contact .post-address")).to_have_text(address)
    expect(glass.locator(".post-contact .post-address")).to_be_visible()
    expect(glass.locator(".kind-tab").first).to_be_visible()
    glass.emulate_media(media="screen")


def test_the_readers_own_colours_leave_every_sign_readable(new_page: NewPage) -> None:
    page = new_page(forced_colors="active")
    page.goto("/vraag-en-aanbod/")
    offer, request = (page.locator(f".post-card .kind-{kind}").first for kind in ("aanbod", "vraag"))
    looks: list[dict[str, Any]] = [offer.evaluate(TAB), request.evaluate(TAB)]

    expect(offer).to_have_text("Aanbod")
    expect(request).to_have_text("Vraag")
    assert [look["clip"] for look in looks] == ["none", "none"]
    assert all(look["ink"] != look["ground"] for look in looks)
    assert looks[0]["border"] != looks[1]["border"], "an offer and a request look alike"
    here = page.locator(".site-nav [aria-current]")
    assert "underline" in here.evaluate("(e) => getComputedStyle(e).textDecorationLine")
    page.locator("#filter-soort-vraag").focus()
    assert page.locator("#filter-soort-vraag").evaluate("(e) => getComputedStyle(e).outlineStyle") != "none"
    assert page.locator("#filter-soort-all").evaluate("(e) => e.checked && e.checkVisibility()")


def test_the_readers_own_colours_show_icons_and_what_is_off(new_page: NewPage, page_kinds: dict[str, str]) -> None:
    page = new_page(forced_colors="active", color_scheme="dark")
    page.goto(page_kinds["cancelled event"])
    expect(page.locator(".event-off-word")).to_be_visible()
    icon = page.locator("main svg.icon").first
    ink = icon.evaluate("(e) => getComputedStyle(e).color")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ink != paper

    page.goto("/agenda/?weergave=maand")
    assert "underline" in page.locator(".is-today b").evaluate("(e) => getComputedStyle(e).textDecorationLine")


@pytest.mark.parametrize("kind", ["front page", "board", "post", "agenda month", "search results"])
def test_whoever_wants_no_motion_sees_none(new_page: NewPage, page_kinds: dict[str, str], kind: str) -> None:
    moving = """() => [...document.querySelectorAll('*')].flatMap((e) => [null, '::before', '::after'].map(
        (part) => getComputedStyle(e, part))).filter((s) => s.animationName !== 'none'
        || parseFloat(s.transitionDuration) > 0 || s.scrollBehavior === 'smooth').length"""
    page = new_page(reduced_motion="reduce")
    page.goto(page_kinds[kind])
    page.evaluate("document.querySelector('main').classList.add('htmx-request')")

    assert page.evaluate(moving) == 0


def test_what_is_drawn_on_a_transparent_ground_gets_a_light_one_in_the_dark(new_page: NewPage) -> None:
    """A black logo without a ground of its own cannot be seen on a dark page."""
    ground = """() => {
        const picture = Object.assign(new Image(), {src: '/media/logo.png'});
        document.querySelector('main').append(picture);
        return getComputedStyle(picture).backgroundColor;
    }"""
    grounds = {}
    for scheme in ("dark", "light"):
        page = new_page(color_scheme=scheme)
        page.goto("/over/")
        grounds[scheme] = page.evaluate(ground)

    assert grounds == {"dark": "rgb(255, 255, 255)", "light": "rgba(0, 0, 0, 0)"}
