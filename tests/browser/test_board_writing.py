"""Placing a post in a browser: with script the draft is kept and the guide follows; without it all works by buttons."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from portal.accounts.models import User
from portal.accounts.sessions import Sessions
from portal.board.models import Category
from portal.community.models import Municipality
from portal.core.storage.database import transaction
from portal.operations.server import create_server
from portal.search.indexing import indexer
from tests.browser.conftest import NewPage, follow
from tests.files import makers
from tests.fixtures import make_application
from tests.people import make_user, sign_in

BODY = "Twee uur **lassen** in de werkplaats, met helm en handschoenen."
PREVIEW = ".preview .prose strong"


@pytest.fixture(scope="module")
def writing_site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return a portal in which one can write, with two categories."""
    application = make_application(tmp_path_factory.mktemp("writing"))
    with application.app_context():
        with transaction() as session:
            session.add(Category(slug="gastles", label="Gastles", explanation="Een les.", synonyms=[]))
            session.add(Category(slug="coach", label="Coach", explanation="Een begeleider.", synonyms=[]))
            session.add(Municipality(slug="delft", name="Delft"))
        indexer.rebuild()
    return application


@pytest.fixture(scope="module")
def address(writing_site: Flask) -> Iterator[str]:
    """Serve it on a free port."""
    server = create_server(writing_site, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def cookie(writing_site: Flask, address: str) -> list[dict[str, Any]]:
    """Return the cookie of a member who is signed in."""
    assert isinstance(writing_site.session_interface, Sessions)
    with writing_site.app_context():
        user: User = make_user("Lotte van der Lid")
        token = sign_in(writing_site.test_client(), user)
    return [{"name": writing_site.config["SESSION_COOKIE_NAME"], "value": token, "url": address}]


def fill(page: Page, title: str) -> None:
    page.get_by_label("Ik bied iets aan").check()
    page.get_by_label("Rubriek").select_option("gastles")
    page.get_by_label("Titel").fill(title)
    page.locator("#body").fill(BODY)


def test_with_script_the_guide_follows_and_a_draft_is_kept(
    new_page: NewPage, address: str, cookie: list[Any], tmp_path: Path
) -> None:
    page = new_page()
    context: BrowserContext = page.context
    context.add_cookies(cookie)
    picture = tmp_path / "foto.jpg"
    picture.write_bytes(makers.picture(size=(400, 300)))
    page.goto(f"{address}/vraag-en-aanbod/nieuw")

    fill(page, "Gastles lassen met script")
    expect(page.locator("#guide h2")).to_contain_text("gastles")
    expect(page.locator(".draft-state")).to_contain_text("Bewaard als concept")
    page.get_by_role("button", name="Voorbeeld").click()
    expect(page.locator(PREVIEW)).to_have_text("lassen")
    assert page.url.endswith("/nieuw")

    page.set_input_files("#uploads", picture)
    follow(page.get_by_role("button", name="Voeg de gekozen bestanden toe"))
    page.locator("#describe-1").fill("Twee leerlingen lassen")
    follow(page.get_by_role("button", name="Stuur naar de redactie", exact=True))
    expect(page.locator("h1")).to_have_text("Gastles lassen met script")
    expect(page.locator(".tools-state")).to_contain_text("Te beoordelen")
    expect(page.get_by_alt_text("Twee leerlingen lassen")).to_be_visible()


def test_without_script_every_step_has_its_button(new_page: NewPage, address: str, cookie: list[Any]) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page.context.add_cookies(cookie)
    page.goto(f"{address}/vraag-en-aanbod/nieuw")

    follow(page.get_by_role("button", name="Stuur naar de redactie", exact=True))
    expect(page.locator(".error-summary li")).to_have_count(4)
    fill(page, "Gastles lassen zonder script")
    follow(page.get_by_role("button", name="Toon de schrijfwijzer"))
    expect(page.locator("#guide h2")).to_contain_text("gastles")
    follow(page.get_by_role("button", name="Voorbeeld"))
    expect(page.locator(PREVIEW)).to_have_text("lassen")
    follow(page.get_by_role("button", name="Bewaar als concept", exact=True))
    expect(page.get_by_label("Titel")).to_have_value("Gastles lassen zonder script")
    follow(page.get_by_role("button", name="Stuur naar de redactie", exact=True))
    expect(page.locator("h1")).to_have_text("Gastles lassen zonder script")

    follow(page.get_by_role("link", name="Intrekken"))
    follow(page.get_by_role("button", name="Intrekken"))
    expect(page.locator(".tools-state")).to_contain_text("Ingetrokken")


def test_two_windows_and_an_ended_session_lose_nothing(new_page: NewPage, address: str, cookie: list[Any]) -> None:
    """Without script: the text waits on the page that says so, and comes back after signing in."""
    page = new_page(java_script_enabled=False)
    page.context.add_cookies(cookie)
    page.goto(f"{address}/vraag-en-aanbod/nieuw")
    fill(page, "Gastles van wie werd afgemeld")

    page.context.clear_cookies()
    follow(page.get_by_role("button", name="Stuur naar de redactie", exact=True))
    expect(page.locator("h1")).to_contain_text("niet meer ingelogd")
    page.context.add_cookies(cookie)
    follow(page.get_by_role("button", name="Ga verder met mijn tekst"))
    expect(page.locator("#body")).to_have_value(BODY)
    follow(page.get_by_role("button", name="Stuur naar de redactie", exact=True))
    expect(page.locator("h1")).to_have_text("Gastles van wie werd afgemeld")
