"""What a page of a post shows as fitting, to whom, and that it is never out of date."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.agenda.models import Event, EventKind, EventStatus
from portal.answers import services as answers
from portal.answers.models import ThreadState
from portal.answers.services import AnswerDraft
from portal.board import services as board
from portal.board.models import Kind, Post
from portal.community.models import Visibility
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.examples.models import Example, ExampleType
from portal.matching import jobs, live_index
from portal.matching.models import MatchTerms
from portal.publishing.models import State
from tests.board.conftest import DRAFT, Place, expire
from tests.fixtures import InspectingClient
from tests.matching.conftest import ASKED, WORDS, ask, fits, write_profile
from tests.people import SignedInClient, client_of, make_user


def test_offer_and_request_show_each_other_with_the_reason(
    client: InspectingClient, offer: Post, request_: Post
) -> None:
    assert fits(client.get(offer.path)) == [ASKED]
    page = client.get(request_.path)
    assert fits(page) == [offer.title]
    reason = page.only(".match-reason")
    assert reason.startswith("Biedt gastles voor vmbo in Delft, rond ")
    assert "las" in reason
    assert reason.endswith("; dit bericht zoekt dat, op 3 km.")
    assert page.texts(".match form") == []


def test_the_owner_is_spoken_to(hers: SignedInClient, offer: Post, request_: Post) -> None:
    assert "; u biedt dat, op 3 km." in hers.get(offer.path).only(".match-reason")


@pytest.mark.parametrize(
    "changes",
    [
        {"levels": ("wo",)},
        {"category": "stageplaats", "title": "Boekhouden", "body": "Facturen boeken op kantoor."},
        {"period": "juli en augustus 2027"},
    ],
)
def test_what_does_not_fit_is_not_shown(
    client: InspectingClient, owner: User, welder: User, place: Place, changes: dict[str, Any]
) -> None:
    offer = place(title="Gastles lastechniek", body=WORDS, levels=("vmbo",), municipality="delft", period="maart 2027")
    ask(welder, **changes)

    page = client.get(offer.path)

    assert fits(page) == []
    assert "Past hierbij" not in page.texts("h2")


def test_own_posts_do_not_fit(client: InspectingClient, offer: Post, owner: User) -> None:
    ask(owner)

    assert fits(client.get(offer.path)) == []


def test_a_page_that_was_kept_follows_what_happens(client: InspectingClient, offer: Post, welder: User) -> None:
    assert fits(client.get(offer.path)) == []
    post = ask(welder)
    assert fits(client.get(offer.path)) == [ASKED]

    board.fulfil_post(post, welder, "Het was een mooie les.")
    page = client.get(offer.path)
    assert page.texts(".match-label") == ["Eerder gelukt"]
    assert "Gezocht en gevonden: gastles" in page.only(".match-reason")

    board.withdraw_post(post, welder, None)
    assert fits(client.get(offer.path)) == []


def test_an_expired_post_is_gone_before_the_clock_closes_it(
    client: InspectingClient, offer: Post, request_: Post
) -> None:
    with transaction():
        request_.expires_at = clock.now() - timedelta(minutes=1)
    assert request_.state == State.OPEN
    assert fits(client.get(offer.path)) == []

    expire(request_)
    assert fits(client.get(offer.path)) == []
    assert fits(client.get(request_.path)) == []


def test_a_deleted_post_is_gone(client: InspectingClient, offer: Post, request_: Post) -> None:
    assert fits(client.get(offer.path)) == [ASKED]
    with transaction() as session:
        session.delete(request_)

    assert fits(client.get(offer.path)) == []


def test_a_post_whose_places_were_agreed_on_is_full(
    client: InspectingClient, offer: Post, welder: User, owner: User
) -> None:
    post = ask(welder, places=3)
    asker = make_user("Iemand Anders")
    thread = answers.start_thread(post, asker, AnswerDraft("Wij komen met twee.", places=2))
    hers = next(row for row in thread.participants if row.user_id == welder.id)
    answers.set_state(hers, ThreadState.AGREED)
    assert fits(client.get(offer.path)) == [ASKED]

    other = answers.start_thread(post, make_user("Nog Iemand"), AnswerDraft("Ik ook."))
    answers.set_state(next(row for row in other.participants if row.user_id == welder.id), ThreadState.AGREED)
    assert fits(client.get(offer.path)) == []


def test_a_post_that_awaits_review_shows_what_fits_to_its_owner(
    app: Flask, offer: Post, network: dict[str, Any]
) -> None:
    newcomer = make_user("Nieuw Lid")
    draft = replace(DRAFT, kind=Kind.REQUEST, title=ASKED, body=WORDS, levels=("vmbo",), municipality="delft")
    post = board.submit_post(newcomer, draft, None)
    assert not post.is_visible

    page = client_of(app, newcomer).get(post.path)

    assert fits(page) == [offer.title]
    assert page.attributes(".match form", "action") == [f"/vraag-en-aanbod/{post.id}/past/weg"]
    assert fits(client_of(app, None).get(offer.path)) == []


def test_members_show_what_their_readers_may_see(app: Flask, request_: Post, client: InspectingClient) -> None:
    for reach, name in ((Visibility.EVERYONE, "Openbare Olga"), (Visibility.MEMBERS, "Besloten Bea"),
                        (Visibility.NOBODY, "Geheime Gijs")):  # fmt: skip
        write_profile(make_user(name), reach, expertise="Lassen, lasnaden en metaal.")

    assert fits(client.get(request_.path)) == ["Openbare Olga"]
    seen = fits(client_of(app, make_user("Lezer")).get(request_.path))
    assert sorted(seen) == ["Besloten Bea", "Openbare Olga"]


def test_somebody_who_left_is_not_shown(request_: Post, client: InspectingClient) -> None:
    olga = make_user("Openbare Olga")
    write_profile(olga, Visibility.EVERYONE, expertise="Lassen, lasnaden en metaal.")
    assert fits(client.get(request_.path)) == ["Openbare Olga"]

    with transaction():
        olga.disabled_at = clock.now()
        request_.places = 2
    assert fits(client.get(request_.path)) == []


def make_event(network: dict[str, Any], **facts: Any) -> Event:
    day = clock.today() + timedelta(days=9)
    event = Event(uid="las", kind=EventKind(slug="cafe", label="Café", explanation="x"), slug="las", first_day=day,
                  last_day=day, title="Kenniscafé lassen", summary=WORDS, state=State.OPEN,
                  published_at=clock.now(), author=network["author"], **facts)  # fmt: skip
    with transaction() as session:
        session.add(event)
    return event


def test_coming_events_and_examples_fit_too(client: InspectingClient, request_: Post, network: dict[str, Any]) -> None:
    make_event(network)
    with transaction() as session:
        kind = ExampleType(slug="school", title="School", summary="x")
        session.add(Example(slug="lasschool", name="De lasschool", type=kind, summary=WORDS))

    page = client.get(request_.path)

    assert fits(page) == ["Kenniscafé lassen", "De lasschool"]
    assert page.texts(".match-label") == ["Agenda", "Voorbeeld"]


def test_an_event_that_is_off_or_over_does_not_fit(
    client: InspectingClient, request_: Post, network: dict[str, Any]
) -> None:
    event = make_event(network)
    assert fits(client.get(request_.path)) == ["Kenniscafé lassen"]

    with clock.at(clock.now() + timedelta(days=10)):
        assert fits(client.get(request_.path)) == []
    with transaction():
        event.status = EventStatus.CANCELLED
    assert fits(client.get(request_.path)) == []


def test_stored_terms_give_the_same_answer(app: Flask, client: InspectingClient, offer: Post, request_: Post) -> None:
    fresh = client.get(offer.path).texts(".match")

    assert jobs.store_batch() == 2
    assert jobs.store_batch() == 0
    assert db.session.query(MatchTerms).count() == 2
    app.extensions.pop(live_index.EXTENSION)
    with transaction():
        offer.places = 7  # only so that the page is rendered again

    assert client.get(offer.path).texts(".match") == fresh
    assert jobs.store_batch() == 1


def test_what_a_request_leaves_to_the_worker_appears_later(
    app: Flask, client: InspectingClient, offer: Post, request_: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_index, "ANALYSED_AT_ONCE", 0)
    assert fits(client.get(offer.path)) == []
    jobs.store_batch()

    with clock.at(clock.now() + timedelta(minutes=2)):
        assert fits(client.get(offer.path)) == [ASKED]
