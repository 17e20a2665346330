"""The answer promise: reminders to the silent side, brokers, the pace of owners and the public share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Role, User
from portal.actionplan.models import Theme
from portal.answers import brokers, pace, promise, reminders, services
from portal.answers.models import Guest, Participant, Thread
from portal.answers.promise_models import BrokerCase
from portal.answers.services import AnswerDraft
from portal.board import services as board
from portal.board.models import Post
from portal.community.models import Municipality, Seat
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import services as mail_services
from tests.answers.conftest import WORDS, link_in, mails, only_thread, press, write
from tests.board.conftest import Place, statements
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user

MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
"""A week without holidays follows: the third working day is Thursday 12, the fifth Monday 16, the seventh Wednesday
18, the tenth Monday 23 November."""


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Let every test begin on a Monday morning."""
    with time_machine.travel(MONDAY, tick=False):
        yield


@contextmanager
def on(day: int, hour: int = 9, month: int = 11) -> Iterator[None]:
    """Travel to an hour (UTC) of a day."""
    with time_machine.travel(datetime(2026, month, day, hour, 0, tzinfo=UTC), tick=False):
        yield


def clock_runs(first: int, last: int) -> None:
    """Run the job several times on each of these days of November."""
    for day in range(first, last + 1):
        for hour in (3, 8, 12, 20):
            with on(day, hour):
                reminders.remind_silent(clock.now())


def sent(kind: str) -> list[tuple[date, str]]:
    """Return day and address of every mail of a kind."""
    return [(clock.to_local(mail.created_at).date(), mail.address) for mail in mails(kind)]


@pytest.fixture
def asked(post: Post, asker: User) -> Thread:
    """Return a thread in which the owner has to write since Monday."""
    return services.start_thread(post, asker, AnswerDraft(WORDS))


def test_the_silent_side_is_reminded_after_three_and_seven_working_days(
    asked: Thread, owner: User, editor: User
) -> None:
    clock_runs(9, 30)

    assert sent("answer.reminder") == [(date(2026, 11, 12), owner.email), (date(2026, 11, 18), owner.email)]
    assert "Lotte van der Lid wacht sinds" in mails("answer.reminder")[0].text
    assert WORDS not in mails("answer.reminder")[0].text


def test_after_ten_working_days_a_broker_takes_over_and_who_waits_hears_so_once(
    asked: Thread, asker: User, editor: User
) -> None:
    clock_runs(9, 30)

    assert sent("answer.broker") == [(date(2026, 11, 23), editor.email)]
    told = [mail for mail in mails("answer.message") if mail.address == asker.email]
    assert len(told) == 1
    assert editor.name in told[0].text
    assert WORDS not in mails("answer.broker")[0].text


def test_nobody_is_reminded_on_a_free_day_and_a_school_not_in_its_holidays(
    network: dict[str, Any], owner: User, place: Place, asker: User
) -> None:
    with transaction() as session:
        session.add(Seat(user=owner, organisation=network["school"], role="docent", since=date(2026, 1, 1)))
    with time_machine.travel(datetime(2026, 10, 14, 9, 0, tzinfo=UTC), tick=False):  # a Wednesday
        thread = services.start_thread(place("school"), asker, AnswerDraft(WORDS))
        assert promise.due_on(thread) == date(2026, 10, 28)
    for day in range(15, 32):
        with on(day, month=10):
            reminders.remind_silent(clock.now())

    assert [day for day, _address in sent("answer.reminder")] == [date(2026, 10, 26), date(2026, 10, 30)]


def test_who_answered_in_time_gets_no_reminder_and_a_new_wait_begins_for_the_other(
    asked: Thread, owner: User, asker: User, hers: SignedInClient
) -> None:
    with on(11):
        write(hers, asked.path)
    clock_runs(11, 17)

    assert sent("answer.reminder") == [(date(2026, 11, 16), asker.email)]


@pytest.mark.parametrize("why", ["closed", "fulfilled", "withdrawn"])
def test_where_nothing_is_owed_nobody_is_reminded(
    asked: Thread, post: Post, owner: User, theirs: SignedInClient, why: str
) -> None:
    if why == "closed":
        press(theirs, asked.path, "niet-gelukt")
    elif why == "fulfilled":
        board.fulfil_post(post, owner, None)
    else:
        board.withdraw_post(post, owner, None)
    clock_runs(9, 30)

    assert not mails("answer.reminder")
    assert not mails("answer.broker")


def test_a_disabled_owner_is_not_reminded_and_a_broker_helps_at_once(asked: Thread, owner: User, editor: User) -> None:
    with transaction():
        owner.disabled_at = clock.now()
    clock_runs(9, 13)

    assert not mails("answer.reminder")
    assert sent("answer.broker") == [(date(2026, 11, 12), editor.email)]


def test_who_is_away_is_reminded_after_coming_back_and_the_other_sees_until_when(
    asked: Thread, owner: User, hers: SignedInClient, theirs: SignedInClient
) -> None:
    hers.post_form("/antwoorden/afwezig", {"until": "2026-11-19"})
    assert "19 november" in theirs.get(asked.path).only(".thread-promise")
    clock_runs(9, 22)

    assert sent("answer.reminder") == [(date(2026, 11, 20), owner.email)]


def test_an_absence_is_at_most_four_months_and_ends_when_one_says_so(hers: SignedInClient) -> None:
    assert hers.post_form("/antwoorden/afwezig", {"until": "2027-11-19"}).status_code == 422
    assert hers.post_form("/antwoorden/afwezig", {"until": "2026-11-08"}).status_code == 422
    hers.post_form("/antwoorden/afwezig", {"until": "2026-11-19"})
    assert "19 november" in hers.get("/antwoorden/").only(".page-tools")
    hers.post_form("/antwoorden/afwezig", {"until": ""})
    assert "19 november" not in hers.get("/antwoorden/").only(".page-tools")


def test_one_person_gets_one_reminder_a_day_for_all_that_waits(place: Place, owner: User) -> None:
    posts = [place(title=f"Bericht {number}") for number in range(3)]
    for number, post in enumerate(posts):
        services.start_thread(post, make_user(f"Vrager {number}"), AnswerDraft(WORDS))
    clock_runs(9, 13)

    assert sent("answer.reminder") == [(date(2026, 11, 12), owner.email)]
    assert [f"Vrager {number} wacht" in mails("answer.reminder")[0].text for number in range(3)] == [True] * 3


def test_a_guest_is_reminded_with_the_link_of_the_thread(app: Flask, post: Post, hers: SignedInClient) -> None:
    guest = Guest(name="Gijs Gast", email="gijs@lyceum.example", organisation="Het Lyceum")
    with transaction() as session:
        session.add(guest)
        thread = services.start_thread(post, guest, AnswerDraft(WORDS))
    write(hers, thread.path)
    clock_runs(9, 13)

    reminder = [mail for mail in mails("answer.guest") if "wacht sinds" in mail.text]
    assert [mail.address for mail in reminder] == ["gijs@lyceum.example"]
    assert client_of(app, None).get(link_in(reminder[0], "/antwoorden/gast/")).status_code == 200


def test_a_worker_that_is_killed_before_the_end_of_a_step_repeats_it_whole(
    asked: Thread, owner: User, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mail_services.send

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    for day in (12, 18, 23):
        monkeypatch.setattr(mail_services, "send", die)
        with on(day), pytest.raises(KeyboardInterrupt):
            reminders.remind_silent(clock.now())
        monkeypatch.setattr(mail_services, "send", real)
        clock_runs(day, day)

    assert [day for day, _address in sent("answer.reminder")] == [date(2026, 11, 12), date(2026, 11, 18)]
    assert [day for day, _address in sent("answer.broker")] == [date(2026, 11, 23)]
    assert db.session.scalar(select(func.count()).select_from(BrokerCase)) == 1


def test_the_list_says_what_is_due_when_the_oldest_first(place: Place, owner: User, hers: SignedInClient) -> None:
    for number, day in enumerate((9, 3, 6)):
        with on(day):
            services.start_thread(place(title=f"Bericht {number}"), make_user(f"Vrager {number}"), AnswerDraft(WORDS))
    with on(11):
        page = hers.get("/antwoorden/")

    assert page.texts(".section-head h2") == ["Wacht op u"]
    assert page.texts(".thread-row .card-title a") == ["Vrager 1", "Vrager 2", "Vrager 0"]
    assert "Te laat" in page.texts(".thread-due")[0]
    assert ["13 november" in page.texts(".thread-due")[1], "16 november" in page.texts(".thread-due")[2]] == [True] * 2


def test_many_threads_are_shown_by_page(post: Post, hers: SignedInClient) -> None:
    people = [make_user(f"Vrager {number}") for number in range(27)]
    with transaction():
        for person in people:
            services.start_thread(post, person, AnswerDraft(WORDS))

    hers.get("/antwoorden/")
    with statements() as asked:
        page = hers.get("/antwoorden/")
    assert len(asked) <= 8, asked
    assert len(page.tree.css(".thread-row")) == 25
    assert len(hers.get("/antwoorden/?pagina=2").tree.css(".thread-row")) == 2
    assert hers.get("/antwoorden/?pagina=3").status_code == 404


def answered_after(place: Place, days: list[int | None]) -> None:
    """Let somebody answer a post for each of these, and the owner write back after so many days; None for never."""
    for number, waited in enumerate(days):
        with on(2):
            thread = services.start_thread(place(), make_user(f"Vrager {number}"), AnswerDraft(WORDS))
        if waited is not None:
            with on(2 + waited):
                mine = next(row for row in thread.participants if row.side == "owner")
                services.send_message(mine, AnswerDraft("Graag!"))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([1, 1], "Nieuw hier"),
        ([0, 0, 0], "dezelfde dag"),
        ([1, 2, 3], "binnen 2 werkdagen"),
        ([1, 1, 4], "binnen 1 werkdag"),
        ([1, None, None], "pas na meer dan 10 werkdagen"),
    ],
)
def test_a_post_says_how_soon_its_owner_usually_answers(
    place: Place, owner: User, client: InspectingClient, days: list[int | None], said: str
) -> None:
    answered_after(place, days)
    with on(30):
        pace.update_paces(clock.now())
        assert said in client.get(place().path).only(".post-remark")


def test_the_public_share_counts_what_the_page_defines(
    place: Place, owner: User, client: InspectingClient, editor: User
) -> None:
    answered_after(place, [1, 4, 7, 8, None])  # Monday 2 November: within five working days is until Monday 9
    with on(26):
        clock.now()
        services.start_thread(place(), make_user("Verse Vrager"), AnswerDraft(WORDS))
    with on(27):
        months = promise.list_months()
        page = client.get("/antwoordbelofte/")

    assert months == [promise.Month(date(2026, 11, 1), counted=5, in_time=3, waiting=1)]
    assert page.texts(".promise-months td")[:2] == ["5", "3"]
    assert page.texts(".promise-months td b") == ["60%"]


def test_a_broker_is_chosen_by_municipality_then_theme_then_load(
    network: dict[str, Any], place: Place, editor: User, asker: User, owner: User
) -> None:
    people = {name: make_user(name, Role.EDITOR) for name in ("Delft", "Techniek")}
    delft = db.session.scalars(select(Municipality).filter_by(slug="delft")).one()
    techniek = db.session.scalars(select(Theme).filter_by(slug="techniek")).one()
    brokers.set_duties(editor, {delft: people["Delft"]}, {techniek: people["Techniek"]})
    places: list[dict[str, Any]] = [
        {"municipality": "delft", "themes": ("techniek",)},
        {"municipality": "rijswijk", "themes": ("techniek",)},
        {},
    ]
    for fields in places:
        services.start_thread(place(**fields), asker, AnswerDraft(WORDS))
    clock_runs(23, 23)

    cases = db.session.scalars(select(BrokerCase).order_by(BrokerCase.thread_id)).all()
    assert [case.broker.name for case in cases if case.broker] == ["Delft", "Techniek", editor.name]
    assert len(mails("answer.broker")) == 3


@pytest.fixture
def case(asked: Thread, editor: User) -> BrokerCase:
    """Return the case of a thread that is silent for ten working days."""
    clock_runs(23, 23)
    return db.session.scalars(select(BrokerCase)).one()


@pytest.fixture
def broker(app: Flask, case: BrokerCase, editor: User) -> SignedInClient:
    """Return the client of the broker."""
    return client_of(app, editor)


def act(broker: SignedInClient, case: BrokerCase, do: str, **fields: str) -> Any:
    return broker.post_form(f"/redactie/makelaar/{case.id}", {"words": "Ik heb ze gebeld.", "do": do, **fields})


def test_a_broker_sees_the_facts_and_not_the_words(app: Flask, editor: User, case: BrokerCase, asked: Thread) -> None:
    with on(23):
        broker = client_of(app, editor)
        queue = broker.get("/redactie/makelaar")
        page = broker.get(f"/redactie/makelaar/{case.id}")
        words = broker.get(asked.path)

    assert asked.subject in queue.only(".desk-case .card-title")
    assert "10" in page.texts(".facts dd")
    assert WORDS not in page.get_data(as_text=True)
    assert words.status_code == 404


def test_a_broker_answers_and_reads_on_from_there(
    broker: SignedInClient, case: BrokerCase, asked: Thread, asker: User, theirs: SignedInClient
) -> None:
    before = len([mail for mail in mails("answer.message") if mail.address == asker.email])
    act(broker, case, "schrijven")
    write(theirs, asked.path, "Dank u wel.")

    to_asker = [mail for mail in mails("answer.message") if mail.address == asker.email]
    assert len(to_asker) == before + 1
    assert "(makelaar)" in to_asker[-1].text
    assert broker.get(asked.path).texts(".message .prose") == ["Ik heb ze gebeld.", "Dank u wel."]
    assert db.session.get(Thread, asked.id, populate_existing=True).first_answer_at is None  # type: ignore[union-attr]
    assert not broker.get("/redactie/makelaar").tree.css(".desk-case")


def test_one_side_can_share_the_words_with_the_broker(
    broker: SignedInClient, case: BrokerCase, asked: Thread, theirs: SignedInClient
) -> None:
    theirs.press(asked.path, f"{asked.path}/makelaar")

    assert broker.get(asked.path).texts(".message .prose") == [WORDS]
    assert asked.path in broker.get(f"/redactie/makelaar/{case.id}").attributes(".sheet-side a", "href")


def test_a_broker_refers_to_another_post_without_giving_a_name(
    broker: SignedInClient, case: BrokerCase, asked: Thread, place: Place, theirs: SignedInClient
) -> None:
    other = place(title="Lassen in Delft")
    refused = act(broker, case, "verwijzen", address="https://elders.example/1-x")
    assert refused.status_code == 422

    act(broker, case, "verwijzen", address=other.path)
    page = theirs.get(asked.path)
    assert any(link.endswith(other.path) for link in page.attributes(".message .prose a", "href"))
    assert only_thread().state == "failed"


def test_a_broker_closes_with_a_reason_and_who_waits_hears_why(
    broker: SignedInClient, case: BrokerCase, asked: Thread, asker: User
) -> None:
    act(broker, case, "sluiten")

    assert only_thread().state == "failed"
    last = [mail for mail in mails("answer.message") if mail.address == asker.email][-1]
    assert "Ik heb ze gebeld." in last.text
    refused = act_again(broker, case)
    assert refused == 0


def act_again(broker: SignedInClient, case: BrokerCase) -> int:
    """Return how many forms a case shows that is over."""
    return len(broker.get(f"/redactie/makelaar/{case.id}").tree.css("main form.form"))


def test_when_the_owner_writes_after_all_the_broker_is_not_needed(
    broker: SignedInClient, case: BrokerCase, asked: Thread, hers: SignedInClient, asker: User
) -> None:
    page = broker.get(f"/redactie/makelaar/{case.id}")
    data = {
        "csrf_token": page.attributes("[name=csrf_token]", "value")[0],
        "once": page.attributes("[name=once]", "value")[0],
        "words": "Te laat.",
        "post": "",
        "do": "sluiten",
    }
    write(hers, asked.path)
    before = len(mails("answer.message"))

    broker.post(f"/redactie/makelaar/{case.id}", data=data)

    assert only_thread().state == "talking"
    assert len(mails("answer.message")) == before
    assert not broker.get("/redactie/makelaar").tree.css(".desk-case")


def test_who_is_no_editor_any_more_reads_nothing(
    app: Flask, broker: SignedInClient, case: BrokerCase, asked: Thread, theirs: SignedInClient, editor: User
) -> None:
    theirs.press(asked.path, f"{asked.path}/makelaar")
    with transaction():
        editor.role = Role.MEMBER

    assert client_of(app, editor).get(asked.path).status_code == 404
    assert not client_of(app, editor).get("/antwoorden/").tree.css(".thread-row")


def test_an_editor_is_no_broker_of_an_own_conversation(post: Post, editor: User, owner: User) -> None:
    services.start_thread(post, editor, AnswerDraft(WORDS))
    other = make_user("Andere Redacteur", Role.EDITOR)
    clock_runs(23, 23)

    assert db.session.scalars(select(BrokerCase)).one().broker_id == other.id


def test_who_is_broker_for_what_is_chosen_at_the_desk(app: Flask, network: dict[str, Any], editor: User) -> None:
    client = client_of(app, editor)
    delft = db.session.scalars(select(Municipality).filter_by(slug="delft")).one()
    client.post_form("/redactie/makelaar/verdeling", {f"m-{delft.id}": str(editor.id)})

    chosen = client.get("/redactie/makelaar/verdeling").attributes(f"[name=m-{delft.id}] option[selected]", "value")
    assert chosen == [str(editor.id)]
    assert "Makelaars van gemeenten" in client.get("/redactie/logboek").get_data(as_text=True)
    assert {row.user_id for row in db.session.scalars(select(Participant))} == set()


def test_reminders_can_be_switched_off(
    asked: Thread, owner: User, hers: SignedInClient, client: InspectingClient
) -> None:
    clock_runs(12, 12)
    off = link_in(mails("answer.reminder")[0], "/mail/uit/")
    hers.post_form(off)
    clock_runs(18, 18)

    assert len(mails("answer.reminder")) == 1
