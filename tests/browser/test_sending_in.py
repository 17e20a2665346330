"""A signatory publishes news, and an event of a member goes past the desk: with JavaScript and without."""

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.actionplan.models import ActionAgenda, Signature
from portal.agenda.models import EventKind
from portal.community.models import Organisation, Seat
from portal.core.clock import today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.operations.server import create_server
from portal.search.indexing import indexer
from tests.browser.conftest import NewPage, follow
from tests.fixtures import make_application
from tests.people import client_of, make_user, sign_in

SOON = 5_000
"""Milliseconds: a second is the requirement, the rest is a busy machine."""
OpenFor = Callable[[int | None], Page]


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """Serve an empty portal with one organisation that signed, and with the worker that keeps search up to date."""
    app = make_application(Path(tmp_path_factory.mktemp("writing")))
    with app.app_context(), transaction() as session:
        agenda = ActionAgenda(slug="haaglanden", title="Agenda", region="Haaglanden", year=2014, summary="Kort.")
        school = Organisation(slug="haagse-bocht", name="Vakschool Haagse Bocht", kind="mbo")
        session.add(Signature(agenda=agenda, organisation=school, whole_agenda=True))
        session.add(EventKind(slug="kenniscafe", label="Kenniscafé", explanation="", synonyms=[]))
    server, stop = create_server(app, "127.0.0.1", 0), threading.Event()
    threads = [
        threading.Thread(target=server.run, daemon=True),
        threading.Thread(target=_index, args=(app, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield app, f"http://127.0.0.1:{server.effective_port}"
    stop.set()
    server.close()
    for thread in threads:
        thread.join(timeout=5)


def _index(app: Flask, stop: threading.Event) -> None:
    with app.app_context():
        indexer.run_forever(stop)


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def open_for(small_site: tuple[Flask, str], new_page: NewPage, request: pytest.FixtureRequest) -> OpenFor:
    """Return a function that opens a browser in which somebody is signed in."""
    app, address = small_site

    def open_page(user_id: int | None) -> Page:
        page = new_page(base_url=address, java_script_enabled=request.param)
        if user_id is not None:
            with app.app_context():
                user = db.session.get_one(User, user_id)
                token = sign_in(client_of(app, None), user)
            cookie = {"name": app.config["SESSION_COOKIE_NAME"], "value": token, "url": address}
            page.context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's typed dict
        return page

    return open_page


def person(app: Flask, name: str, *, seat: bool = False) -> int:
    """Add somebody, with a seat at the school or without; returns the number of the account."""
    with app.app_context():
        user = make_user(name)
        if seat:
            with transaction() as session:
                school = session.scalars(select(Organisation)).one()
                session.add(Seat(user_id=user.id, organisation_id=school.id, role="teamleider", since=today()))
        return user.id


def picture() -> FilePayload:
    content = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(content, "JPEG")
    return {"name": "brug.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def press(page: Page, name: str) -> None:
    follow(page.locator("main").get_by_role("button", name=name, exact=True))


def test_a_signatory_publishes_news(small_site: tuple[Flask, str], open_for: OpenFor) -> None:
    app, _address = small_site
    page, visitor = open_for(person(app, "Sigrid Ondertekenaar", seat=True)), open_for(None)
    page.goto("/nieuws/")
    follow(page.get_by_role("link", name="Nieuws insturen").first)
    page.get_by_label("Titel").fill("Leerlingen lassen een fietsbrug")
    page.locator("#image").set_input_files(picture())
    press(page, "Verstuur")

    expect(page.locator(".error-summary")).to_contain_text("Vertel wat er op de foto te zien is")
    expect(page.locator(".picture-now img")).to_be_visible()
    page.locator("#lead").fill("Een zomer lang vonken.")
    page.locator("#body").fill("Het **staal** kwam uit Delft.")
    page.locator("#image_alt").fill("Een blauwgroene brug")
    press(page, "Voorbeeld")
    expect(page.locator(".preview-title")).to_have_text("Leerlingen lassen een fietsbrug")
    press(page, "Verstuur")
    expect(page.locator("main h1")).to_have_text("Leerlingen lassen een fietsbrug")
    path = page.url

    visitor.goto(path)
    expect(visitor.get_by_alt_text("Een blauwgroene brug")).to_be_visible()
    expect(visitor.locator(".tools")).to_have_count(0)
    found = visitor.locator(".search-result", has_text="fietsbrug")
    for _ in range(SOON // 200):
        visitor.goto("/zoeken?q=fietsbrug")
        if found.count():
            break
        visitor.wait_for_timeout(200)
    expect(found.first).to_be_visible()
    assert "fietsbrug" in visitor.request.get("/nieuws/feed.atom").text()

    follow(page.get_by_role("link", name="Intrekken", exact=True))
    press(page, "Artikel intrekken")
    answer = visitor.goto(path)
    assert answer is not None
    assert answer.status == 410
    assert "fietsbrug" not in visitor.request.get("/nieuws/feed.atom").text()


def test_a_member_proposes_an_event_in_the_night_the_clock_goes_back(
    small_site: tuple[Flask, str], open_for: OpenFor
) -> None:
    app, _address = small_site
    page = open_for(person(app, "Lotte Lid"))
    page.goto("/agenda/")
    follow(page.get_by_role("link", name="Bijeenkomst voorstellen").first)
    page.locator("#kind").select_option("kenniscafe")
    page.locator("#title").fill("Nacht van de techniek")
    page.locator("#summary").fill("Een nacht in de werkplaats.")
    page.locator("#venue").fill("De Loods")
    page.locator("#first_day").fill("2027-10-31")
    page.locator("#start").fill("02:30")
    page.locator("#end").fill("05:00")
    page.locator("[name=organisers]").first.fill("Vakschool Haagse Bocht")
    press(page, "Stuur naar de redactie")
    expect(page.locator("#start-error")).to_contain_text("komt twee keer voor")
    page.get_by_label("de tweede keer, wintertijd").check()
    press(page, "Stuur naar de redactie")
    expect(page.locator(".tools-state")).to_contain_text("Te beoordelen")
    expect(page.locator(".event-when time").first).to_have_attribute("datetime", "2027-10-31T02:30:00+01:00")
    expect(page.locator(".notices, [role=status]", has_text="Dank u wel").first).to_be_visible()
