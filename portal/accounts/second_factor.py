"""The second factor: codes of an authenticator app (TOTP), and when a second factor was set up."""

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
"""Time steps of 30 seconds that a code may be off, either way."""
DIGITS = 6


class LastFactor(Exception):
    """The act would leave an editor without a second factor."""


def new_secret() -> str:
    """Return a random TOTP secret of 160 bits in base32."""
    return pyotp.random_base32()


def matching_counter(secret: str, typed: str, at: float) -> int | None:
    """Return the TOTP counter (30-second steps since 1970) of a code, None when it is wrong or too old."""
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
    """Store the secret of a person's app, replacing an earlier one, after a first code proved that the app has it."""
    counter = matching_counter(secret, typed, now().timestamp())
    if counter is None:
        return False
    with transaction() as session:
        session.execute(delete(TotpSecret).where(TotpSecret.user_id == user.id))
        session.add(TotpSecret(user_id=user.id, secret=secret, last_counter=counter))
        changed(user, "app_added")
    return True


def accept_code(user: User, typed: str) -> bool:
    """Return whether a code of the person's app is valid, and mark it used by one conditional UPDATE."""
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
    """Return whether an app code or recovery code is valid; using a recovery code sends a notice."""
    if accept_code(user, typed):
        return True
    with transaction():
        taken = recovery_codes.take(user, typed)
        if taken:
            audit.record(user, "user.recovery_code_used", user)
            notices.notify(user, "recovery_code_used")
    return taken


def remove_app(user: User) -> None:
    """Remove the person's app; raises LastFactor when an editor would have no factor left."""
    with transaction() as session:
        session.execute(delete(TotpSecret).where(TotpSecret.user_id == user.id))
        changed(user, "app_removed")


def changed(user: User, what: str) -> None:
    """Handle an added or removed factor in the same transaction: update the user, record it and send a notice.

    When no factor is left the recovery codes are deleted. Raises LastFactor when an editor would have none.
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
    """Whether the person has an app or a passkey; recovery codes do not count."""
    return has_app(user) or bool(db.session.scalar(select(exists().where(Passkey.user_id == user.id))))


def app_address(user: User, secret: str, site: str) -> str:
    """Return the `otpauth:` URI for the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=site)


def picture(address: str) -> str:
    """Return a QR code as a `data:` URI of an SVG, black on white in dark mode too."""
    return segno.make(address, error="m").svg_data_uri(scale=6, border=4, dark="#000", light="#fff")
