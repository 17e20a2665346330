"""What visitors do across the site: turn months, subscribe, search, page, change language, go back, lose the line."""

import re
from contextlib import closing
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import BrowserType, Page, Route, expect

from tests.browser.conftest import NewPage, follow

MONTH = "/agenda/?weergave=maand"
RESULT = ".search-result .card-title"
MENU = ["Vraag & Aanbod", "Agenda", "Nieuws", "Actieagenda", "Organisaties", "Voorbeelden"]
WHOLE = """() => [...document.styleSheets].length > 0 && document.querySelectorAll('h1').length === 1
    && document.querySelector('header .wordmark') !== null && document.querySelector('footer') !== null
    && getComputedStyle(document.querySelector('.site-nav ul')).display === 'flex'"""


def grid(page: Page) -> list[str]:
    """Return every day of the month grid with what is on it, markup and all but white space."""
    days: list[str] = page.locator(".month-day").evaluate_all(
        "(all) => all.map((e) => e.outerHTML.replace(/\\s+/g, ' '))"
    )
    return days


# ── agenda ────────────────────────────────────────────────────────────────────────────────────────


def test_months_are_the_same_grids_at_the_same_addresses_with_and_without_script(page: Page, plain_page: Page) -> None:
    page.goto(f"{MONTH}&speerpunt=techniek")
    plain_page.goto(f"{MONTH}&speerpunt=techniek")
    first = grid(page)
    for _month in range(3):
        for reader in (page, plain_page):
            address = reader.locator(".month-nav [rel=next]").get_attribute("href")
            reader.locator(".month-nav [rel=next]").click()
            reader.wait_for_url(f"**{address}")
            expect(reader.locator(f".month-nav [rel=next][href='{address}']")).to_have_count(0)
        assert page.url == plain_page.url
        assert "speerpunt=techniek" in page.url
        assert grid(page) == grid(plain_page) != first
    assert len(grid(page)) % 7 == 0

    addresses = [page.url]
    for _month in range(3):
        page.evaluate("history.back()")  # go_back() trips over the page that is being asked for anew
        page.wait_for_function("(seen) => !seen.includes(location.href)", arg=addresses)
        page.wait_for_load_state()
        addresses.append(page.url)
    expect(page.locator(".is-today")).to_have_count(1)
    assert grid(page) == first
    assert page.evaluate(WHOLE)


def test_back_from_an_event_brings_the_whole_month_not_the_part_that_htmx_got(page: Page) -> None:
    """The part came from the very address of the page: only `Vary` tells the two apart in the browser's cache."""
    page.goto(MONTH)
    address = page.locator(".month-nav [rel=next]").get_attribute("href")
    page.locator(".month-nav [rel=next]").click()
    page.wait_for_url(f"**{address}")
    expect(page.locator(f".month-nav [rel=next][href='{address}']")).to_have_count(0)
    next_month = grid(page)
    follow(page.locator(".month-event").first)
    expect(page.locator(".sheet h1")).to_be_visible()
    page.go_back()

    expect(page.locator(".month-days")).to_be_visible()
    assert grid(page) == next_month
    assert page.evaluate(WHOLE)


def test_one_subscribes_to_exactly_what_is_filtered(page: Page, plain_page: Page, base_url: str) -> None:
    page.goto("/agenda/")
    page.locator("#filter-speerpunt-zorg").check()
    page.wait_for_url("**/agenda/?**speerpunt=zorg**")
    plain_page.goto(page.url)
    mail, webcal, file = (link.get_attribute("href") or "" for link in page.locator(".follow .feed-links a").all())
    assert [mail, webcal, file] == [
        link.get_attribute("href") for link in plain_page.locator(".follow .feed-links a").all()
    ]
    assert re.fullmatch(r"webcal://[^/]+/agenda\.ics\?speerpunt=zorg", webcal)
    assert webcal.split("://")[1] == file.split("://")[1]

    shown = set(plain_page.locator(".event-card .card-title a").evaluate_all("(all) => all.map((e) => e.pathname)"))
    answer = page.request.get(f"{base_url}/agenda.ics?speerpunt=zorg")
    calendar = Calendar.from_ical(answer.body())
    events = {str(event["URL"]).split("/agenda/")[1] for event in calendar.walk("VEVENT")}
    dated = {path.split("/agenda/")[1] for path in shown if page.request.get(f"{base_url}{path}.ics").ok}

    assert answer.headers["content-type"].startswith("text/calendar")
    assert len(dated) > 3
    assert dated <= events
    whole = Calendar.from_ical(page.request.get(f"{base_url}/agenda.ics").body()).walk("VEVENT")
    assert len(events) < len(whole)


# ── search ────────────────────────────────────────────────────────────────────────────────────────


def test_searching_with_facets_finds_the_same_with_and_without_script(page: Page, plain_page: Page) -> None:
    for reader in (page, plain_page):
        reader.goto("/")
        reader.locator("#site-search").fill("leerlingen")
        reader.locator("#site-search").press("Enter")
        reader.wait_for_url("**/zoeken?q=leerlingen")
        reader.locator("#filter-type-post").check()
        if reader is page:
            reader.wait_for_url("**type=post")
            expect(reader.locator("#filter-type-post")).to_be_focused()
        reader.locator("#filter-speerpunt-techniek").check()
        if reader is plain_page:
            follow(reader.get_by_role("button", name="Toon resultaten"))
        reader.wait_for_url("**/zoeken?q=leerlingen&type=post&speerpunt=techniek")
        expect(reader.locator(".chip")).to_have_count(2)

    assert page.url == plain_page.url
    with_script, without = (reader.locator("#results").inner_text() for reader in (page, plain_page))
    number = page.locator(".results-count").inner_text().split()[0]
    assert with_script.replace(f"Toon {number} resultaten", "Toon resultaten") == without  # only a script can count
    assert page.locator(RESULT).count() > 1
    expect(page.locator("#status")).to_have_text(page.locator(".results-count").inner_text())

    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("#filter-type-post")).to_be_checked()
    expect(page.locator("#filter-speerpunt-techniek")).not_to_be_checked()
    assert page.evaluate(WHOLE)


def test_finds_are_paged_through_and_back_to(page: Page, plain_page: Page) -> None:
    for reader in (page, plain_page):
        reader.goto("/zoeken?q=techniek")
    total = int(page.locator(".results-count").inner_text().split()[0])
    seen: list[str] = []
    while True:
        found = page.locator(f"{RESULT} a").evaluate_all("(all) => all.map((e) => e.pathname)")
        assert found == plain_page.locator(f"{RESULT} a").evaluate_all("(all) => all.map((e) => e.pathname)")
        seen += found
        if not page.locator(".pager [rel=next]").count():
            break
        for reader in (page, plain_page):
            follow(reader.locator(".pager [rel=next]"))
            expect(reader.locator(".pager [aria-current]")).to_contain_text(str(len(seen) // 20 + 1))
        assert page.url == plain_page.url
    assert len(seen) == len(set(seen)) == total > 40

    follow(page.locator(f"{RESULT} a").first)
    page.go_back()
    expect(page.locator(f"{RESULT}")).to_have_count(len(found))
    assert page.evaluate(WHOLE)


# ── getting about ─────────────────────────────────────────────────────────────────────────────────


def test_a_telephone_without_script_reaches_every_room_from_the_menu(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/")
    for room in MENU:
        follow(page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=room, exact=True))
        expect(page.locator("h1")).to_have_text(re.compile(room, re.IGNORECASE))
        here = page.locator(".site-nav [aria-current=page]")
        expect(here).to_have_text(room)
        expect(here).to_be_in_viewport(ratio=1)
    page.locator("summary", has_text="Filter").first.click()
    expect(page.get_by_role("button", name="Toon resultaten")).to_be_visible()


def test_one_reads_on_in_english_and_comes_back_to_the_same_page(page: Page, base_url: str) -> None:
    page.goto("/vraag-en-aanbod/?soort=vraag&speerpunt=techniek")
    titles = page.locator(".post-card .card-title").all_inner_texts()
    follow(page.get_by_role("link", name="English"))

    assert page.url == f"{base_url}/en/vraag-en-aanbod/?soort=vraag&speerpunt=techniek"
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Offers and requests")
    assert page.locator(".post-card .card-title").all_inner_texts() == titles
    expect(page.locator(".post-card .card-title[lang=nl]")).to_have_count(len(titles))
    page.locator("#filter-soort-all").check()
    page.wait_for_url("**/en/vraag-en-aanbod/?speerpunt=techniek")
    expect(page.locator("#status")).to_have_text(re.compile(r"^\d+ posts found$"))
    follow(page.locator(".post-card .card-title a").first)
    assert page.url.startswith(f"{base_url}/en/vraag-en-aanbod/")

    english = page.url
    follow(page.get_by_role("link", name="Nederlands"))
    assert page.url == english.replace("/en/", "/")
    expect(page.locator("html")).to_have_attribute("lang", "nl")


def test_a_long_visit_leaves_nothing_behind_and_asks_nobody_else(page: Page, base_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/vraag-en-aanbod/")
    page.locator("#filter-soort-vraag").check()
    page.wait_for_url("**soort=vraag")
    expect(page.locator(".chip")).to_have_count(1)
    page.get_by_role("link", name="Toon meer").click()
    expect(page.locator("#status")).to_have_text(re.compile("^Nog"))
    follow(page.locator(".post-card .card-title a").first)
    page.go_back()
    page.goto("/zoeken?q=stage")
    page.locator("#filter-type-event").check()
    page.wait_for_url("**type=event")
    page.go_back()
    expect(page.locator("#filter-type-event")).not_to_be_checked()

    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage)") == []
    # htmx notes where this tab is, as the address bar does; of what was on the screen it keeps nothing
    kept = page.evaluate("Object.entries(sessionStorage)")
    assert kept == [["htmx-current-path-for-history", "/zoeken?q=stage"]]
    assert [address for address in asked if not address.startswith(f"{base_url}/")] == []
    assert len(asked) > 5


@pytest.mark.browser
def test_a_page_kept_alive_by_the_browser_comes_back_as_it_was_left(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], base_url: str
) -> None:
    keeping = {**browser_type_launch_args, "ignore_default_args": ["--disable-back-forward-cache"]}
    with closing(browser_type.launch(**keeping)) as browser:
        page = browser.new_page(base_url=base_url)
        page.add_init_script("addEventListener('pageshow', (event) => { window.keptAlive = event.persisted; })")
        page.goto("/vraag-en-aanbod/")
        page.locator("#filter-soort-vraag").check()
        expect(page.locator(".chip")).to_have_count(1)
        follow(page.locator(".post-card .card-title a").first)
        expect(page.locator(".sheet h1")).to_be_visible()
        page.go_back(wait_until="commit")

        expect(page.locator(".chip")).to_have_text(re.compile("Vraag"))
        assert page.evaluate("window.keptAlive")
        assert page.evaluate(WHOLE)
        page.locator("#filter-soort-aanbod").check()
        expect(page.locator(".chip")).to_have_text(re.compile("Aanbod"))
        expect(page).to_have_url(re.compile(r"\?soort=aanbod$"))


# ── the line is lost ──────────────────────────────────────────────────────────────────────────────


def lost(route: Route) -> None:
    """Answer as a network that is down."""
    route.abort("internetdisconnected")


@pytest.mark.parametrize(
    ("address", "control"),
    [
        (MONTH, ".month-nav [rel=next]"),
        ("/vraag-en-aanbod/", ".pager a"),
        ("/nieuws/", ".choice"),
        ("/zoeken?q=stage", ".choice"),
        ("/organisaties/", ".choice"),
    ],
)
def test_every_list_says_when_the_line_is_lost_and_works_when_it_is_back(
    page: Page, address: str, control: str
) -> None:
    page.goto(address)
    text = page.locator("#results").inner_text()
    page.route("**/*", lost)
    page.locator(control).first.click()
    expect(page.locator("#status")).to_have_text(re.compile("^De verbinding lukte niet"))
    expect(page.locator("#status")).to_be_in_viewport()
    assert page.locator("#results").inner_text() == text

    page.unroute("**/*")
    follow(page.locator(".site-nav a", has_text="Agenda").first)
    expect(page.locator("h1")).to_have_text("Agenda")
