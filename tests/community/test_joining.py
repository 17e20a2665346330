"""An invited person without an account: account and place in one go, and only with the address that was invited."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import deferred_actions
from portal.accounts.models import AuditEntry, User
from portal.community import joining
from portal.community import seats as service
from portal.community.models import Invitation, Organisation, Seat
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.accounts.coming_in import FRESH, is_in, link_of
from tests.community.people import link_in, mails, make_organisation, owner
from tests.people import client_of, make_user

INVITED = "collega@museon.nl"
FILLED = {"name": "Carla Collega", "password": FRESH, "is_public": "y"}


@pytest.fixture
def museon(app: Flask) -> Organisation:
    """Return an organisation."""
    return make_organisation()


@pytest.fixture
def path(app: Flask, museon: Organisation, member: User) -> str:
    """Return the path of an invitation, as it stands in the mail."""
    owner(member, museon)
    service.invite(museon, member, INVITED, "educator")
    return link_in(mails("seat.invitation")[-1], "/uitnodiging/")


def somebody(email: str) -> User | None:
    """Return whose address it is."""
    db.session.rollback()
    return db.session.scalar(select(User).where(User.email == email))


def test_account_and_place_come_in_one_go_without_another_mail(app: Flask, path: str, museon: Organisation) -> None:
    browser = client_of(app, None)
    assert browser.get(path).attributes("#email", "value") == [INVITED]
    answer = browser.post_form(path, FILLED)

    assert (answer.status_code, answer.location) == (303, "/organisaties/museon")
    user = somebody(INVITED)
    assert user is not None
    assert (user.name, user.confirmed_at is not None) == ("Carla Collega", True)
    (seat,) = db.session.scalars(select(Seat).where(Seat.user_id == user.id))
    assert (seat.organisation_id, seat.role, seat.is_public) == (museon.id, "educator", True)
    assert is_in(browser)
    deferred_actions.run_pending()
    assert [mail.kind for mail in db.session.scalars(select(MailMessage))] == ["seat.invitation", "seat.changed"]
    assert "seat.accepted" in db.session.scalars(select(AuditEntry.action)).all()


def test_the_new_password_lets_one_in_again(app: Flask, path: str) -> None:
    client_of(app, None).post_form(path, FILLED)
    again = client_of(app, None)
    again.post_form("/account/inloggen", {"email": INVITED, "password": FRESH})

    assert is_in(again)


def test_another_address_is_confirmed_by_mail_first(app: Flask, path: str) -> None:
    """Holding the link proves the invited address and no other: nobody gets an account on somebody else's."""
    browser = client_of(app, None)
    answer = browser.post_form(path, {**FILLED, "email": "iemand@anders.nl"})

    assert answer.location == "/account/onderweg/registratie"
    assert somebody("iemand@anders.nl") is None
    assert not is_in(browser)
    assert db.session.scalars(select(Invitation)).one().is_open
    deferred_actions.run_pending()
    mail = db.session.scalars(select(MailMessage).where(MailMessage.address == "iemand@anders.nl")).one()
    entered = browser.post_form(link_of(mail))
    assert entered.location == path
    assert browser.post_form(path).location == "/organisaties/museon"


def test_an_address_that_is_somebodys_gets_no_second_account(app: Flask, path: str) -> None:
    known = make_user("Carla Bekend", email=INVITED)
    browser = client_of(app, None)
    page = browser.get(path)

    assert page.tree.css("main form[method=post]") == []
    assert f"/account/inloggen?next={path}" in page.attributes("main a", "href")
    token = client_of(app, None).get("/account/registreren").attributes("main [name=csrf_token]", "value")[0]
    assert browser.post(path, data={**FILLED, "email": INVITED, "csrf_token": token}).status_code in (400, 401)
    assert somebody(INVITED) == known


def test_the_address_of_somebody_else_is_not_taken_over(app: Flask, path: str, other_member: User) -> None:
    """Whoever types a known address hears the same as with an unknown one, and gets nothing."""
    before = other_member.password_hash
    answer = client_of(app, None).post_form(path, {**FILLED, "email": other_member.email})

    assert answer.location == "/account/onderweg/registratie"
    deferred_actions.run_pending()
    db.session.refresh(other_member)
    assert other_member.password_hash == before


@pytest.mark.parametrize("act", ["revoked_at", "expires_at", "accepted_at"])
def test_an_invitation_that_is_over_makes_no_account(app: Flask, path: str, act: str) -> None:
    browser = client_of(app, None)
    page = browser.get(path)
    token = page.attributes("main [name=csrf_token]", "value")[0]
    with transaction():
        setattr(db.session.scalars(select(Invitation)).one(), act, now() - timedelta(days=1))
    answer = browser.post(path, data={**FILLED, "email": INVITED, "csrf_token": token})

    assert answer.status_code == 410
    assert somebody(INVITED) is None


def test_of_two_at_once_one_gets_account_and_place(app: Flask, path: str) -> None:
    invitation = db.session.scalars(select(Invitation)).one()
    joining.join(invitation, "Eerste", "x", is_public=False)

    with pytest.raises(service.InvitationGone):
        joining.join(invitation, "Tweede", "y", is_public=False)
    assert len(db.session.scalars(select(User).where(User.email == INVITED)).all()) == 1


def test_an_easy_password_is_refused_and_what_was_typed_stays(app: Flask, path: str) -> None:
    answer = client_of(app, None).post_form(path, {**FILLED, "password": "wachtwoord"})

    assert answer.status_code == 422
    assert answer.attributes("#name", "value") == ["Carla Collega"]
    assert somebody(INVITED) is None


def test_looking_makes_nothing(app: Flask, path: str) -> None:
    """CHECKS 31: mail scanners follow every link."""
    visitor = client_of(app, None)

    assert (visitor.get(path).status_code, visitor.head(path).status_code) == (200, 200)
    assert somebody(INVITED) is None
