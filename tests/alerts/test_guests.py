"""Following without an account: after a mailed link, managed behind a signed link, moved to an account later."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.alerts import services
from portal.alerts.models import Alert, AlertGuest, Frequency, PendingAlert
from portal.core import clock, personal_data
from portal.core.extensions import Model, db
from portal.core.personal_data import Contributions, Person
from portal.core.storage.database import transaction
from tests.alerts.conftest import BOARD, NIGHT, TUESDAY, Run, follow, morning, only_alert
from tests.answers.conftest import link_in, mails
from tests.board.conftest import Place
from tests.fixtures import InspectingClient
from tests.people import SignedInClient, client_of, make_user

EMAIL = "gijs@lyceum.example"


@pytest.fixture
def guest(app: Flask) -> SignedInClient:
    """Return the client of somebody without an account."""
    return client_of(app, None)


def count(model: type[Model]) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def confirmed(guest: SignedInClient, address: str = BOARD) -> str:
    """Follow a list as a guest and confirm; return the path of the guest's page."""
    follow(guest, address, email=EMAIL)
    sent = guest.post_form(link_in(mails("alert.confirm")[-1], "/volgen/bevestigen/"))
    assert sent.status_code == 303
    return sent.headers["Location"].removeprefix("http://localhost")


def test_a_guest_follows_after_a_click_in_a_mail(
    guest: SignedInClient, client: InspectingClient, place: Place, run: Run
) -> None:
    assert EMAIL in follow(guest, f"{BOARD}?rubriek=gastles", email=EMAIL).only("main")
    link = link_in(mails("alert.confirm")[0], "/volgen/bevestigen/")
    assert "Gastles" in client.get(link).only(".page-intro")
    assert client.head(link).status_code == 200
    assert count(Alert) == 0, "a scanner that opens links follows nothing"
    guest.post_form(link)
    assert client.get(link).status_code == 404
    place(at=TUESDAY + NIGHT)

    (sent,) = run(morning())
    assert sent.address == EMAIL
    assert link_in(sent, "/volgen/gast/") in sent.html
    assert client.post(link_in(sent, "/volgen/uit/")).status_code == 200
    assert only_alert().frequency == "none"


def test_a_guest_manages_behind_the_signed_link(guest: SignedInClient, client: InspectingClient) -> None:
    path = confirmed(guest)
    form = f'form[action="{path}/{only_alert().id}/wijzigen"]'
    guest.post_form(path, {"do": "weekly"}, form=form)
    assert only_alert().frequency == "weekly"
    for bad in ("x", path.rpartition("/")[2].replace("MQ.", "Mg.")):
        assert client.get(f"/volgen/gast/{bad}").status_code == 404

    guest.post_form(path, {"do": "verwijder"}, form=form)
    assert count(AlertGuest) == 0, "who follows nothing is forgotten"
    assert client.get(path).status_code == 404


def test_of_two_confirmations_one_counts_and_after_two_days_none(guest: SignedInClient) -> None:
    follow(guest, BOARD, email=EMAIL)
    token = link_in(mails("alert.confirm")[0], "/volgen/bevestigen/").rpartition("/")[2]
    with clock.at(TUESDAY + timedelta(hours=49)):
        assert services.confirm_guest_alert(token) is None
    assert services.confirm_guest_alert(token) is not None
    assert services.confirm_guest_alert(token) is None

    services.delete_expired(TUESDAY + timedelta(hours=49))
    assert count(PendingAlert) == 0


def test_a_guest_follows_at_most_ten_lists(guest: SignedInClient) -> None:
    for number in range(10):
        confirmed(guest, f"{BOARD}?q=woord{number}")
    follow(guest, f"{BOARD}?q=nogeen", email=EMAIL.title())
    link = link_in(mails("alert.confirm")[-1], "/volgen/bevestigen/")
    refused = guest.post_form(link)

    assert count(Alert) == 10
    assert refused.only("h1") == "U volgt te veel lijsten"
    assert "/volgen/gast/" in refused.attributes("main a", "href")[0]


def test_what_a_guest_follows_moves_to_the_account_with_that_address(
    app: Flask, guest: SignedInClient, client: InspectingClient, place: Place, run: Run
) -> None:
    path = confirmed(guest)
    confirmed(guest, f"{BOARD}?q=beton")
    user = make_user("Gijs Gast", email="Gijs@Lyceum.example")
    services.follow(user, "vraag-en-aanbod", "", Frequency.WEEKLY)
    for number in range(9):
        services.follow(user, "vraag-en-aanbod", f"q=woord{number}", Frequency.DAILY)

    services.move_alerts_to_accounts()
    services.move_alerts_to_accounts()

    states = client_of(app, user).get("/volgen/").texts(".contribution-state")
    assert len(states) == 11
    assert states.count("geen mail") == 1, "more than ten is kept, without mail"
    assert client.get(path).status_code == 404
    assert count(AlertGuest) == 0


def test_what_a_guest_stopped_is_forgotten_after_a_month(guest: SignedInClient) -> None:
    confirmed(guest)
    services.set_frequency(only_alert(), Frequency.NONE)

    services.delete_expired(TUESDAY + timedelta(days=29))
    assert count(Alert) == 1
    services.delete_expired(TUESDAY + timedelta(days=31))
    assert count(Alert) == count(AlertGuest) == 0


def test_download_and_erasure_cover_account_and_guest(app: Flask, guest: SignedInClient) -> None:
    confirmed(guest)
    user: User = make_user("Gijs Gast", email=EMAIL)
    services.follow(user, "agenda", "", Frequency.WEEKLY)
    follow(guest, f"{BOARD}?q=beton", email=EMAIL)
    person = Person(user.id, user.name, user.email)

    found = personal_data.export(person)
    assert {row["list_slug"] for row in found["alert"]} == {"agenda", "vraag-en-aanbod"}
    assert len(found["alert_guest"]) == len(found["alert_pending"]) == 1

    with transaction():
        personal_data.erase(person, Contributions.ANONYMISE)
    assert count(Alert) == count(AlertGuest) == count(PendingAlert) == 0
