"""`portal user`, as one types it."""

import argparse
import io

import pytest
from flask import Flask

from portal import cli
from portal.accounts import passwords
from portal.accounts.models import AuditEntry, Role, User
from portal.core.extensions import db
from portal.operations import users
from tests.people import client_of, make_user

PASSWORD = "zeven zwanen over de Vliet"


@pytest.fixture
def portal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> "Command":
    """Return a way to type commands against the test's database."""
    monkeypatch.setattr(cli, "create_app", lambda: app)
    return Command(monkeypatch)


class Command:
    """Types `portal …`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __call__(self, *arguments: str, typed: str = "") -> int:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        db.session.rollback()  # the command closes the connections of the pool, which this returns its own to
        status = cli.main(arguments)
        db.session.rollback()
        return status


def create(portal: Command, email: str, role: str = "administrator", typed: str = PASSWORD) -> int:
    return portal("user", "create", "Ada Admin", "--email", email, "--role", role, "--password-stdin", typed=typed)


def test_the_first_administrator_is_made_on_the_command_line(
    app: Flask, portal: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """CHECKS 19: there is no account before; the password comes from standard input and is shown nowhere."""
    assert db.session.scalar(db.select(User)) is None
    assert create(portal, "Ada@example.org", typed=PASSWORD + "\n") == 0

    user = db.session.scalars(db.select(User)).one()
    assert (user.name, user.email, user.role, user.is_active) == ("Ada Admin", "ada@example.org", "administrator", True)
    assert passwords.fits(user.password_hash, PASSWORD)
    said = capsys.readouterr()
    assert "Ada Admin" in said.out
    assert PASSWORD not in said.out + said.err
    assert db.session.scalars(db.select(AuditEntry.action)).all() == ["user.created"]


@pytest.mark.parametrize(
    ("email", "typed", "status"),
    [
        ("bekend@example.org", PASSWORD, 1),
        ("geen adres", PASSWORD, 2),
        ("a@example.org\nBcc: b@example.org", PASSWORD, 2),
        ("nieuw@example.org", "kort", 2),
        ("nieuw@example.org", "", 2),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line(
    app: Flask, portal: Command, capsys: pytest.CaptureFixture[str], email: str, typed: str, status: int
) -> None:
    make_user("Bea Bekend", email="bekend@example.org")
    assert create(portal, email, typed=typed) == status

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("portal: ")
    assert len(db.session.scalars(db.select(User)).all()) == 1


def test_roles_and_shutting_out_end_sessions(app: Flask, portal: Command, member: User) -> None:
    client = client_of(app, member)
    assert portal("user", "role", member.email.upper(), "editor") == 0
    assert member.role == Role.EDITOR
    assert client.get("/account/bewijs").location.startswith("/account/inloggen")

    assert portal("user", "disable", member.email) == 0
    assert not member.is_active
    assert portal("user", "enable", member.email) == 0
    assert member.is_active


def test_the_last_administrator_and_strangers_are_refused(
    app: Flask, portal: Command, administrator: User, capsys: pytest.CaptureFixture[str]
) -> None:
    """CHECKS 44."""
    assert portal("user", "role", administrator.email, "member") == 1
    assert portal("user", "disable", administrator.email) == 1
    assert "last administrator" in capsys.readouterr().err
    assert portal("user", "disable", "niemand@example.org") == 1
    assert administrator.is_administrator


@pytest.mark.parametrize("arguments", [[], ["role", "a@example.org", "king"], ["create", "x", "--role", "member"]])
def test_a_wrong_call_is_explained_with_status_2(portal: Command, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        portal("user", *arguments)
    assert stopped.value.code == 2


def test_help_names_every_action(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser(prog="portal user")
    users.describe(parser)
    with pytest.raises(SystemExit) as stopped:
        parser.parse_args(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert all(action in said for action in ("create", "role", "disable", "enable", "reset-second-factor"))
