"""Every page of every role at every width: running text has room, also with letters twice as large."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, url_for
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.accounts.models import Role, User
from portal.agenda.models import Event
from portal.board.models import Post
from portal.community.models import Organisation, Seat
from portal.core.extensions import db
from portal.core.web.access import Audience, audience_of
from portal.newsflash.models import Article
from portal.operations.server import create_server
from portal.publishing import desk
from portal.publishing.models import State
from portal.search.models import SynonymGroup
from tests.browser.test_accessibility import OVERFLOWING
from tests.fixtures import make_staffed_demo
from tests.people import client_of, sign_in

pytestmark = pytest.mark.timeout(600)
WIDTHS = (360, 768, 1000, 1200, 1280)
LEAST = 240
"""Pixels: about thirty letters; anything narrower breaks words of Dutch apart."""

# A text column: what holds at least 80 characters of running text, and no other block. Cells of a table or of a month
# and what is only read aloud are none. Text in several columns is as wide as one of them.
NARROW = """(least) => [...document.querySelectorAll('main *')]
    .filter((e) => !e.closest('td, th, select, textarea, svg, .visually-hidden, .chip, .month-event'))
    .filter((e) => e.checkVisibility())
    .filter((e) => !getComputedStyle(e).display.startsWith('inline') && e.textContent.trim().length >= 80)
    .filter((e) => ![...e.querySelectorAll('*')].some((inner) => !getComputedStyle(inner).display.startsWith('inline')))
    .map((e) => {
        const style = getComputedStyle(e);
        const inner = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const count = parseInt(style.columnCount) || 1, gap = parseFloat(style.columnGap) || 0;
        const width = (inner - (count - 1) * gap) / count;
        return [Math.round(width), `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 50)}`];
    })
    .filter(([width]) => width < least)
    .map(([width, name]) => `${width} px ${name}`)"""
UNFOLD = "document.querySelectorAll('main details').forEach((e) => { e.open = true; })"
# As somebody sets it who reads large letters: everything that is measured in letters grows, the window does not.
LARGE_LETTERS = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('html { font-size: 200% }');
    document.adoptedStyleSheets.push(sheet);
}"""
ROLES = {
    "visitor": (Audience.PUBLIC, Audience.VISITORS, Audience.TOKEN_HOLDERS),
    "owner": (Audience.MEMBERS, Audience.HALF_SIGNED_IN),
    "editor": (Audience.EDITORS,),
    "administrator": (Audience.ADMINISTRATORS,),
}
"""What each looks at: the pages that open up with that role."""
LEAST_PAGES = {"visitor": 30, "owner": 20, "editor": 12, "administrator": 4}
"""How many pages there must be at least, so that a page that is not found does not pass unseen."""


class Desk:
    """A portal of its own with the demo and its accounts, served; nothing here changes anything in it."""

    def __init__(self, app: Flask, url: str) -> None:
        """Take the application and where it answers."""
        self.app, self.url = app, url
        with app.app_context():
            staff = {user.role: user for user in db.session.scalars(select(User).where(User.role != Role.MEMBER))}
            seat = db.session.scalars(select(Seat).where(Seat.is_owner).order_by(Seat.id)).first()
            assert seat is not None
            people = {"owner": seat.user, "editor": staff[Role.EDITOR], "administrator": staff[Role.ADMINISTRATOR]}
            self.cookies = {name: sign_in(client_of(app, None), user) for name, user in people.items()}
            self.arguments = _arguments(seat)
            self.cases = [f"/redactie/{case.kind}/{case.id}" for case in desk.cases()]

    def client(self, role: str) -> Any:
        """Return a client of the application in which somebody of a role is signed in."""
        client = client_of(self.app, None)
        if role in self.cookies:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookies[role], domain="localhost")
        return client

    def open(self, browser: Browser, role: str) -> Page:
        """Return a page of a browser in which somebody of a role is signed in."""
        context = browser.new_context(base_url=self.url, locale="nl-NL", reduced_motion="reduce")
        if role in self.cookies:
            name = self.app.config["SESSION_COOKIE_NAME"]
            context.add_cookies([{"name": name, "value": self.cookies[role], "url": self.url}])
        return context.new_page()

    def addresses(self, role: str) -> list[str]:
        """Return the pages for a role that answer, each once."""
        client, found = self.client(role), dict[str, None]()
        with self.app.app_context():
            for rule in self.app.url_map.iter_rules():
                if "GET" in (rule.methods or ()) and audience_of(self.app, rule.endpoint) in ROLES[role]:
                    found |= dict.fromkeys(self._of_rule(rule))
            if role == "editor":
                found |= dict.fromkeys(self.cases)
            return [address for address in found if _is_page(client.get(address))]

    def _of_rule(self, rule: Rule) -> list[str]:
        room = rule.endpoint.partition(".")[0]
        values = {}
        for name in rule.arguments:
            keys = (f"{rule.endpoint}:{name}", f"{room}:{name}", name)
            value = next((self.arguments[key] for key in keys if key in self.arguments), None)
            if value is None:
                return []
            values[name] = value
        with self.app.test_request_context():
            return [url_for(rule.endpoint, **values)]


def _is_page(answer: Any) -> bool:
    return answer.status_code == 200 and answer.mimetype == "text/html" and b"<html" in answer.data


def _arguments(seat: Seat) -> dict[str, Any]:
    def newest(model: Any) -> Any:
        waiting = select(model).where(model.state == State.REVIEW).order_by(model.id.desc())
        return db.session.scalars(waiting).first()

    event, organisation = newest(Event), db.session.get_one(Organisation, seat.organisation_id)
    return {
        "post_id": db.session.scalars(select(Post.id).where(Post.state == State.OPEN).order_by(Post.id)).first(),
        "event_id": db.session.scalars(select(Event.id).where(Event.state == State.OPEN)).first() or event.id,
        "article_id": newest(Article).id,
        "kind": "bericht",
        "about_id": db.session.scalars(select(Post.id).where(Post.state == State.OPEN).order_by(Post.id)).first(),
        "community:slug": organisation.slug,
        "community.member:slug": "amina-oulad",
        "seat_id": seat.id,
        "user_id": seat.user_id,
        "group_id": db.session.scalars(select(SynonymGroup.id)).first(),
        "actionplan:slug": "techniek",
        "actionplan:number": 1,
        "examples:slug": "technasium",
        "newsflash:number": 17,
        "slug": "iets",
        "what": "registratie",
    }


@pytest.fixture(scope="module")
def living_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve a portal with the demo and its accounts."""
    app = make_staffed_demo(tmp_path_factory.mktemp("desk"))
    server = create_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(app, f"http://127.0.0.1:{server.effective_port}")
    server.close()
    thread.join(timeout=5)


@dataclass
class Seen:
    """What was measured on the pages of a role."""

    addresses: list[str]
    narrow: list[str] = field(default_factory=list)
    sideways: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def look(living_desk: Desk, browser: Browser) -> Callable[[str], Seen]:
    """Return a function that goes past all pages of a role, once."""
    kept: dict[str, Seen] = {}

    def measure(role: str) -> Seen:
        if role not in kept:
            kept[role] = _measure(living_desk, browser, role)
        return kept[role]

    return measure


def _measure(living_desk: Desk, browser: Browser, role: str) -> Seen:
    page, seen = living_desk.open(browser, role), Seen(living_desk.addresses(role))
    for address in seen.addresses:
        page.goto(address)
        page.evaluate(UNFOLD)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            seen.narrow += [f"{address} at {width}: {text}" for text in page.evaluate(NARROW, LEAST)]
        page.set_viewport_size({"width": 768, "height": 900})
        page.evaluate(LARGE_LETTERS)
        if sticking_out := page.evaluate(OVERFLOWING):
            seen.sideways[address] = sticking_out
    page.context.close()
    return seen


@pytest.mark.parametrize("role", ROLES)
def test_no_column_of_text_is_narrower_than_thirty_letters(look: Callable[[str], Seen], role: str) -> None:
    seen = look(role)

    assert seen.narrow == []
    assert len(seen.addresses) >= LEAST_PAGES[role], seen.addresses


@pytest.mark.parametrize("role", ROLES)
def test_letters_twice_as_large_scroll_nothing_sideways(look: Callable[[str], Seen], role: str) -> None:
    """WCAG 1.4.4, at 768 pixels; a table may scroll in its own frame."""
    assert look(role).sideways == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_decision_is_in_sight_beside_or_below_what_is_judged(
    living_desk: Desk, browser: Browser, width: int
) -> None:
    """However far one reads: the buttons themselves, or the bar that leads to them; "Wijzigen" beside it."""
    page = living_desk.open(browser, "editor")
    page.set_viewport_size({"width": width, "height": 700})
    for address in living_desk.cases:
        page.goto(address)
        page.evaluate("document.querySelector('.desk-preview').scrollIntoView({block: 'end', behavior: 'instant'})")
        ways = page.locator(".desk-bar a:visible, .desk-decide button:visible")
        seen = [text for text in ways.evaluate_all(IN_SIGHT) if text]
        assert seen, f"{address} shows no decision at {width}"
    page.goto(next(case for case in living_desk.cases if "/artikel/" in case))
    assert page.locator(".desk-decide a:visible, .desk-bar a:visible", has_text="Wijzigen").first.is_visible()
    page.context.close()


IN_SIGHT = """(nodes) => nodes.filter((e) => {
    const box = e.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}).map((e) => e.textContent.trim())"""
