"""Notices: in the list of the portal, and by mail at once, in one mail a day, or not; one fact is mailed once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.board.models import Post
from portal.core import clock, personal_data
from portal.core.extensions import db
from portal.core.personal_data import Contributions, Person
from portal.core.storage.database import transaction
from portal.mail import services as mail
from portal.mail.models import Delivery, Notice
from portal.notices import services
from tests.answers.conftest import (
    answer,
    asker,
    hers,
    link_in,
    mails,
    network,
    only_thread,
    owner,
    place,
    post,
    theirs,
    write,
)
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user

__all__ = ["asker", "hers", "network", "owner", "place", "post", "theirs"]
KIND, DAILY = "answer.message", "notice.daily"
TEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FOUR = datetime(2026, 12, 1, 15, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_ten() -> Any:
    """Let it be ten in the morning, unless a test says otherwise."""
    with clock.at(TEN):
        yield


def count() -> int:
    """Return how many notices there are."""
    return db.session.scalar(select(func.count()).select_from(Notice)) or 0


def bundle(moment: datetime) -> int:
    """Run the job at a moment; return how many mails it queued."""
    with clock.at(moment):
        return services.send_bundles(moment)


def choose(client: SignedInClient, chosen: Delivery) -> None:
    """Choose when answers are mailed, on the page of preferences."""
    assert client.post_form("/account/mail", {f"kind-{KIND}": chosen.value}).status_code == 303


def test_a_fact_is_in_the_list_and_mailed_at_once(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    answer(theirs, post)
    assert hers.get("/").texts(".account-menu a[href='/meldingen/'] .filter-chosen") == ["ongelezen: 1"]

    page = hers.get("/meldingen/")
    assert page.attributes(".is-unread .card-title a", "href") == [only_thread().path]
    assert post.title in page.only(".card-title a")
    assert len(mails(KIND)) == 1
    assert bundle(FOUR) == 0

    hers.post_form("/meldingen/", form='form[action="/meldingen/gelezen"]')
    assert not hers.get("/meldingen/").texts(".is-unread")
    assert not hers.get("/").texts(".account-menu a[href='/meldingen/'] .filter-chosen")


def test_the_bundle_comes_once_a_day_with_what_was_not_seen(
    post: Post, owner: User, hers: SignedInClient, theirs: SignedInClient
) -> None:
    choose(hers, Delivery.DAILY)
    answer(theirs, post)
    write(theirs, only_thread().path, "En nog iets.")
    assert mails(KIND) == []
    assert bundle(FOUR - timedelta(hours=1)) == 0

    assert bundle(FOUR) == 1
    (sent,) = mails(DAILY)
    assert sent.address == owner.email
    assert sent.subject == "Uw 2 meldingen van vandaag"
    assert link_in(sent, "/antwoorden/") == only_thread().path
    assert bundle(FOUR + timedelta(minutes=5)) == bundle(FOUR + timedelta(days=1)) == 0


def test_what_was_seen_in_the_portal_is_not_bundled(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    choose(hers, Delivery.DAILY)
    answer(theirs, post)
    hers.post_form("/meldingen/", form='form[action="/meldingen/gelezen"]')

    assert bundle(FOUR) == 0
    assert mails(DAILY) == []


def test_another_choice_does_not_mail_a_fact_twice(post: Post, hers: SignedInClient, theirs: SignedInClient) -> None:
    answer(theirs, post)
    choose(hers, Delivery.DAILY)
    assert bundle(FOUR) == 0, "it was mailed at once"

    write(theirs, only_thread().path)
    choose(hers, Delivery.NOW)
    assert bundle(FOUR) == 1, "it waited for the bundle"
    assert len(mails(KIND)) == 1


def test_off_is_off_but_the_list_still_tells(
    post: Post, owner: User, hers: SignedInClient, theirs: SignedInClient, client: InspectingClient
) -> None:
    answer(theirs, post)
    (sent,) = mails(KIND)
    assert sent.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.post(link_in(sent, "/mail/uit/")).status_code == 200

    write(theirs, only_thread().path)
    assert len(mails(KIND)) == 1
    assert bundle(FOUR) == 0
    assert len(hers.get("/meldingen/").texts(".card-title")) == 2


def test_who_leaves_the_bundle_gets_it_no_more(
    post: Post, hers: SignedInClient, theirs: SignedInClient, client: InspectingClient
) -> None:
    choose(hers, Delivery.DAILY)
    answer(theirs, post)
    bundle(FOUR)
    client.post(link_in(mails(DAILY)[0], "/mail/uit/"))

    write(theirs, only_thread().path)
    assert bundle(FOUR + timedelta(days=1)) == 0


def test_the_same_fact_is_told_once(owner: User, post: Post) -> None:
    for _time in range(2):
        mail.send("post.changed", owner, "board/changed", unique="x", post=post, actor_name="Eva", reason=None)

    assert count() == len(mails("post.changed")) == 1


def test_nobody_sees_or_marks_those_of_others(
    app: Flask, post: Post, hers: SignedInClient, theirs: SignedInClient
) -> None:
    answer(theirs, post)
    nel = client_of(app, make_user("Nieuwsgierige Nel"))
    assert "nog niets" in nel.get("/meldingen/").only("main")
    token = nel.get("/account/bijdragen").attributes("[name=csrf_token]", "value")[0]
    assert nel.post("/meldingen/gelezen", data={"csrf_token": token, "melding": "999999"}).status_code == 303

    assert len(hers.get("/meldingen/").texts(".is-unread")) == 1


def test_after_three_months_it_is_forgotten(post: Post, theirs: SignedInClient) -> None:
    answer(theirs, post)

    services.delete_old(TEN + timedelta(days=89))
    assert count() == 1
    services.delete_old(TEN + timedelta(days=91))
    assert count() == 0


def test_download_and_erasure_cover_them(post: Post, owner: User, hers: SignedInClient, theirs: SignedInClient) -> None:
    answer(theirs, post)
    person = Person(owner.id, owner.name, owner.email)
    assert personal_data.export(person)["notice"][0]["path"] == only_thread().path
    with transaction():
        personal_data.erase(person, Contributions.ANONYMISE)
    assert count() == 0
