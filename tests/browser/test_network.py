"""The register, the signatories and the examples with and without JavaScript; the report on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, follow

NAMES = ".organisation-name"
COUNT = ".results-count"


def test_the_register_filters_alike_by_htmx_and_by_plain_form(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/organisaties/")
    museums = page.locator("#count-soort-museum").inner_text()
    page.get_by_label("Museum").check()
    expect(page.locator(COUNT)).to_have_text(f"{museums} organisaties")
    page.locator("summary", has_text="Speerpunt").click()
    page.locator("#filter-speerpunt-techniek").check()
    expect(page.locator(".chip")).to_have_count(2)

    plain_page.goto(f"{base_url}/organisaties/")
    plain_page.get_by_label("Museum").check()
    plain_page.locator("summary", has_text="Speerpunt").click()
    plain_page.locator("#filter-speerpunt-techniek").check()
    follow(plain_page.get_by_role("button", name="Toon resultaten"))

    assert page.url == plain_page.url
    assert page.locator(NAMES).all_inner_texts() == plain_page.locator(NAMES).all_inner_texts() != []
    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)


def test_typing_a_name_narrows_the_register_and_keeps_the_place(page: Page) -> None:
    page.goto("/organisaties/")
    words = page.locator("#filter-q")
    words.press_sequentially("ZW Haag")

    expect(page.locator(NAMES)).to_have_text(["ZorgZijnWerkt"])
    expect(page.locator("#status")).to_have_text("1 organisatie gevonden")
    expect(words).to_be_focused()
    expect(words).to_have_value("ZW Haag")


def test_a_letter_leads_to_its_organisations(page: Page) -> None:
    page.goto("/organisaties/")
    page.locator(".letter-index a", has_text="W").click()

    expect(page.locator("#letter-w")).to_be_in_viewport()


def test_kinds_of_signatories_are_addresses(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/ondertekenaars/")
    plain_page.goto(f"{base_url}/ondertekenaars/")
    for browser in (page, plain_page):
        follow(browser.locator(".kinds a", has_text="Gemeente"))
        expect(browser.locator(".signature")).to_have_count(9)

    assert page.url == plain_page.url == f"{base_url}/ondertekenaars/?soort=gemeente"
    page.go_back()
    expect(page.locator(".signature")).to_have_count(46)


def test_conditions_filter_the_examples_on_the_spot(page: Page) -> None:
    page.goto("/voorbeelden/")
    page.locator("summary", has_text="Voorwaarde").click()
    page.locator("#filter-voorwaarde-6").check()

    expect(page.locator("#results .example-card")).to_have_count(2)
    expect(page.locator(".condition-list > li")).to_have_count(10)


def test_an_action_agenda_prints_as_a_report(page: Page) -> None:
    page.emulate_media(media="print")
    for path in ("/actieagenda/", "/actieagenda/zorg/", "/actieagenda/zorg/1", "/ondertekenaars/"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        for what in (".site-nav", ".site-search", ".share", ".beside", ".kinds"):
            assert not any(part.is_visible() for part in page.locator(what).all()), (path, what)


BROKEN_WORDS = """() => [...document.querySelectorAll("h1, .figures li")].flatMap((place) => {
    const found = [], walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        for (const word of walker.currentNode.data.matchAll(/[^\\s-]+/g)) {
            const range = document.createRange();
            range.setStart(walker.currentNode, word.index);
            range.setEnd(walker.currentNode, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) found.push(word[0]);
        }
    }
    return found;
})"""


@pytest.mark.parametrize("width", [360, 768, 1000])
@pytest.mark.parametrize("path", ["/ondertekenaars/", "/actieagenda/", "/agenda/44-x"])
def test_titles_and_figures_are_broken_between_words(new_page: NewPage, path: str, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(path)

    assert page.locator("h1").is_visible()
    assert page.evaluate(BROKEN_WORDS) == []
