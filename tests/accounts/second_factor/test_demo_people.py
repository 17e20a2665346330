"""The accounts of the demo: to be tried, and nowhere else."""

import re
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import update

from portal.accounts import passwords, second_factor
from portal.accounts.models import User
from portal.actionplan.models import Signature
from portal.community.models import Profile, Seat
from portal.core.clock import today
from portal.core.extensions import db
from portal.core.models import ContentVersion
from portal.core.storage.database import transaction
from portal.operations import demo_people
from tests.accounts.second_factor.conftest import code_of
from tests.fixtures import make_demo


@pytest.fixture(scope="module")
def accounts(demo_copy: Flask) -> list[demo_people.Account]:
    """Return the accounts that loading the demo made."""
    with demo_copy.app_context():
        return demo_people.load()


@pytest.fixture(scope="module")
def demo_copy(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return a portal of its own that holds the demo; the shared one is only read."""
    return make_demo(tmp_path_factory.mktemp("demo-people"))


def test_an_installation_without_demo_gets_no_account(app: Flask) -> None:
    """CHECKS 19: nobody with a printed password in a fresh install."""
    with pytest.raises(demo_people.NotADemo):
        demo_people.load()
    assert db.session.scalar(db.select(User)) is None


def test_everybody_is_there_and_can_sign_in(demo_copy: Flask, accounts: list[demo_people.Account]) -> None:
    assert Counter(account.part for account in accounts) == {
        "administrator": 1,
        "editor": 2,
        "signatory": 2,
        "member": 40,
    }
    with demo_copy.app_context():
        by_address = {user.email: user for user in db.session.scalars(db.select(User))}
        chosen = [account for account in accounts if account.part != "member"] + accounts[-2:]
        assert all(passwords.fits(by_address[a.email].password_hash, a.password) for a in chosen)
        assert all(by_address[account.email].is_active for account in accounts)


def test_members_find_each_other(demo_copy: Flask, accounts: list[demo_people.Account]) -> None:
    with demo_copy.app_context():
        told = {profile.user.email: profile for profile in db.session.scalars(db.select(Profile))}
        assert {account.email for account in accounts if account.part == "member"} == set(told)
        assert all(profile.search_document() and profile.offers and profile.seeks for profile in told.values())


def test_editors_have_the_secret_of_their_app(demo_copy: Flask, accounts: list[demo_people.Account]) -> None:
    with demo_copy.app_context():
        for account in accounts:
            user = db.session.scalars(db.select(User).where(User.email == account.email)).one()
            assert user.is_editor == bool(account.totp_secret)
            if account.totp_secret:
                assert user.has_second_factor
                assert second_factor.accept(user, code_of(account.totp_secret))


def test_signatories_sit_at_organisations_that_signed(demo_copy: Flask, accounts: list[demo_people.Account]) -> None:
    with demo_copy.app_context():
        addresses = [account.email for account in accounts if account.part == "signatory"]
        seats = db.session.scalars(db.select(Seat).join(User).where(User.email.in_(addresses))).all()
        signed = set(db.session.scalars(db.select(Signature.organisation_id)))
        assert len(seats) == 2
        assert all(seat.organisation_id in signed and seat.since <= today() and not seat.is_public for seat in seats)


def test_every_loading_makes_other_passwords_and_each_is_strong(
    demo_copy: Flask, accounts: list[demo_people.Account]
) -> None:
    made = {demo_people.new_password() for _ in range(200)}
    assert len(made) == 200
    for password in list(made)[:5]:
        passwords.check_choice(password, ("Beheer van de demo", "beheer@example.org"))
    assert len({account.password for account in accounts}) == 6


def test_what_is_printed_holds_one_line_per_account(accounts: list[demo_people.Account]) -> None:
    printed = demo_people.announcement(accounts)
    lines = [line for line in printed.splitlines() if "@" in line]
    assert len(lines) == 45
    assert all(re.fullmatch(r"\w+ +\S+@example\.org +\S+(  [A-Z2-7]{32})?", line) for line in lines)


def test_the_data_of_people_is_never_taken_for_a_demo(app: Flask, member: User) -> None:
    with transaction() as session:
        session.execute(update(ContentVersion).values(demo=False))
    with pytest.raises(demo_people.NotADemo):
        demo_people.load()
    assert member.password_hash is None
