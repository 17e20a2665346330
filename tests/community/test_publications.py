"""What is published for an organisation belongs to its seats: rights end with the seat, and begin with it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.agenda import policies as agenda_policies
from portal.agenda.models import Event, EventKind
from portal.board import extend_link, services
from portal.board.models import Category, Kind, Post
from portal.community.models import Organisation
from portal.core import clock
from portal.core.storage.database import transaction
from portal.newsflash.models import Article
from portal.publishing.models import State
from tests.community.people import mails, make_organisation, owner, seat
from tests.people import SignedInClient, client_of, make_user

BOARD, AGENDA, NEWS = "/vraag-en-aanbod/", "/agenda/", "/nieuws/"


@pytest.fixture
def organisation(app: Flask) -> Organisation:
    return make_organisation()


@pytest.fixture
def leaver(organisation: Organisation) -> User:
    """Return who spoke for the organisation until yesterday."""
    user = make_user("Vera Vertrokken")
    seat(user, organisation, until=clock.today() - timedelta(days=1))
    return user


@pytest.fixture
def successor(organisation: Organisation) -> User:
    user = make_user("Otto Opvolger")
    owner(user, organisation, since=clock.today())
    return user


def published(author: User, organisation: Organisation | None, state: State = State.OPEN) -> dict[str, Any]:
    """Add a post, an event and an article of an author, by the address under which they are changed."""
    texts = {"slug": "stuk", "body": "Tekst.", "body_html": "<p>Tekst.</p>", "author": author, "state": state}
    texts["published_at"] = clock.now() if state is State.OPEN else None
    day = clock.today() + timedelta(days=9)
    with transaction() as session:
        category = session.scalar(select(Category)) or Category(slug="stage", label="Stage", explanation="Kort.")
        kind = session.scalar(select(EventKind)) or EventKind(slug="cafe", label="Café", explanation="", synonyms=[])
        number = len(session.scalars(select(Event)).all())
        post = Post(**texts, title="Ons bericht", kind=Kind.OFFER, category=category, excerpt="T")
        article = Article(**texts, title="Ons artikel", lead="Kort.")
        event = Event(**texts, title="Onze open dag", kind=kind, uid=f"u{number}", summary="Kort.")
        event.first_day = event.last_day = day
        post.organisation = article.organisation = organisation
        event.organisers = [organisation] if organisation else []
        post.expires_at = clock.now() + timedelta(days=3)
        session.add_all([post, event, article])
    return {BOARD: post, AGENDA: event, NEWS: article}


def statuses(client: SignedInClient, rows: dict[str, Any]) -> list[int]:
    """Return what the page for changing each answers."""
    return [client.get(f"{path}{row.id}/bewerken").status_code for path, row in rows.items()]


def listed(client: SignedInClient) -> set[str]:
    shown = client.get("/account/bijdragen").attributes("main .contribution-actions a.tool", "href")
    return {path for path in shown if path.startswith((BOARD, AGENDA, NEWS))}


def test_who_left_changes_nothing_of_the_organisation_any_more(
    app: Flask, leaver: User, organisation: Organisation
) -> None:
    client, rows = client_of(app, leaver), published(leaver, organisation)

    assert statuses(client, rows) == [403, 403, 403]
    for path in ("intrekken", "verlengen", "afronden"):
        assert client.get(f"{BOARD}{rows[BOARD].id}/{path}").status_code == 403
    assert client.get(f"{AGENDA}{rows[AGENDA].id}/afgelasten").status_code == 403
    assert client.get(f"{NEWS}{rows[NEWS].id}/intrekken").status_code == 403
    assert listed(client) == set()


def test_the_successor_finds_and_changes_all_of_it(
    app: Flask, leaver: User, successor: User, organisation: Organisation
) -> None:
    rows = published(leaver, organisation)
    client = client_of(app, successor)

    assert statuses(client, rows) == [200, 200, 200]
    assert listed(client) == {f"{path}{row.id}/bewerken" for path, row in rows.items()}
    assert client.get(f"{BOARD}{rows[BOARD].id}/verlengen").status_code == 200


def test_the_successor_withdraws_without_having_to_explain_it(
    app: Flask, leaver: User, successor: User, organisation: Organisation
) -> None:
    rows = published(leaver, organisation)
    client = client_of(app, successor)

    client.post_form(f"{BOARD}{rows[BOARD].id}/intrekken")
    client.post_form(f"{NEWS}{rows[NEWS].id}/intrekken")

    with transaction() as session:
        for path in (BOARD, NEWS):
            session.refresh(rows[path])
            assert rows[path].state == State.WITHDRAWN
    assert not mails(services.MAIL_CHANGED)


def test_what_is_not_public_is_read_by_the_seats_of_today(
    app: Flask, leaver: User, successor: User, other_member: User, organisation: Organisation
) -> None:
    rows = published(leaver, organisation, State.REVIEW)

    found = [[client_of(app, user).get(row.path).status_code for row in rows.values()]
             for user in (successor, leaver, other_member)]  # fmt: skip

    assert found == [[200, 200, 200], [404, 404, 404], [404, 404, 404]]


def test_what_stands_under_ones_own_name_stays_ones_own(
    app: Flask, leaver: User, successor: User, organisation: Organisation
) -> None:
    rows = published(leaver, None)

    assert statuses(client_of(app, leaver), rows) == [200, 200, 200]
    assert statuses(client_of(app, successor), rows) == [403, 403, 403]
    assert listed(client_of(app, successor)) == set()


def test_a_seat_that_has_yet_to_begin_gives_no_right(
    app: Flask, leaver: User, other_member: User, organisation: Organisation
) -> None:
    seat(other_member, organisation, since=clock.today() + timedelta(days=1))

    assert statuses(client_of(app, other_member), published(leaver, organisation)) == [403, 403, 403]


def test_an_event_stays_with_who_named_organisers_without_being_of_them(
    member: User, organisation: Organisation
) -> None:
    event = published(member, organisation)[AGENDA]

    assert agenda_policies.may_edit(member, event)


def test_seats_of_what_it_merged_into_look_after_what_it_published(
    app: Flask, leaver: User, other_member: User, organisation: Organisation
) -> None:
    rows, whole = published(leaver, organisation), make_organisation("Museum Samen", "samen")
    with transaction():
        organisation.merged_into = whole
    seat(other_member, whole)
    client = client_of(app, other_member)

    assert statuses(client, rows) == [200, 200, 200]
    assert len(listed(client)) == 3


def test_the_reminder_goes_to_who_speaks_for_the_organisation_now(
    app: Flask, leaver: User, successor: User, organisation: Organisation
) -> None:
    post = published(leaver, organisation)[BOARD]
    link = extend_link.make_path(post)
    with app.test_request_context(), transaction():
        services.warn_of_expiry(post, link)

    (mail,) = mails(services.MAIL_EXPIRES)
    assert mail.address == successor.email
    assert f"{BOARD}{post.id}/verlengen" in mail.text
    assert not client_of(app, None).get(link).tree.css("main form"), "the link of who left extends nothing"


def test_a_change_by_a_colleague_is_told_to_who_is_still_there(
    app: Flask, member: User, leaver: User, successor: User, organisation: Organisation
) -> None:
    seat(member, organisation)
    for author in (leaver, member):
        article = published(author, organisation)[NEWS]
        client_of(app, successor).post_form(f"{NEWS}{article.id}/intrekken", {"reason": "Het is voorbij."})

    assert [mail.address for mail in mails("article.changed")] == [member.email]
