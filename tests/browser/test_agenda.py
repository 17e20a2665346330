"""The agenda with and without JavaScript: the same filter, the same months, the same events, the same addresses."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import follow

TITLES = ".event-card .card-title"
COUNT = ".results-count"
MONTH = ".running-head"


def test_a_filter_by_htmx_and_by_plain_form_agree(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/agenda/")
    whole = page.locator(COUNT).inner_text()
    techniek = page.locator("#count-speerpunt-techniek").inner_text()
    page.get_by_label("Techniek").check()
    expect(page.locator(COUNT)).to_have_text(f"{techniek} komende bijeenkomsten")
    page.locator("#filter-organisatie").select_option("vakschool-haagse-bocht")
    expect(page.locator(".chip")).to_have_count(2)

    plain_page.goto(f"{base_url}/agenda/")
    plain_page.get_by_label("Techniek").check()
    plain_page.locator("#filter-organisatie").select_option("vakschool-haagse-bocht")
    follow(plain_page.get_by_role("button", name="Toon resultaten"))

    assert page.url == plain_page.url
    assert "speerpunt=techniek&organisatie=vakschool-haagse-bocht" in page.url
    assert page.locator(TITLES).all_inner_texts() == plain_page.locator(TITLES).all_inner_texts() != []
    for left in (1, 0):
        page.evaluate("history.back()")
        expect(page.locator(".chip")).to_have_count(left)
    expect(page.locator(COUNT)).to_have_text(whole)


def test_the_swap_renews_the_numbers_and_keeps_the_focus(page: Page) -> None:
    page.goto("/agenda/")
    before = page.locator("#count-speerpunt-techniek").inner_text()
    page.locator("summary", has_text="Gemeente").click()
    box = page.get_by_label("Delft")
    box.check()

    expect(page.locator("#count-speerpunt-techniek")).not_to_have_text(before)
    expect(page.locator("#status")).to_contain_text("komende bijeenkomst")
    expect(box).to_be_focused()
    expect(page.locator("#filter-organisatie")).to_have_value("")


def test_months_turn_with_and_without_script_at_the_same_addresses(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/agenda/?weergave=maand")
    plain_page.goto(f"{base_url}/agenda/?weergave=maand")
    this_month = page.locator(MONTH).text_content() or ""
    for browser in (page, plain_page):
        follow(browser.locator(".month-nav [rel=next]"))
        expect(browser.locator(MONTH)).not_to_have_text(this_month)

    assert page.url == plain_page.url
    assert page.locator(".month-event").all_inner_texts() == plain_page.locator(".month-event").all_inner_texts()
    page.go_back()
    expect(page.locator(MONTH)).to_have_text(this_month)


def test_a_filter_in_the_grid_stays_in_the_month_that_htmx_brought(page: Page) -> None:
    page.goto("/agenda/?weergave=maand")
    this_month = page.locator(MONTH).text_content() or ""
    page.locator(".month-nav [rel=next]").click()
    expect(page.locator(MONTH)).not_to_have_text(this_month)
    next_month = page.locator(MONTH).text_content() or ""
    page.locator(".filters-toggle").click()
    page.get_by_label("Techniek").check()

    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(MONTH)).to_have_text(next_month)
    assert "weergave=maand" in page.url
    assert "maand=20" in page.url


def test_show_more_appends_what_a_plain_link_shows_next(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/agenda/archief")
    first = page.locator(TITLES).count()
    page.get_by_role("link", name="Toon meer").click()
    expect(page.locator(TITLES)).not_to_have_count(first)
    expect(page.locator("#status")).to_have_text("25 bijeenkomsten erbij")

    plain_page.goto(f"{base_url}/agenda/archief")
    follow(plain_page.get_by_role("link", name="Toon meer"))
    assert page.locator(TITLES).all_inner_texts()[first:] == plain_page.locator(TITLES).all_inner_texts()
    heads = page.locator(".running-head:visible").all_inner_texts()
    assert len(heads) == len(set(heads))


def test_a_calendar_of_the_filter_is_offered_and_answers(page: Page) -> None:
    page.goto("/agenda/?speerpunt=zorg")
    _mail, webcal, file = (link.get_attribute("href") or "" for link in page.locator(".feed-links a").all())

    assert webcal.startswith("webcal://")
    assert webcal.partition(":")[2] == file.partition(":")[2]
    answer = page.request.get("/agenda.ics?speerpunt=zorg")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text().count("BEGIN:VEVENT") > 5
