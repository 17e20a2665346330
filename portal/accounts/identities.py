"""Links between accounts and identities at the single sign-on provider."""

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
    """The account is linked already, the identity is linked to another account, or the address is taken."""


def find(person: Person) -> User | None:
    """Return the account linked to an identity."""
    statement = select(User).join(Identity, Identity.user_id == User.id)
    return db.session.scalar(statement.where(Identity.issuer == person.issuer, Identity.subject == person.subject))


def owner_of(email: str) -> User | None:
    """Return the account with an address, compared case-insensitively."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.lower())) if email else None


def list_identities(user: User) -> list[Identity]:
    """Return the linked identities of an account."""
    return list(db.session.scalars(select(Identity).where(Identity.user_id == user.id).order_by(Identity.id)))


def link(user: User, person: Person) -> None:
    """Link an account to an identity with the same, verified address; raises AlreadyLinked."""
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
    """Create an account for an identity with a verified address; raises AlreadyLinked."""
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


def unlink(user: User, identity_id: int) -> bool:
    """Remove a link from an account; False when it belongs to another account."""
    with transaction() as database:
        row = database.scalar(select(Identity).where(Identity.id == identity_id, Identity.user_id == user.id))
        if row is None:
            return False
        database.delete(row)
        audit.record(user, "user.identity_removed", user)
        notices.notify(user, "identity_removed")
    return True


def remember(person: Person) -> None:
    """Store the identity that the provider just asserted in the session row, valid for 15 minutes."""
    session[VOUCHED] = [person.issuer, person.subject, person.name, person.email, int(now().timestamp())]


def remembered() -> Person | None:
    """Return the identity stored by `remember`, None when there is none or it expired."""
    issuer, subject, name, email, at = session.get(VOUCHED, ("", "", "", "", 0))
    return Person(issuer, subject, name, email) if now().timestamp() - at < VOUCHED_SECONDS else None


def forget() -> None:
    """Remove the identity stored by `remember`."""
    session.pop(VOUCHED, None)
