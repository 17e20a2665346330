"""The queue: who may see it, in what order, and what waits too long."""

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core.storage.database import transaction
from portal.core.storage.site_settings import write
from portal.desk import settings
from portal.publishing import desk
from tests.desk.conftest import HandIn
from tests.people import SignedInClient, client_of

PAGES = ("/redactie/", "/redactie/logboek", "/redactie/logboek.csv")


@pytest.mark.parametrize("path", PAGES)
def test_only_editors_see_the_desk(app: Flask, member: User, hand_in: HandIn, path: str) -> None:
    """CHECKS 37: visitors are asked to sign in, members are refused."""
    for address in (path, f"/redactie/artikel/{hand_in().id}"):
        assert client_of(app, None).get(address).status_code == 303
        assert client_of(app, member).get(address).status_code == 403
        assert client_of(app, None).head(address).status_code in (303, 403)


def test_members_cannot_decide(app: Flask, member: User, hand_in: HandIn) -> None:
    """CHECKS 36, 37: neither by form nor as htmx, and nothing changes."""
    article = hand_in()
    path = f"/redactie/artikel/{article.id}"
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for user, status in ((None, 401), (member, 403)):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client_of(app, user).post(path, data={"decision": "approve"}, headers=headers)
                assert answer.status_code == status
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    found = desk.find_case("artikel", article.id)
    assert found is not None
    assert found.is_waiting


def test_longest_waiting_comes_first_and_overdue_says_so_in_words(desk_client: SignedInClient, hand_in: HandIn) -> None:
    hand_in("Net binnen")
    hand_in("Lang geleden", days=9)
    page = desk_client.get("/redactie/")

    assert page.texts(".desk-case .card-title") == ["Lang geleden", "Net binnen"]
    assert page.texts(".is-overdue .stamp") == ["Te laat"]
    assert page.texts(".figures b") == ["2", "1"]
    assert desk.waiting_count() == 2


def test_days_until_overdue_are_a_setting(desk_client: SignedInClient, hand_in: HandIn) -> None:
    hand_in(days=9)
    with transaction():
        write(settings.OVERDUE_DAYS, "20")

    assert desk_client.get("/redactie/").texts(".stamp") == []


def test_an_empty_desk_says_what_happens_next(desk_client: SignedInClient) -> None:
    assert desk_client.get("/redactie/").only(".empty-state-title") == "Alles is beoordeeld"


def test_kinds_can_be_looked_at_apart(desk_client: SignedInClient, hand_in: HandIn) -> None:
    hand_in()

    assert desk_client.get("/redactie/?soort=artikel").texts(".desk-case") != []
    assert desk_client.get("/redactie/?soort=bericht").texts(".desk-case") == []
    assert desk_client.get("/redactie/?soort=onzin").texts(".desk-case") != []
