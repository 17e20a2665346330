"""Accounts at beheer: who may come there, finding people, and every act with its line in the log."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import sessions
from portal.accounts.models import AuditEntry, Role, User
from portal.community.models import Seat
from portal.core.clock import today
from portal.core.extensions import db
from portal.core.storage.database import transaction
from tests.people import SignedInClient, client_of, make_user

PAGES = ("/beheer/", "/beheer/gebruikers", "/beheer/instellingen")


@pytest.fixture
def beheer(app: Flask, administrator: User) -> SignedInClient:
    """Return the browser of an administrator."""
    return client_of(app, administrator)


def _path(user: User) -> str:
    return f"/beheer/gebruikers/{user.id}"


def _fresh(user: User) -> User:
    db.session.rollback()
    db.session.refresh(user)
    return user


def _logged() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.parametrize("path", PAGES)
def test_only_administrators(app: Flask, member: User, editor: User, path: str) -> None:
    """CHECKS 37: an editor manages no accounts."""
    for address in (path, _path(member)):
        assert client_of(app, None).get(address).status_code == 303
        assert client_of(app, member).get(address).status_code == 403
        assert client_of(app, editor).get(address).status_code == 403


@pytest.mark.parametrize("act", ["", "/uitzetten", "/aanzetten", "/afmelden", "/tweede-stap-wissen"])
def test_nobody_else_acts(app: Flask, member: User, editor: User, act: str) -> None:
    """CHECKS 36, 37, 41: by no method, with or without htmx; nobody gives himself a role."""
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for user, status in ((None, 401), (member, 403), (editor, 403)):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client_of(app, user).post(_path(member) + act, data={"role": "administrator"}, headers=headers)
                assert answer.status_code == status
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert _fresh(member).role == Role.MEMBER
    assert member.disabled_at is None


@pytest.mark.parametrize("act", ["uitzetten", "aanzetten", "afmelden", "tweede-stap-wissen"])
def test_acts_need_a_token_and_a_post(beheer: SignedInClient, member: User, act: str) -> None:
    """CHECKS 28, 31."""
    assert beheer.post(f"{_path(member)}/{act}").status_code in (400, 403)
    assert beheer.get(f"{_path(member)}/{act}").status_code == 405
    assert beheer.head(f"{_path(member)}/{act}").status_code == 405
    assert _fresh(member).disabled_at is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=lotte", ["Lotte van der Lid"]),
        ("?q=%25", []),
        ("?rol=administrator", ["Bert Beheerder"]),
        ("?stand=uitgezet", ["Anders de Ander"]),
        ("?stand=onbevestigd", []),
        ("?rol=keizer", ["Anders de Ander", "Bert Beheerder", "Lotte van der Lid"]),
    ],
)
def test_finding_people(beheer: SignedInClient, member: User, other_member: User, query: str, names: list[str]) -> None:
    """CHECKS 49."""
    beheer.post_form(_path(other_member), form='form[action$="/uitzetten"]')

    assert beheer.get(f"/beheer/gebruikers{query}").texts("tbody td:first-child") == names


def test_a_new_role_ends_sessions_and_is_logged(beheer: SignedInClient, app: Flask, member: User) -> None:
    theirs = client_of(app, member)
    answer = beheer.post_form(_path(member), {"role": "editor"})

    assert answer.status_code == 303
    assert _fresh(member).role == Role.EDITOR
    assert sessions.list_sessions(member) == []
    assert theirs.get("/redactie/").status_code == 303
    assert "user.role_changed" in _logged()


def test_an_unknown_role_is_refused(beheer: SignedInClient, member: User) -> None:
    """CHECKS 41."""
    assert beheer.post_form(_path(member), {"role": "keizer"}).status_code == 422
    assert _fresh(member).role == Role.MEMBER


def test_disabling_ends_sessions_and_enabling_restores(beheer: SignedInClient, app: Flask, member: User) -> None:
    """CHECKS 18."""
    beheer.post_form(_path(member), {"reason": "Spam"}, form='form[action$="/uitzetten"]')
    assert not _fresh(member).is_active
    assert sessions.list_sessions(member) == []
    assert "geblokkeerd" in beheer.get(_path(member)).only(".sheet-head .stamp")

    beheer.post_form(_path(member), form='form[action$="/aanzetten"]')
    assert _fresh(member).is_active
    assert [action for action in _logged() if action.startswith("user.")] == ["user.disabled", "user.enabled"]


@pytest.mark.parametrize("act", ["role", "disable"])
def test_the_last_administrator_stays(beheer: SignedInClient, administrator: User, act: str) -> None:
    """CHECKS 44: neither demoted nor shut out; told why."""
    if act == "role":
        answer = beheer.post_form(
            _path(administrator), {"role": "member"}, form=f'form[action="{_path(administrator)}"]'
        )
    else:
        answer = beheer.post_form(_path(administrator), form='form[action$="/uitzetten"]')

    assert answer.status_code == 409
    assert "laatste beheerder" in answer.only(".error-summary")
    assert _fresh(administrator).is_administrator
    assert administrator.is_active


def test_one_of_two_administrators_may_go(beheer: SignedInClient, administrator: User) -> None:
    make_user("Bea Beheerder", Role.ADMINISTRATOR)

    assert beheer.post_form(_path(administrator), {"role": "editor"}).status_code == 303
    assert _fresh(administrator).role == Role.EDITOR


def test_signing_somebody_out_everywhere(beheer: SignedInClient, app: Flask, member: User) -> None:
    theirs = client_of(app, member)
    beheer.post_form(_path(member), form='form[action$="/afmelden"]')

    assert theirs.get("/account/mail").status_code == 303
    assert "user.sessions_ended" in _logged()


def test_a_seat_ends(beheer: SignedInClient, signatory: User, member: User) -> None:
    (seat,) = db.session.scalars(select(Seat))
    path = f"{_path(signatory)}/zetels/{seat.id}/beeindigen"
    beheer.press(_path(signatory), path)

    db.session.rollback()
    db.session.refresh(seat)
    assert seat.until == today()
    assert "seat.ended" in _logged()


def test_a_seat_of_somebody_else_is_not_there(beheer: SignedInClient, signatory: User, member: User) -> None:
    (seat,) = db.session.scalars(select(Seat))
    with transaction():
        seat.until = today() + timedelta(days=9)
    token = beheer.get(_path(member)).attributes("input[name=csrf_token]", "value")[0]

    answer = beheer.post(f"{_path(member)}/zetels/{seat.id}/beeindigen", data={"csrf_token": token})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/beheer/gebruikers/99999", "/beheer/gebruikers/0", "/beheer/gebruikers/1e1"])
def test_accounts_that_do_not_exist(beheer: SignedInClient, path: str) -> None:
    assert beheer.get(path).status_code == 404


def test_names_are_text(beheer: SignedInClient) -> None:
    """CHECKS 45."""
    user = make_user("<img src=x onerror=alert(1)>")
    for path in ("/beheer/gebruikers", _path(user)):
        assert beheer.get(path).tree.css("main img") == []


def test_the_menu_names_who_is_signed_in(beheer: SignedInClient, administrator: User, member: User) -> None:
    """The page is about somebody else."""
    assert beheer.get(_path(member)).only(".account-name") == administrator.name
