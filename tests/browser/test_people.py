"""People on a portal of their own, with JavaScript and without: they register, post, judge, find, sign out."""

import io
import re
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NewPage, follow
from tests.browser.living import LivingPortal

PASSWORD = "vier gele fietsen op zolder"  # of invented people
SOON = 5_000
"""Milliseconds in which what was published must be found: a second is the requirement, the rest is a busy machine."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingPortal]:
    """Return a portal with its demo and its worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    living = LivingPortal(tmp_path_factory.mktemp("living"), port)
    try:
        living.wait()
        yield living
    finally:
        living.stop()


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def browser_of(portal: LivingPortal, new_page: NewPage, request: pytest.FixtureRequest) -> Callable[[], Page]:
    """Return a function that opens a browser of somebody, all with JavaScript or all without."""
    return lambda: new_page(base_url=portal.url, java_script_enabled=request.param)


_numbers = iter(range(1, 1000))


def address(name: str) -> str:
    """Return an address that nobody used yet."""
    return f"{name}{next(_numbers)}-{time.monotonic_ns()}@example.org"


def send(page: Page, name: str | None = None, value: str | None = None) -> None:
    """Press the button of the form of a page."""
    button = f"[name={name}][value={value}]" if name else "[type=submit]"
    follow(page.locator(f"main form[method=post] button{button}:not([aria-hidden], [hidden])").first)


def register(portal: LivingPortal, page: Page, name: str, email: str, onward: str = "") -> None:
    """Make an account and confirm it through the mailed link."""
    page.goto(onward or "/account/registreren")
    page.locator("#name").fill(name)
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    send(page)
    page.goto(portal.link_in_mail(email, "/account/bevestigen/"))
    send(page)
    expect(page.locator(".account-menu")).to_contain_text(name)


def sign_in(page: Page, email: str) -> None:
    """Sign in by password."""
    page.goto("/account/inloggen")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    follow(page.locator("main form:has(#password) button[type=submit]").first)


def editor(portal: LivingPortal, page: Page) -> None:
    """Sign a new editor in, who is made to set up a second factor first."""
    email = address("redactie")
    portal.run(
        "user", "create", "Rie Dactie", "--email", email, "--role", "editor", "--password-stdin", entered=PASSWORD
    )
    sign_in(page, email)
    page.goto("/redactie/")
    expect(page).to_have_url(re.compile("/account/tweede-stap"))
    page.goto("/account/tweede-stap/app?next=/redactie/")
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    follow(page.locator("main form:has(#code) button[type=submit]"))
    page.goto("/redactie/")
    expect(page.locator("h1")).to_have_text("Te beoordelen")


def picture() -> FilePayload:
    """Return a small picture to send along."""
    file = io.BytesIO()
    Image.new("RGB", (640, 400), "#7a5").save(file, "JPEG")
    return {"name": "../foto.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def shows(page: Page, path: str, text: str) -> Callable[[], bool]:
    """Return a question: does a page show a text now?"""
    return lambda: text in page.request.get(path).text()


def soon(question: Callable[[], bool], wanted: bool) -> None:
    """Wait until the answer is as wanted; fail when it takes longer than a busy machine needs."""
    deadline = time.monotonic() + SOON / 1000
    while question() is not wanted:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_post_from_registering_to_withdrawing(portal: LivingPortal, browser_of: Callable[[], Page]) -> None:
    member, desk = browser_of(), browser_of()
    visitor = browser_of()
    email, word = address("docent"), f"Zwaluwstaart{next(_numbers)}"
    title = f"{word} gezocht voor de werkplaats"
    register(portal, member, "Dora Docent", email)

    member.goto("/vraag-en-aanbod/nieuw")
    member.get_by_role("radio", name=re.compile("^Vraag|Ik vraag", re.IGNORECASE)).first.check()
    member.locator("#category").select_option(index=3)
    member.locator("#title").fill(title)
    member.locator("#body").fill("Wij zoeken iemand die **verbindingen** in hout kan voordoen.")
    member.locator("#uploads").set_input_files(picture())
    send(member, "do", "verstuur")
    expect(member.locator(".error-summary")).to_contain_text("vertel wat er op afbeelding 1 te zien is")
    member.locator("[name^=describe-]").fill("Een werkbank met een houtverbinding.")
    send(member, "do", "verstuur")
    assert member.locator(".error-summary li").all_inner_texts() == []
    expect(member.locator("h1")).to_have_text(title)
    own = member.url
    assert visitor.goto(own).status == 404  # type: ignore[union-attr]  # goto of a page answers

    editor(portal, desk)
    follow(desk.locator(".desk-case a", has_text=title))
    desk.locator("#reason").fill("Zet erbij in welke week het is.")
    send(desk, "decision", "send_back")
    assert portal.mail_to(email, "Zet erbij in welke week het is.")

    member.goto(own.rsplit("/", 1)[0] + "/" + re.search(r"/(\d+)-", own).group(1) + "/bewerken")  # type: ignore[union-attr]
    expect(member.locator("main")).to_contain_text("Zet erbij in welke week het is.")
    member.locator("#period").fill("week 9 en 10")
    send(member, "do", "verstuur")
    desk.goto("/redactie/")
    follow(desk.locator(".desk-case a", has_text=title))
    send(desk, "decision", "approve")

    soon(shows(visitor, f"/zoeken?q={word}", own.removeprefix(portal.url)), True)
    soon(shows(visitor, "/vraag-en-aanbod/feed.atom", title), True)
    visitor.goto(own)
    expect(visitor.locator("main img[src^='/media/']").first).to_be_visible()

    member.goto(own)
    follow(member.get_by_role("link", name="Intrekken"))
    send(member)
    soon(shows(visitor, f"/zoeken?q={word}", own.removeprefix(portal.url)), False)
    assert title not in visitor.request.get("/vraag-en-aanbod/feed.atom").text()
    assert visitor.goto(own).status == 410  # type: ignore[union-attr]  # likewise


def test_a_signatory_publishes_news_and_hands_the_seat_over(
    portal: LivingPortal, browser_of: Callable[[], Page]
) -> None:
    """The seat goes from an invitation by the owner to a successor."""
    desk, first, second = browser_of(), browser_of(), browser_of()
    owner_mail, colleague = address("eigenaar"), address("collega")
    register(portal, first, "Ella Eigenaar", owner_mail)
    organisation = claim(portal, first, desk)

    first.goto(f"/organisaties/{organisation}/uitnodigen")
    first.locator("#email").fill(colleague)
    first.locator("#role").fill("docent techniek")
    send(first)
    invitation = portal.link_in_mail(colleague, "/uitnodiging/")
    second.goto(invitation)
    second.locator("#name").fill("Cas Collega")
    second.locator("#password").fill(PASSWORD)
    send(second)
    expect(second.locator("main")).to_contain_text("u spreekt nu namens")

    second.goto("/nieuws/insturen")
    title = f"Open dag in de smederij {next(_numbers)}"
    second.locator("#title").fill(title)
    second.locator("#lead").fill("Op vrijdag staat de deur open voor iedereen.")
    second.locator("#body").fill("Kom kijken hoe ijzer buigt.")
    second.locator("#organisation").select_option(index=1)
    send(second, "do", "verstuur")
    soon(shows(second, "/nieuws/", title), True)
    soon(shows(second, "/nieuws/feed.atom", title), True)

    first.goto(f"/organisaties/{organisation}/plaatsen")
    follow(first.get_by_role("link", name=re.compile("Overdragen.*Ella")))
    first.get_by_role("radio", name="Cas Collega").check()
    first.locator("#role").fill("teamleider")
    send(first)
    expect(first.locator(".notice")).to_contain_text("Cas Collega")
    assert first.goto(f"/organisaties/{organisation}/bewerken").status == 403  # type: ignore[union-attr]  # likewise


def claim(portal: LivingPortal, page: Page, desk: Page) -> str:
    """Claim an organisation that signed, and let an editor allow it; returns its slug."""
    page.goto("/ondertekenaars/")
    paths = [link.get_attribute("href") or "" for link in page.locator("main a[href^='/organisaties/']").all()]
    slug = paths[next(_numbers) % len(paths)].rsplit("/", 1)[1]
    page.goto(f"/organisaties/{slug}/claimen")
    page.locator("#role").fill("directeur")
    send(page)
    editor(portal, desk)
    follow(desk.locator(".desk-case a").last)
    send(desk, "decision", "approve")
    return slug


def test_nothing_personal_is_left_after_signing_out(portal: LivingPortal, new_page: NewPage) -> None:
    """CHECKS 22, 76, 77: not by going back, and not in what the browser stores."""
    page = new_page(base_url=portal.url)
    register(portal, page, "Vera Vertrekt", address("vera"))
    page.goto("/account/instellingen")
    page.goto("/vraag-en-aanbod/")
    page.locator(".account-menu summary").click()
    follow(page.get_by_role("button", name="Uitloggen"))
    page.go_back()

    expect(page.locator("body")).not_to_contain_text("Vera Vertrekt")
    page.goto("/account/instellingen")
    expect(page).to_have_url(re.compile("/account/inloggen"))
    kept: Any = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Vera" not in kept
