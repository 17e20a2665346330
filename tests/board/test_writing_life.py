"""What becomes of a post after it was handed in: changed, sent back, extended, closed, withdrawn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import AuditEntry, User
from portal.board import extend_link, jobs, moderation, services
from portal.board.models import Post
from portal.board.services import OPEN_FOR
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from portal.publishing import desk
from portal.publishing.models import State
from portal.publishing.services import history
from portal.search.indexing import indexer
from tests.board.conftest import BOARD, CLEAR
from tests.board.test_writing import HTMX, NEW, post_of
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of

METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH"]
ACTIONS = ["bewerken", "verlengen", "intrekken", "afronden", "in-gesprek", "concept"]


@pytest.fixture
def writer(app: Flask, network: dict[str, Any], member: User) -> SignedInClient:
    return client_of(app, member)


@pytest.fixture
def waiting(writer: SignedInClient) -> Post:
    """A post that waits for the editors."""
    writer.post_form(NEW, CLEAR)
    return post_of()


@pytest.fixture
def public(waiting: Post, editor: User) -> Post:
    """A post that an editor approved."""
    with transaction():
        services.approve_post(waiting, editor)
    return waiting


def facts(post: Post) -> tuple[Any, ...]:
    db.session.expire_all()
    return post.title, post.body, post.state, post.version, post.expires_at, post.closed_note


def address(post: Post, action: str) -> str:
    return f"{BOARD}{post.id}/{action}"


def test_an_owner_changes_a_public_post_and_it_stays_public(
    writer: SignedInClient, public: Post, client: InspectingClient
) -> None:
    """The address follows the title; the old one leads there."""
    old = public.path
    response = writer.post_form(address(public, "bewerken"), {"title": "Een heel andere titel"})

    assert response.location == f"{BOARD}{public.id}-een-heel-andere-titel"
    assert client.get(old).location == response.location
    assert client.get(response.location).only("h1") == "Een heel andere titel"


@pytest.mark.parametrize("who", ["member", "visitor"])
@pytest.mark.parametrize("state", ["waiting", "public"])
@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_touches_the_post_of_another(
    app: Flask, request: pytest.FixtureRequest, other_member: User, who: str, state: str, action: str
) -> None:
    """CHECKS 31, 32, 35, 36: by any method, as htmx, by override: refused, and the post is as it was."""
    post: Post = request.getfixturevalue(state)
    before = facts(post)
    browser = client_of(app, other_member if who == "member" else None)
    csrf = browser.get(NEW).attributes("main [name=csrf_token]", "value") if who == "member" else ["x"]
    data = {
        **CLEAR,
        "title": "Gekaapt",
        "body": "Dit is van een ander gemaakt.",
        "version": before[3],
        "csrf_token": csrf[0],
        "stand": "open",
    }
    expected = {404, 405} if state == "waiting" else {403, 405}

    for method in METHODS:
        for headers in ({}, HTMX, {"X-HTTP-Method-Override": "PUT"}):
            response = browser.open(address(post, action), method=method, data=data, headers=headers)
            allowed = expected if who == "member" else {200, 303, 400, 401, 405}
            assert response.status_code in allowed, f"{method} {headers}: {response.status_code}"
            assert CLEAR["body"] not in response.get_data(as_text=True)
    assert facts(post) == before


@pytest.mark.parametrize("number", ["0", "999", "99999999999", "-1", "1e3", "abc"])
@pytest.mark.parametrize("action", ["bewerken", "verlengen", "intrekken", "afronden"])
def test_what_does_not_exist_is_not_found(writer: SignedInClient, number: str, action: str) -> None:
    """CHECKS 39: numbers have a type and a size."""
    assert writer.get(f"{BOARD}{number}/{action}").status_code == 404


def test_head_and_get_change_nothing(writer: SignedInClient, public: Post) -> None:
    """CHECKS 31: HEAD of a form does not run its saving branch."""
    before = facts(public)
    for action in ("bewerken", "verlengen", "intrekken", "afronden"):
        assert writer.head(address(public, action)).status_code == writer.get(address(public, action)).status_code
    assert facts(public) == before


def test_two_edits_at_once_show_both_texts(app: Flask, writer: SignedInClient, public: Post, editor: User) -> None:
    """CHECKS 108: the second is warned, sees both, and may save all the same."""
    stale = {**CLEAR, "title": "Titel van de schrijver", "version": str(public.version)}
    client_of(app, editor).post_form(address(public, "bewerken"), {"title": "Titel van de redactie"})

    answer = writer.post_form(address(public, "bewerken"), stale)
    assert answer.status_code == 422
    assert answer.texts(".conflict pre") == ["Titel van de schrijver", "Titel van de redactie"]
    assert facts(public)[0] == "Titel van de redactie"

    (version,) = answer.attributes("main form [name=version]", "value")
    again = writer.post_form(address(public, "bewerken"), {**stale, "version": version})
    assert again.status_code == 303
    assert facts(public)[0] == "Titel van de schrijver"


def test_an_editors_change_is_logged_and_mailed(app: Flask, public: Post, editor: User, member: User) -> None:
    client_of(app, editor).post_form(address(public, "bewerken"), {"title": "Titel van de redactie"})

    assert "post.changed" in db.session.scalars(select(AuditEntry.action)).all()
    (mail,) = db.session.scalars(select(MailMessage).where(MailMessage.kind == "post.changed"))
    assert mail.address == member.email
    assert "Titel van de redactie" in mail.text


def test_unfinished_changes_come_back_and_are_not_on_the_board(
    app: Flask, writer: SignedInClient, public: Post, client: InspectingClient, editor: User
) -> None:
    """And a draft that began before another saved is still recognised as a conflict."""
    writer.post_form(address(public, "bewerken"), {"title": "Nog niet klaar hiermee", "do": "bewaar"})

    page = writer.get(address(public, "bewerken"))
    assert page.attributes("#title", "value") == ["Nog niet klaar hiermee"]
    assert client.get(public.path).only("h1") == CLEAR["title"]

    client_of(app, editor).post_form(address(public, "bewerken"), {"title": "Titel van de redactie"})
    assert writer.post_form(address(public, "bewerken")).status_code == 422


def test_sent_back_with_a_reason_changed_and_handed_in_again(
    app: Flask, writer: SignedInClient, waiting: Post, editor: User, client: InspectingClient
) -> None:
    """The author sees reason and history, and only what is approved becomes public."""
    with transaction():
        desk.send_back_publication(moderation.as_case(waiting), editor, "Zeg erbij hoe lang het duurt.")
    page = writer.get(waiting.path)
    assert "Zeg erbij hoe lang het duurt." in page.only(".tools-reason")
    assert "Zeg erbij hoe lang het duurt." in writer.get(address(waiting, "bewerken")).only(".state-history")

    writer.post_form(address(waiting, "bewerken"), {"body": "Twee uur lassen, van negen tot elf."})
    assert facts(waiting)[2] == State.REVIEW
    assert [case.id for case in moderation.awaiting()] == [waiting.id]

    with transaction():
        moderation.approve(moderation.as_case(waiting), editor, None)
    assert client.get(waiting.path).status_code == 200
    assert [change.to_state for change in history(waiting)] == ["review", "draft", "review", "open"]


def test_what_is_withdrawn_is_gone_everywhere(writer: SignedInClient, public: Post, client: InspectingClient) -> None:
    """CHECKS 40: from board, feed, search, sitemap and front page; its address says so, and tells nothing of it."""
    indexer.rebuild()
    search = "/zoeken?q=lassen"
    assert public.path in client.get(search).get_data(as_text=True)

    writer.post_form(address(public, "intrekken"), {"reason": "Onze lasser is ziek."})
    indexer.apply_changes()

    gone = client.get(public.path)
    assert gone.status_code == 410
    assert "ingetrokken" in gone.only("h1")
    for place in (BOARD, f"{BOARD}?status=alle", f"{BOARD}feed.atom", search, "/sitemap.xml", "/", public.path):
        text = client.get(place).get_data(as_text=True)
        assert CLEAR["title"] not in text
        assert place == public.path or public.path not in text
        assert "Onze lasser is ziek." not in text
    assert "Onze lasser is ziek." in writer.get(public.path).only(".tools-reason")


def test_an_editor_must_say_why_and_the_author_hears_it(app: Flask, public: Post, editor: User) -> None:
    browser = client_of(app, editor)
    assert browser.post_form(address(public, "intrekken")).status_code == 422

    browser.post_form(address(public, "intrekken"), {"reason": "Dit staat er al."})
    (mail,) = db.session.scalars(select(MailMessage).where(MailMessage.kind == "post.changed"))
    assert "Dit staat er al." in mail.text


def test_it_worked_out_and_everybody_reads_it(writer: SignedInClient, public: Post, client: InspectingClient) -> None:
    writer.post_form(address(public, "afronden"), {"reason": "Gelukt met <i>De Korst</i>."})

    assert "Gelukt met <i>De Korst</i>." in client.get(public.path).only(".post-closed")
    assert facts(public)[2] == State.FULFILLED


def test_in_conversation_and_open_again(writer: SignedInClient, public: Post) -> None:
    writer.press(public.path, address(public, "in-gesprek"))
    assert facts(public)[2] == State.IN_CONVERSATION

    writer.press(public.path, address(public, "in-gesprek"))
    assert facts(public)[2] == State.OPEN


def test_tools_are_for_the_owner_only(
    app: Flask, writer: SignedInClient, public: Post, client: InspectingClient, other_member: User
) -> None:
    assert writer.get(public.path).tree.css(".tools")
    for browser in (client, client_of(app, other_member)):
        assert not browser.get(public.path).tree.css(".tools, [href*=bewerken]")


def nearly_over(post: Post) -> None:
    with transaction():
        post.expires_at = clock.now() + timedelta(days=6)


def test_a_week_before_the_end_one_mail_goes_out(public: Post, member: User) -> None:
    jobs.warn_of_expiry(clock.now())
    assert db.session.scalar(select(func.count()).select_from(MailMessage)) == 0

    nearly_over(public)
    for _round in range(3):
        jobs.warn_of_expiry(clock.now())
    (mail,) = db.session.scalars(select(MailMessage).where(MailMessage.kind == "post.expires"))
    assert mail.address == member.email
    assert extend_link.make_path(public) in mail.text
    assert extend_link.make_path(public) in mail.html


def test_the_link_of_the_mail_extends_once_and_only_when_pressed(app: Flask, public: Post) -> None:
    """A scanner that follows the link changes nothing; pressing works without an account; used up, it says so."""
    nearly_over(public)
    link, before = extend_link.make_path(public), facts(public)
    visitor = client_of(app, None)

    assert visitor.head(link).status_code == visitor.get(link).status_code == 200
    assert facts(public) == before

    assert "blijft open" in visitor.post_form(link).only("h1")
    assert public.expires_on == clock.today() + OPEN_FOR
    extended = facts(public)
    assert "blijft open" in visitor.get(link).only("h1")
    assert visitor.post(link, data={"csrf_token": "x"}).status_code == 400
    assert facts(public) == extended


@pytest.mark.parametrize(
    "change", [lambda link: link[:-1], lambda link: f"{link}A", lambda link: link.replace(".", "")]
)
def test_a_made_up_link_extends_nothing(app: Flask, public: Post, change: Callable[[str], str]) -> None:
    nearly_over(public)

    assert client_of(app, None).get(change(extend_link.make_path(public))).status_code == 404


@pytest.mark.parametrize("token", ["x", "WzEsMF0.x", "é", "%00", "a" * 5000, "WzEsMF0"])
def test_odd_links_are_not_found(client: InspectingClient, token: str) -> None:
    """CHECKS 51: never a server error."""
    assert client.get(f"{BOARD}verlengen/{token}").status_code in (400, 404)


def test_an_expired_post_says_so_and_can_be_opened_again(
    writer: SignedInClient, public: Post, client: InspectingClient
) -> None:
    with transaction():
        public.expires_at = clock.now() - timedelta(hours=1)
    jobs.expire_due_posts(clock.now())
    assert "verlopen" in client.get(public.path).only(".post-closed")

    writer.post_form(address(public, "verlengen"))
    db.session.expire_all()
    assert (public.state, public.closed_at) == (State.OPEN, None)
    assert public.expires_on == clock.today() + OPEN_FOR


def test_pressing_extend_twice_extends_once(writer: SignedInClient, public: Post) -> None:
    """CHECKS 107."""
    nearly_over(public)
    page = writer.get(address(public, "verlengen"))
    fields = {name: page.attributes(f"main [name={name}]", "value")[0] for name in ("csrf_token", "seen")}
    writer.post(address(public, "verlengen"), data=fields)
    first = facts(public)
    writer.post(address(public, "verlengen"), data=fields)

    assert facts(public) == first
