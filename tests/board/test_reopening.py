"""A withdrawn post is placed again, and any own post is copied to a new one, by who may edit it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Role, User
from portal.board import policies, services
from portal.board.models import Post
from portal.community.models import Seat
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.publishing.models import State
from tests.board.conftest import BOARD, Place
from tests.people import SignedInClient, client_of, make_user


@pytest.fixture
def author(network: dict[str, Any]) -> User:
    user: User = network["author"]
    with transaction():
        user.confirmed_at = clock.now()
    return user


def withdraw(post: Post, actor: User) -> None:
    services.withdraw_post(post, actor, "Even niet.")


def again(client: SignedInClient, post: Post) -> Any:
    return client.post_form(f"{BOARD}{post.id}/opnieuw-plaatsen")


def fresh(post: Post) -> Post:
    db.session.expire_all()
    return post


def let_go_straight_out(author: User, place: Place) -> None:
    """Give somebody enough approved posts that the editors need not look any more."""
    for _time in range(2):
        post = place()
        with transaction():
            post.state = State.REVIEW
            services.approve_post(post, None)
    assert policies.publishes_directly(author, None)


def test_the_author_places_a_withdrawn_post_again(app: Flask, author: User, place: Place) -> None:
    let_go_straight_out(author, place)
    post = place(title="Een les over solderen")
    withdraw(post, author)
    client = client_of(app, author)
    assert f"{BOARD}{post.id}/opnieuw-plaatsen" in client.get(post.path).attributes("aside.tools a", "href")

    answer = again(client, post)

    assert (answer.status_code, fresh(post).state) == (303, State.OPEN)
    assert post.closed_note is None
    assert post.expires_at is not None
    assert post.expires_at > clock.now()
    assert client_of(app, None).get(post.path).status_code == 200
    assert post.title in client_of(app, None).get(BOARD).get_data(as_text=True)


def test_a_new_members_post_is_judged_again(app: Flask, author: User, place: Place) -> None:
    post = place()
    withdraw(post, author)

    again(client_of(app, author), post)

    assert fresh(post).state == State.REVIEW
    assert client_of(app, None).get(post.path).status_code == 404


def test_what_the_editors_took_off_they_judge_again(app: Flask, author: User, editor: User, place: Place) -> None:
    let_go_straight_out(author, place)
    post = place()
    withdraw(post, editor)

    again(client_of(app, author), post)

    assert fresh(post).state == State.REVIEW


def test_an_author_cannot_undo_the_editors_withdrawal_by_withdrawing_too(
    app: Flask, author: User, editor: User, place: Place
) -> None:
    let_go_straight_out(author, place)
    post = place()
    withdraw(post, editor)
    client = client_of(app, author)

    again(client, post)
    withdraw(post, author)
    again(client, post)

    assert fresh(post).state == State.REVIEW
    with transaction():
        services.approve_post(post, editor)
    withdraw(post, author)
    again(client, post)
    assert fresh(post).state == State.OPEN


def test_the_successor_places_again_what_the_organisation_withdrew(
    app: Flask, author: User, member: User, network: dict[str, Any], place: Place
) -> None:
    post = place("bakkerij")
    with transaction() as session:
        session.add(Seat(user=member, organisation=network["bakkerij"], role="docent", since=clock.today()))
    withdraw(post, member)

    assert client_of(app, author).get(f"{BOARD}{post.id}/opnieuw-plaatsen").status_code in (403, 404)
    assert again(client_of(app, member), post).status_code == 303
    assert fresh(post).state in (State.OPEN, State.REVIEW)


def test_only_what_is_withdrawn_comes_back(app: Flask, author: User, other_member: User, place: Place) -> None:
    post = place()
    answer = client_of(app, author).get(f"{BOARD}{post.id}/opnieuw-plaatsen")

    assert (answer.status_code, answer.headers["Location"]) == (303, post.path)
    for path in ("opnieuw-plaatsen", "kopieren"):
        assert client_of(app, other_member).post(f"{BOARD}{post.id}/{path}").status_code in (400, 403)
    assert client_of(app, other_member).get(f"{BOARD}{post.id}/opnieuw-plaatsen").status_code == 403


@pytest.mark.parametrize("state", [State.OPEN, State.EXPIRED, State.WITHDRAWN])
def test_a_copy_begins_a_new_post_with_the_same_words(app: Flask, author: User, place: Place, state: State) -> None:
    post = place(title="Een les over smeden", themes=("techniek",), levels=("mbo-3",), municipality="delft", places=12)
    with transaction():
        post.state = state
    client = client_of(app, author)

    answer = client.press(post.path, f"{BOARD}{post.id}/kopieren")

    form = client.get(answer.headers["Location"])
    assert form.attributes("#title", "value") == ["Een les over smeden"]
    assert "Twee uur in de werkplaats." in form.only("#body")
    assert form.attributes("#places", "value") == ["12"]
    assert form.attributes("input[name=themes][checked]", "value") == ["techniek"]
    assert form.attributes("input[name=levels][checked]", "value") == ["mbo-3"]
    assert db.session.scalar(select(func.count(Post.id))) == 1
    assert fresh(post).state == state


def test_an_editor_may_too(app: Flask, author: User, place: Place) -> None:
    editor = make_user("Emma Editor", Role.EDITOR)
    post = place()
    withdraw(post, author)

    again(client_of(app, editor), post)

    assert fresh(post).state == State.OPEN
