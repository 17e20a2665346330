"""Saving without an account: in the browser, and moved to the account on signing in; without script by signing in."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.accounts import passwords
from portal.operations.server import create_server
from tests.browser.conftest import NewPage, follow
from tests.fixtures import make_staffed_demo
from tests.people import PASSWORD, make_user

EMAIL = "bea@example.org"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a portal of its own with a member; return its address."""
    app: Flask = make_staffed_demo(tmp_path_factory.mktemp("saved"))
    with app.app_context():
        make_user("Bea Bewaarder", email=EMAIL, password_hash=passwords.hashed(PASSWORD))
    server = create_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


def open_post(page: Page) -> str:
    """Go to the first post of the board; return its title."""
    page.goto("/vraag-en-aanbod/")
    follow(page.locator(".post-card .card-title a").first)
    return page.locator("h1").inner_text()


def enter(page: Page) -> None:
    """Sign in with the form that is shown."""
    page.locator("main [name=email]").fill(EMAIL)
    page.locator("main [name=password]").fill(PASSWORD)
    follow(page.locator("main form button[type=submit]").first)


def test_what_a_visitor_saved_moves_to_the_account(portal: str, new_page: NewPage) -> None:
    page = new_page(base_url=portal, viewport={"width": 360, "height": 700})
    title = open_post(page)
    button = page.locator("[data-save]")
    button.click()
    expect(button).to_have_text("Bewaard: weghalen")
    expect(page.locator("#status")).to_have_text("Bewaard: weghalen")
    page.reload()
    expect(button).to_have_text("Bewaard: weghalen")

    page.goto("/bewaard/")
    expect(page.locator("#saved .card-title")).to_have_text(title)
    follow(page.get_by_role("link", name="Inloggen").last)
    with page.expect_response("**/bewaard/verhuizen") as moved:
        enter(page)
    assert moved.value.status == 204
    page.goto("/bewaard/")
    expect(page.locator("#saved .card-title")).to_have_text(title)
    assert page.evaluate("localStorage.getItem('saved')") is None

    follow(page.locator("#saved button", has_text="weghalen"))
    expect(page.locator("#saved .card-title")).to_have_count(0)


def test_without_script_a_visitor_signs_in_and_it_is_saved(portal: str, new_page: NewPage) -> None:
    page = new_page(base_url=portal, java_script_enabled=False)
    title = open_post(page)
    follow(page.locator("[data-save]"))
    enter(page)

    assert page.locator("h1").inner_text() == title
    assert "Bewaard" in page.locator("main .save-form").inner_text()
