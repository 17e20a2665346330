"""Searching with facets, with and without script."""

import re
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, Route, expect

from tests.browser.conftest import NewPage, follow
from tests.browser.test_accessibility import CLIPPED, COLOUR_RULES, OVERFLOWING, RULES


def titles(page: Page) -> list[str]:
    return page.locator(".search-results .card-title").all_inner_texts()


def total(page: Page) -> str:
    return page.locator(".results-count").inner_text()


def test_a_facet_gives_the_same_with_and_without_script(page: Page, plain_page: Page, base_url: str) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto("/zoeken?q=stage")
    box = page.locator("#filter-type-event")
    count = page.locator("#count-type-event").inner_text()
    box.check()
    page.wait_for_url("**/zoeken?q=stage&type=event")
    expect(page.locator(".results-count")).to_have_text(re.compile(rf"^{count} resulta"))

    expect(page.locator("#filter-type-event")).to_be_focused()
    expect(page.locator("#status")).to_have_text(total(page))
    assert problems == []

    plain_page.goto(f"{base_url}/zoeken?q=stage")
    plain_page.locator("#filter-type-event").check()
    follow(plain_page.locator(".filter-submit"))
    assert plain_page.url.endswith("/zoeken?q=stage&type=event")
    assert titles(plain_page) == titles(page)
    assert total(plain_page) == total(page)


def test_going_back_takes_the_facet_away(page: Page) -> None:
    page.goto("/zoeken?q=stage")
    before = total(page)
    page.locator("#filter-type-post").check()
    page.wait_for_url("**type=post")
    page.go_back()

    expect(page.locator(".results-count")).to_have_text(before)
    expect(page.locator("#filter-type-post")).not_to_be_checked()
    expect(page.locator("h1")).to_have_text("Zoeken: stage")


def test_the_header_of_any_page_searches(page: Page) -> None:
    page.goto("/agenda/")
    page.locator("#site-search").fill("kenniscafe")
    page.locator("#site-search").press("Enter")

    expect(page.locator("h1")).to_have_text("Zoeken: kenniscafe")
    expect(page.locator("mark").first).to_have_text(re.compile("kenniscaf[eé]", re.IGNORECASE))


def test_pages_are_turned_by_their_numbers(page: Page) -> None:
    page.goto("/zoeken?type=post")
    first = titles(page)
    follow(page.get_by_role("link", name="Pagina 2"))

    expect(page.locator("[aria-current=page]").last).to_have_text(re.compile("2"))
    assert not set(titles(page)) & set(first)


# ── what the box proposes ─────────────────────────────────────────────────────────────────────────


BOX = "form[data-suggest] [role=combobox]"
"""The filters of a list are comboboxes too."""


def propose(page: Page, path: str, words: str) -> Locator:
    """Type into the search box of a page and wait for what it proposes; returns the options."""
    page.goto(path)
    box = page.locator(BOX)
    box.press_sequentially(words)
    expect(page.get_by_role("listbox", name="Suggesties")).to_be_visible()
    return page.locator(".suggestion")


def chosen(page: Page) -> str:
    """Return the text of the option that the box points at."""
    pointed = page.locator(BOX).get_attribute("aria-activedescendant")
    selected = page.locator("[role=option][aria-selected=true]")
    assert selected.count() == (1 if pointed else 0)
    return page.locator(f"#{pointed}").inner_text() if pointed else ""


@pytest.mark.parametrize("path", ["/agenda/", "/zoeken", "/en/agenda/"])
def test_the_box_is_a_combobox_that_the_keyboard_walks(page: Page, path: str) -> None:
    page.goto(path)
    box = page.locator(BOX)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_attribute("aria-autocomplete", "list")
    box.press_sequentially("stage")
    options = page.locator(".suggestion")
    expect(options.first).to_be_visible()
    texts = options.all_inner_texts()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert box.get_attribute("aria-controls") == page.get_by_role("listbox").get_attribute("id")
    expect(page.locator("#status")).to_have_text(re.compile(rf"^{len(texts)} sugg"))

    walked = []
    for key in ("ArrowDown", "ArrowDown", "End", "Home", "ArrowUp", "ArrowUp"):
        box.press(key)
        walked.append(chosen(page))
    assert walked == [texts[0], texts[1], texts[-1], texts[0], "", texts[-1]]
    expect(box).to_be_focused()
    expect(box).to_have_value("stage")

    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("stage")
    expect(page.locator("#status")).to_have_text("")
    box.press("ArrowDown")
    assert chosen(page) == texts[0], "the arrow opens it again"
    box.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).not_to_be_focused()


def test_enter_follows_what_is_chosen_and_else_searches(page: Page) -> None:
    options = propose(page, "/agenda/", "kenniscaf")
    find = page.locator(".suggestion-find").first
    address = find.get_attribute("href")
    for _step in range(options.all_inner_texts().index(find.inner_text()) + 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")

    propose(page, "/agenda/", "kenniscaf")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zoeken?q=kenniscaf")


def test_a_click_or_a_touch_follows_an_option(page: Page, new_page: NewPage) -> None:
    option = propose(page, "/", "techn").first
    address = option.get_attribute("href")
    option.click()
    page.wait_for_url(f"**{address}")

    telephone = new_page(has_touch=True, viewport={"width": 360, "height": 740})
    option = propose(telephone, "/", "techn").first
    option.tap()
    telephone.wait_for_url(f"**{address}")


def test_few_letters_ask_for_nothing_and_many_ask_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggesties" in request.url else None)
    page.goto("/agenda/")
    box = page.locator(BOX)
    box.press_sequentially("st")
    box.press_sequentially("age")
    expect(page.locator(".suggestion").first).to_be_visible()

    assert [url.partition("q=")[2] for url in asked] == ["stage"]
    box.fill("st")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert len(asked) == 1


def test_an_answer_that_comes_too_late_is_dropped(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.url.endswith("q=techniek"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/zoeken/suggesties*", hold)
    page.goto("/agenda/")
    box = page.locator(BOX)
    with page.expect_request("**/suggesties?q=techniek"):
        box.fill("techniek")
    box.fill("kenniscafe")
    expect(page.locator(".suggestion").first).to_be_visible()
    for route in held:
        with suppress(Error):  # the page has let go of it
            route.fulfill(body='<div role="listbox" data-said="te laat"><a role="option" href="/">Te laat</a></div>')

    expect(page.get_by_role("option", name="Te laat")).to_have_count(0)
    expect(page.locator(".suggestion").first).to_contain_text(re.compile("kenniscaf", re.IGNORECASE))


def test_when_proposing_fails_the_box_still_searches(page: Page) -> None:
    page.route("**/zoeken/suggesties*", lambda route: route.fulfill(status=503, body="weg"))
    page.goto("/agenda/")
    box = page.locator(BOX)
    with page.expect_response("**/suggesties*"):
        box.fill("stage")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.locator("#status")).not_to_have_class("is-failed")
    box.press("Enter")
    page.wait_for_url("**/zoeken?q=stage")


def test_leaving_the_box_closes_the_list(page: Page) -> None:
    propose(page, "/agenda/", "stage")
    page.mouse.click(5, 700)

    expect(page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/agenda/", "/zoeken"])
def test_axe_finds_nothing_in_the_open_list(glass: Page, path: str, width: int) -> None:
    glass.emulate_media(color_scheme="light")
    glass.set_viewport_size({"width": width, "height": 900})
    propose(glass, path, "arbeidsmarkt")
    glass.keyboard.press("ArrowDown")
    violations = Axe().run(glass, options=RULES).response["violations"]
    glass.emulate_media(color_scheme="dark")
    violations += Axe().run(glass, options=COLOUR_RULES).response["violations"]

    assert [(found["id"], found["nodes"][0]["html"][:200]) for found in violations] == []
    assert glass.evaluate(OVERFLOWING) == []
    assert glass.evaluate(CLIPPED) == []


def test_without_script_the_box_searches(plain_page: Page, base_url: str) -> None:
    plain_page.goto(f"{base_url}/agenda/")
    box = plain_page.get_by_role("searchbox", name="Zoeken op de hele site")
    box.fill("stage type:vraag")
    with plain_page.expect_navigation():
        box.press("Enter")

    expect(plain_page.locator(".chip")).to_contain_text("Alleen vragen")
    follow(plain_page.locator(".chip"))
    expect(plain_page.locator("#search-words")).to_have_value("stage")


def test_a_misspelt_search_leads_to_the_right_one(page: Page) -> None:
    page.goto("/zoeken?q=techneik")
    follow(page.locator(".search-meant a"))

    expect(page.locator("h1")).to_have_text("Zoeken: techniek")
    expect(page.locator(".search-meant")).to_have_count(0)
