"""Managing accounts, for administrators' pages and the command line: create, role, disable, reset second factor."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import audit, notices, passwords, sessions
from portal.accounts.models import Role, User
from portal.accounts.second_factor_models import Passkey, RecoveryCode, TotpSecret
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction


class LastAdministrator(Exception):
    """The act would leave the portal without an active administrator."""


class AddressTaken(Exception):
    """An account with this address exists."""


def find(email: str) -> User | None:
    """Return the account with an e-mail address."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower(), User.erased_at.is_(None)))


def create(name: str, email: str, role: Role, password: str, actor: User | None = None) -> User:
    """Create an account with a confirmed address; raises AddressTaken, PasswordRefused."""
    passwords.check_choice(password, (name, email))
    kept = passwords.hashed(password)
    try:
        with transaction() as session:
            user = User(name=name, email=email.strip().lower(), role=role, password_hash=kept, confirmed_at=now())
            session.add(user)
            session.flush()
            audit.record(actor, "user.created", user, role=role.value)
    except IntegrityError as error:
        raise AddressTaken(email) from error
    return user


def set_role(user: User, role: Role, actor: User | None = None) -> None:
    """Change a role and end the person's sessions; raises LastAdministrator."""
    with transaction():
        before = Role(user.role)
        if before == role:
            return
        if before == Role.ADMINISTRATOR:
            keep_an_administrator(user)
        user.role = role
        sessions.end_all(user)
        audit.record(actor, "user.role_changed", user, before=before.value, after=role.value)
        notices.notify(user, "role_changed")


def disable(user: User, actor: User | None = None, reason: str | None = None) -> None:
    """Disable an account at once: its sessions end and signing in is refused; raises LastAdministrator."""
    with transaction():
        if user.disabled_at is not None:
            return
        keep_an_administrator(user)
        user.disabled_at = now()
        sessions.end_all(user)
        audit.record(actor, "user.disabled", user, note=reason)
        notices.notify_disabled(user)


def enable(user: User, actor: User | None = None) -> None:
    """Enable a disabled account."""
    with transaction():
        if user.disabled_at is not None:
            user.disabled_at = None
            audit.record(actor, "user.enabled", user)
            notices.notify_enabled(user)


def reset_second_factor(user: User, actor: User | None = None) -> None:
    """Remove all second factors of an account; an editor must set up a new one at the next sign-in."""
    with transaction() as session:
        for table in (TotpSecret, RecoveryCode, Passkey):
            for row in session.scalars(select(table).where(table.user_id == user.id)):
                session.delete(row)
        user.second_factor_at = None
        sessions.end_all(user)
        audit.record(actor, "user.second_factor_reset", user)
        notices.notify(user, "app_removed")


def keep_an_administrator(leaving: User) -> None:
    """Raise LastAdministrator if no other active administrator exists; call it in the transaction of the change.

    Writers are serialised, so two administrators cannot demote each other at the same time.
    """
    statement = select(User).where(User.role == Role.ADMINISTRATOR).order_by(User.id).with_for_update()
    able = [user for user in db.session.scalars(statement) if user.is_active]
    if able == [leaving]:
        raise LastAdministrator
