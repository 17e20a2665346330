"""`portal user`: manages accounts from the command line; the first administrator is created with it."""

import argparse
import sys
from collections.abc import Callable

from flask import Flask

from portal.accounts import administration
from portal.accounts.models import Role, User
from portal.accounts.passwords import PasswordRefused
from portal.core.text import clean
from portal.mail import addresses

OK, FAILED, USAGE = 0, 1, 2
LONGEST_NAME = 120
ROLES = [role.value for role in Role]


class Problem(Exception):
    """The command cannot be carried out; the message is one line for the terminal."""


class WrongName(ValueError):
    """The name is empty or too long."""


def describe(command: argparse.ArgumentParser) -> None:
    """Add the subcommands to the parser of `portal user`; the option `act` of each is its function."""
    acts = command.add_subparsers(metavar="ACTION", required=True)

    def add(name: str, act: Callable[[argparse.Namespace], str], explanation: str) -> argparse.ArgumentParser:
        parser = acts.add_parser(name, help=explanation, description=explanation)
        parser.set_defaults(act=act)
        return parser

    create = add("create", _create, "Make an account; the password is one line on standard input.")
    create.add_argument("name", metavar="NAME", help="as it stands beside what this person writes")
    create.add_argument("--email", required=True)
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument("--password-stdin", action="store_true", required=True, help="read the password from there")
    role = add("role", _role, "Give somebody another role; ends the sessions of that account.")
    role.add_argument("email", metavar="EMAIL")
    role.add_argument("role", metavar="ROLE", choices=ROLES, help=" or ".join(ROLES))
    add("disable", _disable, "Shut somebody out: ends the sessions, refuses signing in.").add_argument(
        "email", metavar="EMAIL"
    )
    add("enable", _enable, "Let somebody who was shut out sign in again.").add_argument("email", metavar="EMAIL")
    add(
        "reset-second-factor", _reset, "Take off authenticator app, passkeys and recovery codes of who lost them."
    ).add_argument("email", metavar="EMAIL")


def run(app: Flask, options: argparse.Namespace) -> int:
    """Carry out a subcommand and print the result; return 0 when done, 1 when impossible, 2 for wrong arguments."""
    act: Callable[[argparse.Namespace], str] = options.act
    try:
        with app.app_context():
            print(act(options))
    except (addresses.BadAddress, PasswordRefused, WrongName) as error:
        print(f"portal: {error}", file=sys.stderr)
        return USAGE
    except Problem as error:
        print(f"portal: {error}", file=sys.stderr)
        return FAILED
    except administration.LastAdministrator:
        print("portal: this is the last administrator; make another one first", file=sys.stderr)
        return FAILED
    return OK


def _create(options: argparse.Namespace) -> str:
    name = " ".join(clean(options.name).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise WrongName(f"a name has 1 to {LONGEST_NAME} characters")
    password = sys.stdin.readline(4096).rstrip("\r\n")
    try:
        user = administration.create(name, addresses.check(options.email), Role(options.role), password)
    except administration.AddressTaken as error:
        raise Problem(f"{options.email} has an account already") from error
    later = "; the second step is set up at first sign-in" if user.is_editor else ""
    return f"Made: {user.name}, {user.role}{later}."


def _role(options: argparse.Namespace) -> str:
    user = _find(options.email)
    administration.set_role(user, Role(options.role))
    return f"{user.name} is {user.role} now."


def _disable(options: argparse.Namespace) -> str:
    user = _find(options.email)
    administration.disable(user)
    return f"{user.name} is shut out."


def _enable(options: argparse.Namespace) -> str:
    user = _find(options.email)
    administration.enable(user)
    return f"{user.name} can sign in."


def _reset(options: argparse.Namespace) -> str:
    user = _find(options.email)
    administration.reset_second_factor(user)
    return f"{user.name} signs in without second step until a new one is set up."


def _find(email: str) -> User:
    user = administration.find(email)
    if user is None:
        raise Problem(f"nobody has an account with the address {email}")
    return user
