"""Creating accounts, confirming addresses, and passwords."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import notices, passwords, sessions, tokens
from portal.accounts.models import Purpose, User, WebSession
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction


class AccountDisabled(Exception):
    """The password is right, but an administrator disabled the account."""


def add_user(name: str, email: str) -> User:
    """Add a user; raises IntegrityError when the address exists."""
    with transaction() as session:
        user = User(name=name, email=email)
        session.add(user)
        session.flush()
        return user


def of_address(email: str) -> User | None:
    """Return the user with an address, also a disabled one."""
    return db.session.scalar(select(User).where(User.email == email.lower()))


def with_password(email: str, password: str) -> User | None:
    """Return the user with this address and password, else None; both take one hash computation.

    Raises AccountDisabled, for the right password only.
    """
    user = of_address(email)
    fits = passwords.fits(user.password_hash if user else None, password)
    if user is not None and fits and user.disabled_at is not None:
        raise AccountDisabled
    if user is None or not fits or not user.is_active:
        return None
    if passwords.is_outdated(user.password_hash or ""):
        with transaction() as session:
            anew = update(User).where(User.id == user.id).values(password_hash=passwords.hashed(password))
            session.execute(anew)
    return user


class AddressKnown(Exception):
    """Somebody has an account with this address."""


def add_confirmed(name: str, email: str, password_hash: str) -> User:
    """Add a person who proved to own an address; raises AddressKnown. Links of earlier registrations lapse."""
    if of_address(email) is not None:
        raise AddressKnown
    try:
        with transaction() as session:
            user = User(name=name, email=email.lower(), password_hash=password_hash, confirmed_at=now())
            session.add(user)
            session.flush()
            tokens.void_registrations(user.email)
            return user
    except IntegrityError as error:
        raise AddressKnown from error


def confirm(token: str) -> tuple[User, str | None] | None:
    """Create the account of a registration token; None when it is invalid or the address was taken meanwhile."""
    try:
        with transaction() as session:
            row = tokens.use(Purpose.CONFIRM, token)
            if row is None or row.email is None or of_address(row.email) is not None:
                return None
            user = User(name=row.name or "", email=row.email, password_hash=row.password_hash, confirmed_at=now())
            session.add(user)
            session.flush()
            next_path = row.next_path
            tokens.void_registrations(user.email)
    except IntegrityError:
        return None
    return user, next_path


def with_link(token: str) -> tuple[User, str | None] | None:
    """Return the user of a sign-in token and the next path; None when it is invalid."""
    with transaction() as session:
        row = tokens.use(Purpose.MAGIC_LINK, token)
        user = session.get(User, row.user_id) if row else None
        return (user, row.next_path) if row and user and user.is_active else None


def reset_password(token: str, password: str) -> User | None:
    """Set a new password with a token; None when it is invalid. All sessions and tokens of the user end."""
    with transaction() as session:
        row = tokens.use(Purpose.RESET, token)
        user = session.get(User, row.user_id) if row else None
        if user is None or not user.is_active:
            return None
        set_password(user, password)
        return user


def set_password(user: User, password: str, keep: WebSession | None = None) -> None:
    """Store a new password, end all sessions but one and all tokens, and send a notice."""
    kept = passwords.hashed(password)
    with transaction():
        user.password_hash = kept
        tokens.void(user)
        sessions.end_all(user, keep)
        notices.notify(user, "password_changed")


def change_address(token: str, keep: WebSession | None = None) -> User | None:
    """Set the address confirmed by a token; None when it is invalid. The old address gets a notice."""
    try:
        with transaction() as session:
            row = tokens.use(Purpose.CHANGE_ADDRESS, token)
            user = session.get(User, row.user_id) if row else None
            if row is None or row.email is None or user is None or not user.is_active:
                return None
            if of_address(row.email) is not None:
                return None
            new = row.email
            notices.notify(user, "address_changed")
            user.email = new
            tokens.void(user)
            tokens.void_registrations(new)
            sessions.end_all(user, keep if keep and keep.user_id == user.id else None)
    except IntegrityError:
        return None
    return user


def choose_language(user: User, language: str) -> None:
    """Store the language of a user."""
    with transaction():
        user.language = language
