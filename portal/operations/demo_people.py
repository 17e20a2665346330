"""Accounts for trying the demo: one administrator, two editors, two signatories, forty members with a profile.

Passwords are generated at each loading and printed once. Only a database with demo content gets these accounts.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import Role, User
from portal.accounts.second_factor import new_secret
from portal.accounts.second_factor_models import TotpSecret
from portal.actionplan.models import Signature
from portal.community import profiles
from portal.community.models import Organisation, Seat, Visibility
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import holds_demo, transaction
from portal.operations import demo, demo_desk

STAFF = (
    ("Beheer van de demo", "beheer@example.org", Role.ADMINISTRATOR),
    ("Redacteur Fenna Demo", "redactie1@example.org", Role.EDITOR),
    ("Redacteur Jaap Demo", "redactie2@example.org", Role.EDITOR),
)
SIGNATORIES = (
    ("Ondertekenaar Sofie Demo", "ondertekenaar1@example.org"),
    ("Ondertekenaar Hidde Demo", "ondertekenaar2@example.org"),
)
MEMBERS = 40
SIGNATORY_ROLE = "contactpersoon (demo)"
SYLLABLES = ("ba", "de", "fi", "go", "ha", "ju", "ka", "lo", "mi", "nu", "pe", "ro", "sa", "ti", "vo", "wa", "ze", "du",
             "le", "mo", "ni", "po", "ra", "si", "ta", "vi", "wo", "za", "be", "do", "fa", "gi")  # fmt: skip


class NotADemo(Exception):
    """The database holds no demo content, so that no account with a printed password may be created."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account with its credentials."""

    part: str
    email: str
    password: str
    totp_secret: str = ""

    def line(self) -> str:
        """Return the credentials as a line for the terminal."""
        return f"{self.part:<15} {self.email:<42} {self.password}  {self.totp_secret}".rstrip()


def load() -> list[Account]:
    """Create the accounts, or set a password for people of the demo; raises NotADemo."""
    if not holds_demo():
        raise NotADemo("this database holds no demo content")
    with transaction():
        accounts = [*_staff(), *_signatories(), *_members()]
        demo_desk.load(_known(STAFF[1][1]), *(_known(email) for _name, email in SIGNATORIES))
        return accounts


def announcement(accounts: list[Account]) -> str:
    """Return the text with the credentials for the terminal."""
    head = "Accounts of the demo (printed once; editors type the code that an authenticator app makes of the secret):"
    return "\n".join([head, *(account.line() for account in accounts)])


def _staff() -> Iterator[Account]:
    for name, email, role in STAFF:
        password, secret = new_password(), new_secret()
        user = _person(name, email, passwords.hashed(password), role)
        user.second_factor_at = clock.now()
        db.session.merge(TotpSecret(user_id=user.id, secret=secret, last_counter=0))
        yield Account(role.value, email, password, secret)


def _signatories() -> Iterator[Account]:
    """Give seats at two organisations that signed. They are real, so the demo has no content on their behalf."""
    statement = select(Organisation).join(Signature, Signature.organisation_id == Organisation.id)
    signed = db.session.scalars(statement.order_by(Organisation.slug).limit(len(SIGNATORIES))).all()
    for (name, email), organisation in zip(SIGNATORIES, signed, strict=False):
        password = new_password()
        user = _person(name, email, passwords.hashed(password), Role.MEMBER)
        since = clock.today() - timedelta(days=90)
        db.session.add(Seat(user_id=user.id, organisation_id=organisation.id, role=SIGNATORY_ROLE, since=since))
        yield Account("signatory", email, password)


def _members() -> Iterator[Account]:
    """Give the authors of the demo's content one password together, because hashing forty takes seconds."""
    password = new_password()
    kept = passwords.hashed(password)
    taken = {email for _name, email, *_role in (*STAFF, *SIGNATORIES)}
    statement = select(User).where(User.email.not_in(taken), User.password_hash.is_(None)).order_by(User.id)
    told = {row["email"]: row for row in demo.invented("people")}
    for user in db.session.scalars(statement.limit(MEMBERS)).all():
        _open(user, kept)
        if user.email in told:
            _fill_in_profile(user, told[user.email])
        yield Account("member", user.email, password)


def _fill_in_profile(user: User, row: dict[str, Any]) -> None:
    """Fill in a person's profile, listed for members."""
    texts = {part: row[part] for part in profiles.TEXTS}
    shown_to = dict.fromkeys(profiles.PARTS, Visibility.MEMBERS)
    profiles.update_profile(user, None, user.name, is_listed=True, texts=texts, shown_to=shown_to)


def _person(name: str, email: str, kept: str, role: Role) -> User:
    user = db.session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(name=name, email=email)
        db.session.add(user)
    user.role = role
    _open(user, kept)
    db.session.flush()
    return user


def _known(email: str) -> User:
    return db.session.scalars(select(User).where(User.email == email)).one()


def _open(user: User, kept: str) -> None:
    user.password_hash, user.confirmed_at = kept, user.confirmed_at or clock.now()


def new_password() -> str:
    """Return a random password of 60 bits that is easy to type."""
    return "-".join("".join(secrets.choice(SYLLABLES) for _ in range(3)) for _ in range(4))
