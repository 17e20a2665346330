"""Passkeys in a real browser, with Chromium's virtual authenticator; and the second step without script."""

import re
import threading
from collections.abc import Iterator
from socket import socket
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from portal import create_app
from portal.accounts import passwords
from portal.accounts.models import Role
from portal.core.config import from_environment
from portal.operations import schema
from portal.operations.server import create_server
from tests.accounts.second_factor.conftest import code_of
from tests.people import make_user

PASSWORD = "zeven zwanen over de Vliet"


@pytest.fixture(scope="module")
def port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Flask]:
    """Serve a portal of its own on `localhost`, where browsers allow passkeys without https."""
    settings = {
        "PORTAL_INSTANCE": str(tmp_path_factory.mktemp("passkeys")),
        "PORTAL_BASE_URL": f"http://localhost:{port}",
        "PORTAL_LOG_LEVEL": "error",
    }
    app = create_app(from_environment(settings))
    with app.app_context():
        schema.upgrade()
    server = create_server(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield app
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def editor(served: Flask) -> str:
    """Return the address of a new editor without second factor."""
    with served.app_context():
        kept = passwords.hashed(PASSWORD)
        return make_user("Nel Nieuweling", Role.EDITOR, second_factor_at=None, password_hash=kept).email


def virtual_authenticator(page: Page) -> None:
    """Give the browser a device that keeps passkeys and says yes."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page, port: int, email: str, onward: str = "/redactie/") -> None:
    page.goto(f"http://localhost:{port}/account/inloggen?next={onward}")
    page.locator("main input[type=email], main input[name=email]").fill(email)
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main form:has(input[type=password]) button[type=submit]").click()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def test_an_editor_adds_a_passkey_and_signs_in_with_it(page: Page, port: int, editor: str) -> None:
    """An editor without second factor is led to it; the key serves as second step, and alone."""
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    virtual_authenticator(page)

    give_password(page, port, editor)
    expect(page.locator("h1")).to_have_text("Inloggen met een tweede stap")
    page.get_by_role("link", name="Een passkey toevoegen").click()
    page.get_by_label("Naam van deze passkey").fill("laptop")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.locator("h1")).to_have_text("Uw herstelcodes")
    expect(page.locator(".recovery-codes code")).to_have_count(10)

    sign_out(page)
    give_password(page, port, editor, "/account/tweede-stap/herstelcodes")
    page.get_by_role("button", name="Gebruik uw passkey").click()
    expect(page).to_have_url(re.compile("/herstelcodes$"))

    sign_out(page)
    page.goto(f"http://localhost:{port}/account/inloggen?next=/account/tweede-stap/herstelcodes")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page).to_have_url(re.compile("/herstelcodes$"))
    assert problems == []


def test_a_device_that_has_a_passkey_already_makes_no_second_one(page: Page, port: int, editor: str) -> None:
    """What the browser refuses is said on the page, and nothing is sent."""
    virtual_authenticator(page)
    give_password(page, port, editor)
    for name in ("laptop", "nog eens"):
        page.goto(f"http://localhost:{port}/account/passkeys/nieuw")
        page.get_by_label("Naam van deze passkey").fill(name)
        page.get_by_role("button", name="Toevoegen").click()
        if name == "laptop":
            expect(page.locator("h1")).to_have_text("Uw herstelcodes")
    expect(page.locator("[data-passkey-problem]")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Een passkey toevoegen")


def test_an_app_is_set_up_without_script(new_context: Any, port: int, editor: str) -> None:
    """CHECKS 89: the whole second step works as plain HTML, at 320 pixels."""
    context: BrowserContext = new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    page = context.new_page()
    give_password(page, port, editor)
    page.get_by_role("link", name="Een app instellen").click()
    expect(page.locator("img.qr")).to_be_visible()
    secret = (page.locator("code.secret").text_content() or "").replace(" ", "")
    page.get_by_label("Code uit de app").fill(code_of(secret))
    page.get_by_role("button", name="Instellen").click()
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    codes = page.locator(".recovery-codes code").all_text_contents()

    context.clear_cookies()
    give_password(page, port, editor, "/account/tweede-stap/herstelcodes")
    assert page.locator("form[data-passkey]:visible").count() == 0
    page.get_by_label("Code").fill(codes[3])
    page.get_by_role("button", name="Verder").click()
    expect(page).to_have_url(re.compile("/herstelcodes$"))
