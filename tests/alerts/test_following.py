"""Following the filter of a list: what is new comes as mail, once, and nothing else does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.alerts import sending, services
from portal.alerts.models import Alert, Frequency
from portal.board.models import Category
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail import many
from portal.search import services as search
from tests.alerts.conftest import AGENDA, BOARD, NIGHT, SEARCH, TUESDAY, Run, alert_mails, follow, morning, only_alert
from tests.answers.conftest import link_in
from tests.board.conftest import Place
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user


def test_the_lists_lead_to_following_with_their_filter(place: Place, hers: SignedInClient) -> None:
    place()
    links = hers.get("/vraag-en-aanbod/?rubriek=gastles&gemeente=delft").attributes(".feed-links a", "href")
    assert links[0] == f"{BOARD}?rubriek=gastles&gemeente=delft"
    assert AGENDA in hers.get("/agenda/").attributes(".feed-links a", "href")

    page = hers.get(links[0])
    assert page.only("h1") == "Volg “Vraag & Aanbod: Gastles, Delft”"
    assert "/vraag-en-aanbod/feed.atom?gemeente=delft&rubriek=gastles" in page.attributes(".feed-links a", "href")


def test_only_what_is_new_and_fits_is_mailed(place: Place, hers: SignedInClient, follower: User, run: Run) -> None:
    place(title="Van vorige week", at=TUESDAY - timedelta(days=7))
    follow(hers, f"{BOARD}?rubriek=gastles")
    place(title="Les over beton", at=TUESDAY + NIGHT)
    place(title="Stage bij de bakker", category="stageplaats", at=TUESDAY + NIGHT)

    assert run(TUESDAY + NIGHT + timedelta(hours=1)) == [], "the mail comes in the morning"
    (sent,) = run(morning())
    assert sent.address == follower.email
    assert sent.subject == "1 nieuw: Vraag & Aanbod: Gastles"
    assert "Les over beton" in sent.text
    assert "vorige week" not in sent.text
    assert "bakker" not in sent.text

    assert run(morning(2)) == [], "nothing new, no mail"
    place(title="Les over staal", at=morning(2) + NIGHT)
    (sent,) = run(morning(3))
    assert "staal" in sent.text
    assert "beton" not in sent.text


def test_a_weekly_alert_comes_on_monday_with_the_whole_week(place: Place, hers: SignedInClient, run: Run) -> None:
    follow(hers, BOARD, "weekly")
    place(title="Van dinsdag", at=TUESDAY + NIGHT)
    place(title="Van zaterdag", at=TUESDAY + timedelta(days=4))

    assert [run(morning(day)) for day in range(1, 6)] == [[]] * 5
    (sent,) = run(morning(6))
    assert sent.subject.startswith("2 nieuw")
    assert sent.text.index("dinsdag") < sent.text.index("zaterdag")


def test_a_run_that_was_killed_continues_and_mails_nobody_twice(
    app: Flask, place: Place, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        services.follow(make_user(f"Lid {number}"), "vraag-en-aanbod", "", Frequency.DAILY)
    place(at=TUESDAY + NIGHT)
    monkeypatch.setattr(sending, "BATCH", 2)
    send, calls = many.send_all, iter(range(99))

    def send_until_killed(letters: Sequence[many.Letter]) -> int:
        sent = send(letters)
        if next(calls) == 1:
            raise KeyboardInterrupt
        return sent

    monkeypatch.setattr(many, "send_all", send_until_killed)
    with pytest.raises(KeyboardInterrupt):
        run(morning())
    assert len(alert_mails()) == 2, "the batch that broke off left nothing"

    run(morning())
    run(morning())
    assert len({sent.address for sent in alert_mails()}) == len(alert_mails()) == 5


def test_following_again_only_changes_how_often(hers: SignedInClient) -> None:
    follow(hers, f"{BOARD}?rubriek=gastles&gemeente=delft")
    follow(hers, f"{BOARD}?gemeente=delft&rubriek=gastles&sorteer=reactiedatum&status=alle", "weekly")

    assert only_alert().frequency == "weekly"
    assert hers.get("/volgen/").texts(".contribution-state") == ["elke week, op maandag"]


def test_what_one_follows_is_changed_and_stopped(place: Place, hers: SignedInClient, run: Run) -> None:
    follow(hers, BOARD)
    path = f"/volgen/{only_alert().id}/wijzigen"
    place(at=TUESDAY + NIGHT)
    hers.post_form("/volgen/", {"do": "none"}, form=f'form[action="{path}"]')
    assert run(morning()) == []

    with clock.at(morning()):
        hers.post_form("/volgen/", {"do": "daily"}, form=f'form[action="{path}"]')
    assert run(morning(2)) == [], "what came while there was no mail is not new"
    hers.post_form("/volgen/", {"do": "verwijder"}, form=f'form[action="{path}"]')
    assert db.session.scalars(select(Alert)).all() == []
    assert "U volgt nog niets" in hers.get("/volgen/").only("main")


def test_nobody_follows_more_than_ten_lists(hers: SignedInClient, network: dict[str, Any]) -> None:
    for number in range(10):
        assert follow(hers, f"{BOARD}?q=woord{number}").status_code == 303

    refused = follow(hers, f"{BOARD}?q=nogeen")
    assert refused.status_code == 422
    assert "10" in refused.only(".error-summary li")
    assert len(hers.get("/volgen/").texts(".alert-row")) == 10


def test_nobody_changes_what_others_follow(app: Flask, hers: SignedInClient) -> None:
    follow(hers, BOARD)
    other = client_of(app, make_user("Nieuwsgierige Nel"))
    token = other.get("/account/bijdragen").attributes("[name=csrf_token]", "value")[0]

    path = f"/volgen/{only_alert().id}/wijzigen"
    assert other.post(path, data={"csrf_token": token, "do": "none"}).status_code == 404
    assert hers.post(path, data={"do": "none"}).status_code == 400
    assert only_alert().frequency == "daily"


def test_one_click_in_the_mail_stops_it(place: Place, hers: SignedInClient, client: InspectingClient, run: Run) -> None:
    """RFC 8058: a POST of the mail program, without cookie or token of a form; a scanner's GET does nothing."""
    follow(hers, BOARD)
    place(at=TUESDAY + NIGHT)
    (sent,) = run(morning())
    path = link_in(sent, "/volgen/uit/")
    assert sent.headers["List-Unsubscribe"].endswith(f"{path}>")
    assert sent.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert "Vraag & Aanbod" in client.get(path).only(".page-intro")
    assert only_alert().frequency == "daily"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert only_alert().frequency == "none"
    place(at=morning() + NIGHT)
    assert run(morning(2)) == []
    for bad in ("x", path[:-1], "é" * 300):
        assert client.get(f"/volgen/uit/{bad.rpartition('/')[2]}").status_code == 404


def test_words_wait_until_the_index_has_caught_up(place: Place, hers: SignedInClient, run: Run) -> None:
    search.rebuild()
    follow(hers, f"{BOARD}?q=beton")
    place(title="Les over beton", at=TUESDAY + NIGHT)
    place(title="Les over staal", at=TUESDAY + NIGHT)
    assert run(morning()) == []

    search.apply_changes()
    (sent,) = run(morning() + timedelta(minutes=5))
    assert "beton" in sent.text
    assert "staal" not in sent.text


def test_a_search_is_followed_too(place: Place, hers: SignedInClient, run: Run) -> None:
    search.rebuild()
    follow(hers, f"{SEARCH}?q=lassen&type=post")
    made = place(at=TUESDAY + NIGHT)
    search.apply_changes()
    assert f"{SEARCH}?q=lassen" in hers.get("/zoeken?q=lassen").attributes(".feed-links a", "href")

    (sent,) = run(morning())
    assert sent.subject == "1 nieuw: Zoeken: lassen, Vraag & Aanbod"
    assert made.path in sent.text


def test_a_filter_whose_option_is_gone_does_not_become_wider(place: Place, hers: SignedInClient, run: Run) -> None:
    follow(hers, f"{BOARD}?rubriek=stageplaats")
    with transaction() as session:
        session.delete(session.scalars(select(Category).where(Category.slug == "stageplaats")).one())
    place(at=TUESDAY + NIGHT)

    assert run(morning()) == []
    assert "bestaat niet meer" in hers.get("/volgen/").only(".alert-row .quiet")


def test_a_disabled_member_gets_nothing(place: Place, hers: SignedInClient, follower: User, run: Run) -> None:
    follow(hers, BOARD)
    place(at=TUESDAY + NIGHT)
    with transaction():
        follower.disabled_at = clock.now()

    assert run(morning()) == []


def test_a_list_that_does_not_exist_cannot_be_followed(hers: SignedInClient, client: InspectingClient) -> None:
    assert client.get("/volgen/niets").status_code == 404
    assert client.get(f"{BOARD}?q={'a' * 5000}").status_code == 200, "words are cut as on the board"
    assert client.get("/volgen/").status_code == 303
