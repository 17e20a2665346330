"""Searching with facets, with and without script."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import follow


def titles(page: Page) -> list[str]:
    return page.locator(".search-result .card-title").all_inner_texts()


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
