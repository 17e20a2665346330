"""What administrators do to accounts."""

import pytest
from flask import Flask

from portal.accounts import administration, audit, passwords
from portal.accounts.models import AuditEntry, Role, User
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.mail.models import MailMessage
from tests.accounts.second_factor.conftest import QUESTION, give_app, half_signed_in
from tests.people import client_of, make_user

PAGE = "/account/bewijs"
PASSWORD = "zeven zwanen over de Vliet"


def is_in(client: object) -> bool:
    return "inloggen" not in (client.get(PAGE).location or "")  # type: ignore[attr-defined]  # a client


def test_the_last_administrator_stays(app: Flask, administrator: User, editor: User) -> None:
    """CHECKS 44: neither demoted nor shut out, by anybody; possible once there is another who can sign in."""
    with pytest.raises(administration.LastAdministrator):
        administration.set_role(administrator, Role.EDITOR, actor=administrator)
    with pytest.raises(administration.LastAdministrator):
        administration.disable(administrator)
    other = make_user("Tweede Beheerder", Role.ADMINISTRATOR, disabled_at=now())
    with pytest.raises(administration.LastAdministrator):
        administration.disable(administrator)
    db.session.refresh(administrator)
    assert (administrator.role, administrator.is_active) == (Role.ADMINISTRATOR, True)

    administration.enable(other)
    administration.set_role(administrator, Role.MEMBER, actor=other)
    assert administrator.role == Role.MEMBER
    with pytest.raises(administration.LastAdministrator):
        administration.disable(other)


def test_disabling_ends_every_session_at_once(app: Flask, member: User, administrator: User) -> None:
    """CHECKS 18."""
    here, there = client_of(app, member), client_of(app, member)
    assert is_in(here)

    administration.disable(member, actor=administrator, reason="Doet zich voor als een ander.")
    assert not is_in(here)
    assert not is_in(there)
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.actor_id, entry.action, entry.subject_id) == (administrator.id, "user.disabled", member.id)
    assert entry.note == "Doet zich voor als een ander."


def test_another_role_ends_the_sessions_is_noted_and_told(app: Flask, member: User, administrator: User) -> None:
    client = client_of(app, member)
    administration.set_role(member, Role.EDITOR, actor=administrator)

    assert not is_in(client)
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert entry.details == {"before": "member", "after": "editor"}
    assert db.session.scalars(db.select(MailMessage)).one().address == member.email


def test_the_same_role_again_changes_nothing(app: Flask, member: User) -> None:
    client = client_of(app, member)
    administration.set_role(member, Role.MEMBER)
    assert is_in(client)
    assert db.session.scalar(db.select(AuditEntry)) is None


def test_a_made_account_has_a_good_password_and_its_own_address(app: Flask) -> None:
    user = administration.create("Piet Proef", "Piet@Example.org", Role.MEMBER, PASSWORD)
    assert user.email == "piet@example.org"
    assert passwords.fits(user.password_hash, PASSWORD)
    with pytest.raises(administration.AddressTaken):
        administration.create("Piet Dubbel", "PIET@example.org", Role.EDITOR, PASSWORD)
    with pytest.raises(passwords.PasswordRefused):
        administration.create("Kort", "kort@example.org", Role.MEMBER, "kort")


def test_who_lost_the_factor_is_helped_and_an_editor_sets_up_anew(app: Flask, new_editor: User) -> None:
    give_app(new_editor)
    administration.reset_second_factor(new_editor)

    assert not new_editor.has_second_factor
    client = half_signed_in(app, new_editor)
    assert client.get("/account/tweede-stap/herstelcodes").location.startswith(QUESTION)
    assert client.get("/account/tweede-stap/app").status_code == 200


def test_the_log_names_who_did_it_after_the_account_is_gone(app: Flask, member: User, administrator: User) -> None:
    with transaction():
        audit.record(administrator, "user.disabled", member)
    assert db.session.scalars(db.select(AuditEntry)).one().actor_name == administrator.name
