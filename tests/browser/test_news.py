"""News with and without JavaScript: the same filter, the same addresses, the same articles."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import follow

TITLES = ".article-card .card-title"
COUNT = ".results-count"


def test_a_filter_by_htmx_and_by_plain_form_agree(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/nieuws/")
    page.get_by_label("Zorg").check()
    expect(page.locator(COUNT)).to_have_text("7 artikelen")
    page.locator("#filter-organisatie").select_option("zorggroep-de-linde")
    expect(page.locator(COUNT)).to_have_text("1 artikel")

    plain_page.goto(f"{base_url}/nieuws/")
    plain_page.get_by_label("Zorg").check()
    plain_page.locator("#filter-organisatie").select_option("zorggroep-de-linde")
    follow(plain_page.get_by_role("button", name="Toon resultaten"))

    assert page.url == plain_page.url == f"{base_url}/nieuws/?speerpunt=zorg&organisatie=zorggroep-de-linde"
    assert page.locator(TITLES).all_inner_texts() == plain_page.locator(TITLES).all_inner_texts()


def test_the_swap_renews_the_numbers_and_speaks(page: Page) -> None:
    page.goto("/nieuws/")
    before = page.locator("#count-jaar-2026").inner_text()
    box = page.get_by_label("Zorg")
    box.check()
    expect(page.locator("#status")).to_have_text("7 artikelen")
    expect(page.locator("#count-jaar-2026")).not_to_have_text(before)
    expect(box).to_be_focused()


def test_back_returns_to_the_whole_list(page: Page) -> None:
    page.goto("/nieuws/")
    whole = page.locator(COUNT).inner_text()
    page.get_by_label("Zorg").check()
    expect(page.locator(COUNT)).to_have_text("7 artikelen")
    page.go_back()
    expect(page.locator(COUNT)).to_have_text(whole)
    expect(page.locator("main h1")).to_have_text("Nieuws")


def test_show_more_appends_what_a_plain_link_shows_next(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/nieuws/")
    first = page.locator(TITLES).count()
    page.get_by_role("link", name="Toon meer").click()
    expect(page.locator(TITLES)).not_to_have_count(first)
    expect(page.locator(f"{TITLES} a").nth(first)).to_be_focused()
    expect(page.locator("#status")).to_have_text("19 artikelen erbij")

    plain_page.goto(f"{base_url}/nieuws/")
    follow(plain_page.get_by_role("link", name="Toon meer"))
    following = plain_page.locator(TITLES).all_inner_texts()
    assert page.locator(TITLES).all_inner_texts()[first:] == following


def test_the_archive_filters_too(page: Page, base_url: str) -> None:
    page.goto("/nieuwsflits/")
    page.get_by_label("2025").check()
    expect(page.locator(".archive-year")).to_have_text(["2025"])
    assert page.url == f"{base_url}/nieuwsflits/?jaar=2025"


def test_one_turns_from_issue_to_article_to_the_next(page: Page, base_url: str) -> None:
    page.goto("/nieuwsflits/17")
    follow(page.locator(".issue-lead .card-title a"))
    expect(page.locator(".stood-in [aria-current]")).to_have_count(1)
    follow(page.locator(".turn a[rel=next]"))
    expect(page.locator(".turn a[rel=prev]")).to_be_visible()
    follow(page.locator(".stood-in .issue-title a"))
    assert page.url == f"{base_url}/nieuwsflits/17"
