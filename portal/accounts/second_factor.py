"""The second factor: codes of an authenticator app, and since when somebody has a second factor at all."""

import hmac

import pyotp
import segno
from sqlalchemy import delete, exists, select, update

from portal.accounts import audit, notices, recovery_codes
from portal.accounts.models import User
from portal.accounts.second_factor_models import Passkey, RecoveryCode, TotpSecret
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A clock may be half a minute off, either way."""
DIGITS = 6


class LastFactor(Exception):
    """An editor keeps at least one second factor."""


def new_secret() -> str:
    """Return a random secret of 160 bits, as authenticator apps take it."""
    return pyotp.random_base32()


def matching_counter(secret: str, typed: str, at: float) -> int | None:
    """Return the half minute (counted from 1970) that a code belongs to, None for a wrong or outdated one."""
    code = "".join(typed.split())
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    current = int(at) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    for counter in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if hmac.compare_digest(app.generate_otp(counter).encode(), code.encode()):
            return counter
    return None


def set_up_app(user: User, secret: str, typed: str) -> bool:
    """Keep the secret of a person's app in place of an earlier one, once a first code proves that the app has it."""
    counter = matching_counter(secret, typed, now().timestamp())
    if counter is None:
        return False
    with transaction() as session:
        session.execute(delete(TotpSecret).where(TotpSecret.user_id == user.id))
        session.add(TotpSecret(user_id=user.id, secret=secret, last_counter=counter))
        changed(user, "app_added")
    return True


def accept_code(user: User, typed: str) -> bool:
    """Whether a code of the person's app is good; it is used up by that, by one conditional UPDATE."""
    kept = db.session.get(TotpSecret, user.id)
    counter = matching_counter(kept.secret, typed, now().timestamp()) if kept else None
    if counter is None:
        return False
    with transaction() as session:
        used = session.execute(
            update(TotpSecret)
            .where(TotpSecret.user_id == user.id, TotpSecret.last_counter < counter)
            .values(last_counter=counter)
            .returning(TotpSecret.user_id)
        )
        return used.first() is not None


def accept(user: User, typed: str) -> bool:
    """Whether a code is good, of the app or from paper; using one from paper is told by mail."""
    if accept_code(user, typed):
        return True
    with transaction():
        taken = recovery_codes.take(user, typed)
        if taken:
            audit.record(user, "user.recovery_code_used", user)
            notices.notify(user, "recovery_code_used")
    return taken


def remove_app(user: User) -> None:
    """Forget the person's app; raises LastFactor when an editor would have none left."""
    with transaction() as session:
        session.execute(delete(TotpSecret).where(TotpSecret.user_id == user.id))
        changed(user, "app_removed")


def changed(user: User, what: str) -> None:
    """After a factor came or went, inside that transaction: note since when there is one, log it and tell by mail.

    Without any factor left the codes on paper go too. Raises LastFactor when an editor would have none left.
    """
    db.session.flush()
    if has_factor(user):
        user.second_factor_at = user.second_factor_at or now()
    elif user.is_editor:
        raise LastFactor
    else:
        user.second_factor_at = None
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    audit.record(user, f"user.{what}", user)
    notices.notify(user, what)


def has_app(user: User) -> bool:
    """Whether the person set up an authenticator app."""
    return db.session.scalar(select(exists().where(TotpSecret.user_id == user.id))) or False


def has_factor(user: User) -> bool:
    """Whether the person has an app or a passkey; codes on paper alone are none."""
    return has_app(user) or bool(db.session.scalar(select(exists().where(Passkey.user_id == user.id))))


def app_address(user: User, secret: str, site: str) -> str:
    """Return the `otpauth:` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=site)


def picture(address: str) -> str:
    """Return a QR code as a `data:` address of an SVG: black on white, whatever the page's colours."""
    return segno.make(address, error="m").svg_data_uri(scale=6, border=4, dark="#000", light="#fff")
