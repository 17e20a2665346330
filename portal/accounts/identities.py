"""The tie between an account here and a person at another house that people sign in with."""

from flask import session
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts import audit, notices
from portal.accounts.models import User
from portal.accounts.second_factor_models import Identity
from portal.accounts.single_sign_on import Person
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction

VOUCHED = "vouched_for"
VOUCHED_SECONDS = 900


class AlreadyLinked(Exception):
    """The account has a tie to that house, that person has another account here, or the address is taken."""


def find(person: Person) -> User | None:
    """Return whose account is tied to a person of another house."""
    statement = select(User).join(Identity, Identity.user_id == User.id)
    return db.session.scalar(statement.where(Identity.issuer == person.issuer, Identity.subject == person.subject))


def owner_of(email: str) -> User | None:
    """Return whose account has an address, however it is written."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.lower())) if email else None


def list_identities(user: User) -> list[Identity]:
    """Return the ties of an account."""
    return list(db.session.scalars(select(Identity).where(Identity.user_id == user.id).order_by(Identity.id)))


def link(user: User, person: Person) -> None:
    """Tie an account to a person of another house; raises AlreadyTied. The address must be the same, and checked."""
    if not person.email or person.email.lower() != user.email.lower():
        raise AlreadyLinked("another address")
    try:
        with transaction() as database:
            database.add(Identity(user_id=user.id, issuer=person.issuer, subject=person.subject))
            database.flush()
            audit.record(user, "user.identity_added", user)
            notices.notify(user, "identity_added")
    except IntegrityError as error:
        raise AlreadyLinked from error


def join(person: Person, name: str) -> User:
    """Make an account for a new person whose address the other house checked; raises AlreadyTied."""
    if not person.email or owner_of(person.email):
        raise AlreadyLinked("no checked address, or one that is known")
    try:
        with transaction() as database:
            user = User(name=name, email=person.email.lower(), confirmed_at=now())
            database.add(user)
            database.flush()
            database.add(Identity(user_id=user.id, issuer=person.issuer, subject=person.subject))
            audit.record(user, "user.joined", user)
    except IntegrityError as error:
        raise AlreadyLinked from error
    return user


def untie(user: User, identity_id: int) -> bool:
    """Take a tie off an account; False when it is not theirs."""
    with transaction() as database:
        row = database.scalar(select(Identity).where(Identity.id == identity_id, Identity.user_id == user.id))
        if row is None:
            return False
        database.delete(row)
        audit.record(user, "user.identity_removed", user)
        notices.notify(user, "identity_removed")
    return True


def remember(person: Person) -> None:
    """Note in the session row whom the other house just vouched for; good for a quarter of an hour."""
    session[VOUCHED] = [person.issuer, person.subject, person.name, person.email, int(now().timestamp())]


def remembered() -> Person | None:
    """Return whom the other house vouched for in this browser just now."""
    issuer, subject, name, email, at = session.get(VOUCHED, ("", "", "", "", 0))
    return Person(issuer, subject, name, email) if now().timestamp() - at < VOUCHED_SECONDS else None


def forget() -> None:
    """Take the note of `remember` out of the session row."""
    session.pop(VOUCHED, None)
