"""Lists that were unfolded stand as they were after the Back button; on a telephone the way to the results is short."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, follow
from tests.browser.test_accessibility import COVERED, OVERFLOWING, RULES, SMALL

BOARD = "/vraag-en-aanbod/"
LISTS = (BOARD, f"{BOARD}?soort=vraag&sorteer=reactiedatum", f"{BOARD}?q=leerlingen", "/agenda/archief", "/nieuws/")
LINKS = "#items .card-title a"
TELEPHONE = {"viewport": {"width": 360, "height": 740}}


def unfold(page: Page, address: str) -> int:
    """Ask twice for more of a list, or until all is there; returns how many entries there are."""
    page.goto(address)
    for _turn in range(2):
        count, more = page.locator(LINKS).count(), page.get_by_role("link", name="Toon meer")
        if more.count():
            more.click()
            expect(page.locator(LINKS).nth(count)).to_be_focused()
    return page.locator(LINKS).count()


@pytest.mark.parametrize("address", LISTS)
def test_back_finds_a_list_as_far_unfolded_and_at_the_same_place(page: Page, address: str) -> None:
    page.goto(address)
    first = page.locator(LINKS).count()
    count = unfold(page, address)
    titles = page.locator(LINKS).all_inner_texts()
    assert count > first
    entry = page.locator(LINKS).nth(count - 3)
    entry.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    follow(entry)
    page.go_back()

    expect(page.locator(LINKS)).to_have_text(titles)
    expect(page.locator(LINKS).nth(count - 3)).to_be_in_viewport()
    assert abs(page.evaluate("scrollY") - before) < 200
    page.go_back()  # one step leaves the list, however often it was unfolded
    assert page.url == "about:blank" or address not in page.url


@pytest.mark.parametrize("address", LISTS)
def test_the_address_of_an_unfolded_list_shows_as_much_to_others(page: Page, plain_page: Page, address: str) -> None:
    unfold(page, address)
    plain_page.goto(page.url)

    assert "aantal=" in page.url
    assert plain_page.locator(LINKS).all_inner_texts() == page.locator(LINKS).all_inner_texts()


def test_choosing_something_else_begins_at_the_beginning(page: Page) -> None:
    unfold(page, BOARD)
    page.locator("#filter-soort-vraag").check()
    page.wait_for_url(f"**{BOARD}?soort=vraag")

    expect(page.locator(LINKS)).to_have_count(25)


def test_on_a_telephone_the_number_of_results_stays_in_sight_and_leads_to_them(new_page: NewPage) -> None:
    page = new_page(**TELEPHONE)
    page.goto(BOARD)
    page.locator(".filters-toggle").click()
    button = page.locator(".filter-submit button")
    for box in ("#filter-soort-vraag", "#filter-status-alle"):
        page.locator(box).scroll_into_view_if_needed()
        promised = page.locator(box.replace("#filter", "#count")).inner_text()
        page.locator(box).check()
        expect(button).to_have_text(re.compile(f"Toon {promised} resultaten$"), use_inner_text=True)
        expect(button).to_be_in_viewport(ratio=1)
    button.click()

    heading = page.locator(".results-count")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport(ratio=1)
    expect(heading).to_have_text(f"{promised} berichten")
    expect(page.locator("#status")).to_have_text(f"{promised} berichten gevonden")
    expect(page.locator(".filter-form")).to_be_hidden()


def test_the_button_covers_no_control_that_the_keyboard_reaches(new_page: NewPage) -> None:
    page = new_page(**TELEPHONE)
    page.goto(BOARD)
    page.locator(".filters-toggle").click()
    page.locator(".filter-group").evaluate_all("(all) => all.forEach((group) => { group.open = true })")
    bar = page.locator(".filter-submit")
    page.locator("#filter-q").focus()
    for _stop in range(30):
        page.keyboard.press("Tab")
        focused = page.locator(":focus").bounding_box()
        top = bar.bounding_box()
        assert focused is not None
        assert top is not None
        assert focused["y"] + focused["height"] <= top["y"] + 1 or focused["y"] >= top["y"] - 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", [BOARD, "/agenda/", "/nieuws/", "/organisaties/"])
def test_an_open_filter_on_a_telephone_is_accessible(new_page: NewPage, address: str, scheme: str) -> None:
    # high enough for the whole form: axe takes what lies half below the bar for too small, though it can be scrolled
    page = new_page(viewport={"width": 360, "height": 3000}, color_scheme=scheme, reduced_motion="reduce")
    page.goto(address)
    page.locator(".filters-toggle").click()

    assert Axe().run(page, options=RULES).response["violations"] == []
    for fault in (SMALL, COVERED, OVERFLOWING):
        assert page.evaluate(fault) == []


def test_without_script_the_button_promises_no_number(plain_page: Page) -> None:
    plain_page.set_viewport_size(TELEPHONE["viewport"])  # type: ignore[arg-type]  # two numbers
    plain_page.goto(BOARD)
    plain_page.locator(".filters-toggle").click()
    plain_page.locator("#filter-soort-vraag").check()
    follow(plain_page.get_by_role("button", name="Toon resultaten", exact=True))

    expect(plain_page.locator(".chip")).to_have_count(1)


@pytest.mark.parametrize(
    "address",
    [
        f"{BOARD}?soort=vraag&gemeente=rijswijk&rubriek=directiestage",
        "/agenda/?gemeente=rijswijk&speerpunt=ict&soort=excursie",
        "/nieuws/?jaar=2026&speerpunt=zorg&organisatie=duinrand-college",
    ],
)
def test_what_an_empty_list_offers_finds_what_it_promises(plain_page: Page, address: str) -> None:
    plain_page.goto(address)
    offers = [
        (offer.locator("a").get_attribute("href") or "", offer.locator(".choice-count").inner_text())
        for offer in plain_page.locator(".nearby li").all()
    ]

    assert offers
    for url, count in offers:
        plain_page.goto(url)
        expect(plain_page.locator(".results-count")).to_have_text(re.compile(rf"^{count} "))


def test_on_a_telephone_the_header_shows_the_word_of_the_search_box_and_two_lines_of_menu(new_page: NewPage) -> None:
    page = new_page(**TELEPHONE)
    page.goto("/over/")

    box = page.locator("#site-search")
    room = box.evaluate("""(box) => {
        const pen = document.createElement("canvas").getContext("2d");
        const style = getComputedStyle(box);
        pen.font = style.font;
        return box.clientWidth - parseFloat(style.paddingLeft) - pen.measureText(box.placeholder).width;
    }""")
    assert room >= 0
    tops = page.locator(".site-nav a").evaluate_all("(links) => links.map((link) => link.getBoundingClientRect().top)")
    assert len(set(tops)) == 2
