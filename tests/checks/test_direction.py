"""What people write in Arabic or Hebrew runs from right to left, wherever it stands (HTML: dir=auto)."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import select

from portal.accounts import audit
from portal.accounts.models import AuditEntry, User
from portal.actionplan.models import Action, ActionAgenda, Theme
from portal.agenda.models import Event, EventKind
from portal.board.models import Category, Post
from portal.community.models import Claim, Invitation, Organisation, Profile, Seat
from portal.core.storage.database import transaction
from portal.desk.models import Report
from portal.examples.models import Example
from portal.newsflash.models import Article, Issue
from portal.pages.models import Page
from portal.publishing import services as publishing
from portal.publishing.models import State, StateChange
from portal.search.indexing import indexer
from tests.checks import hostile, walk
from tests.fixtures import InspectingClient, make_application
from tests.world import World, world

__all__ = ["world"]

WELCOME = "مرحبا"
TEXTS = (f"{WELCOME} één", f"{WELCOME} twee", f"{WELCOME} drie")
SAID_ELSEWHERE = ("title", "script", "style", "template")
"""Elements that are not shown, or show their text in the frame of the browser."""


def astray(source: str) -> Iterator[str]:
    """Yield the elements of a page that hold words of people and take their direction from the page."""
    body = LexborHTMLParser(source).body
    for node in body.traverse(include_text=True) if body else ():
        if node.tag == "-text" and WELCOME in (node.text_content or "") and not _is_directed(node):
            parent = node.parent
            yield " < ".join(_path(parent)) if parent else ""


def _is_directed(node: LexborNode) -> bool:
    return any(one.attributes.get("dir") == "auto" or one.tag in ("bdi", *SAID_ELSEWHERE) for one in _above(node))


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None and above.tag != "body":
        yield above
        above = above.parent


def _path(node: LexborNode) -> list[str]:
    return [f"{one.tag}.{one.attributes.get('class') or ''}" for one in (node, *_above(node))][:5]


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return a portal in which everything was written in Arabic."""
    application = make_application(tmp_path_factory.mktemp("arabic"))
    with application.app_context():
        hostile.build(TEXTS)
        indexer.rebuild()
    return application


def test_words_of_people_have_their_own_direction_on_every_public_page(arabic: Flask) -> None:
    pages = walk.crawl(cast(InspectingClient, arabic.test_client()))
    html = {address: page.get_data(as_text=True) for address, page in pages.items() if page.mimetype == "text/html"}
    found = {where: address for address, source in html.items() for where in astray(source)}

    assert sum(WELCOME in source for source in html.values()) > 40
    assert not found, "\n".join(f"{address}: {where}" for where, address in sorted(found.items()))


WRITTEN: dict[type[Any], tuple[str, ...]] = {
    User: ("name",),
    Profile: ("function", "expertise", "offers", "seeks"),
    Organisation: ("name", "summary", "place", "region"),
    Seat: ("role", "bio"),
    Category: ("label", "explanation"),
    EventKind: ("label", "explanation"),
    Theme: ("title", "short_title"),
    Action: ("title", "summary"),
    ActionAgenda: ("title", "region", "summary"),
    Post: ("title", "body_html", "excerpt", "period", "requirements", "closed_note"),
    Event: ("title", "body_html", "summary", "venue", "address", "audience", "costs", "status_reason"),
    Article: ("title", "lead", "body_html"),
    Issue: ("title", "intro"),
    Example: ("name", "summary"),
    Page: ("title", "summary", "body_html"),
    StateChange: ("reason", "actor_name"),
    AuditEntry: ("subject_title", "actor_name", "note"),
    Report: ("title", "text"),
    Claim: ("role", "reason"),
    Invitation: ("role",),
}
"""The tables that hold words of people, and the columns with them that the pages of members and editors show."""


@pytest.fixture
def arabic_world(world: World) -> Iterator[World]:
    """Return the portal with one thing of every kind, all of it written in Arabic, with a past and things that wait."""
    with transaction() as session:
        people = {user.name: user for user in session.scalars(select(User))}
        member, editor = people["Persoon Member"], people["Persoon Editor"]
        post, event, proposal = (
            session.scalars(select(Post).order_by(Post.id).limit(1)).one(),
            *session.scalars(select(Event).order_by(Event.id)),
        )
        article, organisation = session.scalars(select(Article)).one(), session.scalars(select(Organisation)).one()
        for row in (post, event, article, organisation):
            audit.record(editor, "post.changed", row, note="x", who=f"{WELCOME} wie")
            session.add(Report(kind="bericht", about_id=post.id, title="x", ground="other", text="x", path=post.path))
        session.add(Claim(user=member, organisation=organisation, role="x", reason="x"))
        publishing.move(proposal, State.DRAFT, editor, "x")
        session.flush()
        for cls, columns in WRITTEN.items():
            for row in session.scalars(select(cls)):
                for column in columns:
                    setattr(row, column, f"{WELCOME} {column}")
    yield world
    world.restore()


@pytest.mark.parametrize("kind", ["member", "signatory", "administrator"])
def test_words_of_people_have_their_own_direction_where_they_are_written(arabic_world: World, kind: str) -> None:
    rules = [rule for rule in arabic_world.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    found: dict[str, str] = {}
    seen = 0
    for rule in rules:
        answer = arabic_world.client(kind).get(arabic_world.address(rule), follow_redirects=True)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            source = answer.get_data(as_text=True)
            seen += WELCOME in source
            found |= dict.fromkeys(astray(source), rule.rule)

    assert seen > 20
    assert not found, "\n".join(f"{address}: {where}" for where, address in sorted(found.items()))
