"""The board with and without JavaScript: the same posts, counts and addresses; on, back, and when the server fails."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import follow

BOARD = "/vraag-en-aanbod/"
TITLES = ".post-card .card-title"
COUNT = ".results-count"


@dataclass(frozen=True)
class Choice:
    """What a visitor fills in, and the query string that says so."""

    query: str
    checked: tuple[str, ...] = ()
    organisation: str = ""
    words: str = ""
    start: str = ""


CHOICES = [
    Choice("soort=vraag", checked=("soort-vraag",)),
    Choice("rubriek=gastles&rubriek=stageplaats", checked=("rubriek-gastles", "rubriek-stageplaats")),
    Choice(
        "soort=aanbod&speerpunt=techniek&niveau=mbo-4&gemeente=den-haag",
        checked=("soort-aanbod", "speerpunt-techniek", "niveau-mbo-4", "gemeente-den-haag"),
    ),
    Choice("organisatie=duinrand-college&status=alle", checked=("status-alle",), organisation="duinrand-college"),
    Choice("q=stage", words="stage"),
    Choice(
        "q=leerlingen&soort=aanbod&status=gesloten", checked=("soort-aanbod", "status-gesloten"), words="leerlingen"
    ),
    Choice("q=zeppelinhangar", words="zeppelinhangar"),
    Choice("soort=vraag&sorteer=reactiedatum", checked=("soort-vraag",), start="?sorteer=reactiedatum"),
    Choice("speerpunt=zorg", checked=("soort-all", "speerpunt-zorg"), start="?soort=vraag&na=3.4"),
]


def fill_in(page: Page, choice: Choice) -> None:
    """Choose as a visitor does: unfold the group, tick the box."""
    for name in choice.checked:
        group = page.locator("details.filter-group", has=page.locator(f"#filter-{name}"))
        if group.get_attribute("open") is None:
            group.locator("summary").click()
        page.locator(f"#filter-{name}").check()
    if choice.organisation:
        page.locator("#filter-organisatie").select_option(choice.organisation)
    if choice.words:
        page.locator("#filter-q").fill(choice.words)


def rail(page: Page) -> dict[str, str]:
    """Return the number beside every option, and the organisations that one can choose."""
    numbers: dict[str, str] = page.locator(".choice-count").evaluate_all(
        "(all) => Object.fromEntries(all.map((e) => [e.id, `${e.className} ${e.textContent}`]))"
    )
    return numbers | {
        "organisations": "|".join(page.locator("#filter-organisatie option").all_inner_texts()),
        "chosen": "|".join(page.locator(".filter-chosen").all_text_contents()),
    }


def chips(page: Page) -> list[str]:
    return [link.get_attribute("href") or "" for link in page.locator(".chips a").all()]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.query)
def test_htmx_and_the_plain_form_find_the_same(page: Page, plain_page: Page, choice: Choice) -> None:
    plain_page.goto(BOARD + choice.start)
    fill_in(plain_page, choice)
    follow(plain_page.get_by_role("button", name="Toon resultaten"))
    page.goto(BOARD + choice.start)
    fill_in(page, choice)
    page.wait_for_url(f"**{BOARD}?{choice.query}")

    assert plain_page.url == page.url
    expect(page.locator(COUNT)).to_have_text(plain_page.locator(COUNT).inner_text())
    assert page.locator(TITLES).all_inner_texts() == plain_page.locator(TITLES).all_inner_texts()
    followed, plainly = (one.locator(".feed-links a").all() for one in (page, plain_page))
    assert [link.get_attribute("href") for link in followed] == [link.get_attribute("href") for link in plainly]
    assert chips(page) == chips(plain_page)
    assert rail(page) == rail(plain_page)


def test_what_was_found_is_said_and_the_focus_stays(page: Page) -> None:
    page.goto(BOARD)
    expect(page.locator("#status")).to_have_text("")
    promised = page.locator("#count-soort-vraag").inner_text()
    box = page.locator("#filter-soort-vraag")
    box.check()

    expect(page.locator("#status")).to_have_text(f"{promised} berichten gevonden")
    expect(page.locator(COUNT)).to_have_text(f"{promised} berichten")
    expect(box).to_be_focused()
    assert page.locator("[role=status]").count() == 1


def test_an_address_made_by_htmx_shows_the_same_to_whoever_gets_it(page: Page, plain_page: Page) -> None:
    page.goto(BOARD)
    page.locator("#filter-soort-aanbod").check()
    page.wait_for_url("**?soort=aanbod")
    found, numbers = page.locator(TITLES).all_inner_texts(), rail(page)
    for reader in (page, plain_page):
        reader.goto(page.url)
        expect(reader.locator("#filter-soort-aanbod")).to_be_checked()
        assert reader.locator(TITLES).all_inner_texts() == found
        assert rail(reader) == numbers


def assert_whole(page: Page) -> None:
    """Fail when this is a bare part of a page, or one without its style sheet."""
    expect(page.locator("header.site-header .wordmark")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("footer")).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.querySelector('.site-nav ul')).display") == "flex"


def test_back_brings_the_earlier_filter_and_its_results(page: Page) -> None:
    page.goto(f"{BOARD}?speerpunt=zorg")
    first = page.locator(TITLES).all_inner_texts()
    page.locator("#filter-soort-vraag").check()
    page.wait_for_url("**speerpunt=zorg")
    expect(page.locator(".chip")).to_have_count(2)
    second = page.locator(TITLES).all_inner_texts()
    page.locator("#filter-soort-aanbod").check()
    page.wait_for_url("**soort=aanbod**")
    expect(page.locator("#filter-soort-aanbod")).to_be_checked()

    for chosen, expected in (("vraag", second), ("all", first)):
        page.go_back()
        expect(page.locator(f"#filter-soort-{chosen}")).to_be_checked()
        expect(page.locator(TITLES)).to_have_text(expected)
        assert_whole(page)
    page.go_forward()
    expect(page.locator(TITLES)).to_have_text(second)
    page.locator("#filter-speerpunt-zorg").uncheck()  # what came back is alive
    page.wait_for_url(f"**{BOARD}?soort=vraag")
    expect(page.locator(".chip")).to_have_count(1)


def test_back_from_a_post_brings_the_whole_list_not_the_part_that_htmx_got(page: Page) -> None:
    page.goto(BOARD)
    page.locator("#filter-soort-vraag").check()
    page.wait_for_url("**?soort=vraag")
    expect(page.locator(".chip")).to_have_count(1)
    found = page.locator(TITLES).all_inner_texts()
    follow(page.locator(f"{TITLES} a").first)
    expect(page.locator("h1")).to_have_text(found[0])
    page.go_back()

    expect(page.locator(TITLES)).to_have_text(found)
    expect(page.locator("#filter-soort-vraag")).to_be_checked()
    assert_whole(page)


@pytest.mark.parametrize("query", ["", "?sorteer=reactiedatum", "?status=alle", "?q=leerlingen"])
def test_show_more_loses_and_doubles_nothing(page: Page, plain_page: Page, query: str) -> None:
    parts: list[list[str]] = []
    plain_page.goto(BOARD + query)
    while True:
        parts.append(plain_page.locator(f"{TITLES} a").evaluate_all("(all) => all.map((e) => e.pathname)"))
        more = plain_page.get_by_role("link", name="Toon meer")
        if not more.count():
            break
        follow(more)
    plain = [path for part in parts for path in part]

    page.goto(BOARD + query)
    for number, part in enumerate(parts[1:], start=1):
        so_far = sum(map(len, parts[:number]))
        page.get_by_role("link", name="Toon meer").click()
        expect(page.locator(f"{TITLES} a").nth(so_far)).to_be_focused()
        expect(page.locator("#status")).to_have_text(re.compile(rf"^Nog {len(part)} bericht"))
    shown = page.locator(f"{TITLES} a").evaluate_all("(all) => all.map((e) => e.pathname)")

    assert len(parts) > 1
    assert shown == plain
    assert len(set(plain)) == len(plain) == int(page.locator(COUNT).inner_text().split()[0])
    expect(page.get_by_role("link", name="Toon meer")).to_have_count(0)


def unreachable(route: Route) -> None:
    route.abort("connectionrefused")


def broken(route: Route) -> None:
    route.fulfill(status=500, body="<h1>Er ging iets mis</h1>")


@pytest.mark.parametrize("fault", [unreachable, broken])
@pytest.mark.parametrize("went_back", [False, True])
def test_a_failure_is_said_changes_nothing_and_passes(page: Page, fault: object, went_back: bool) -> None:
    page.goto(BOARD)
    if went_back:  # htmx then has put a new page into the old one
        page.locator("#filter-soort-aanbod").check()
        page.wait_for_url("**?soort=aanbod")
        page.go_back()
        expect(page.locator("#filter-soort-all")).to_be_checked()
    found = page.locator(TITLES).all_inner_texts()
    page.route("**soort=vraag**", fault)  # type: ignore[arg-type]  # one of the two above
    page.locator("#filter-soort-vraag").check()

    expect(page.locator("#status")).to_have_text(re.compile("^De verbinding lukte niet"))
    expect(page.locator("#status")).to_be_in_viewport()
    expect(page.locator("#status")).not_to_have_class("visually-hidden")
    assert page.locator(TITLES).all_inner_texts() == found

    page.unroute("**soort=vraag**")
    page.locator("#filter-soort-aanbod").check()
    expect(page.locator(".chip")).to_have_text(re.compile("Aanbod"))
    expect(page.locator("#status")).to_have_class("visually-hidden")
    follow(page.locator(f"{TITLES} a").first)
    expect(page.locator("main .prose").first).to_be_visible()
