"""Recovery codes for somebody who lost phone or passkey: ten single-use codes, shown once, stored as hashes."""

import hashlib
import re
import secrets

from sqlalchemy import delete, func, select, update

from portal.accounts.models import User
from portal.accounts.second_factor_models import RecoveryCode
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.storage.database import transaction

COUNT = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that look alike on paper: i, l, o, 0, 1."""
LENGTH, GROUP = 16, 4
"""Sixteen of 31 characters are 79 bits, too many to guess from a plain hash."""
LIKE_A_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def renew(user: User) -> list[str]:
    """Replace a person's codes and return the ten new ones, which cannot be read later."""
    codes = [_code() for _ in range(COUNT)]
    with transaction() as session:
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(user.id, code)) for code in codes)
    return codes


def take(user: User, typed: str) -> bool:
    """Use a code, ignoring spaces, hyphens and case; False when it is unknown or used.

    One conditional UPDATE, so that two browsers cannot both use it.
    """
    code = re.sub(r"[\s-]+", "", typed).lower()
    if not LIKE_A_CODE.fullmatch(code):
        return False
    with transaction() as session:
        taken = session.execute(
            update(RecoveryCode)
            .where(RecoveryCode.code_hash == _hash(user.id, code), RecoveryCode.used_at.is_(None))
            .values(used_at=now())
            .returning(RecoveryCode.id)
        )
        return taken.first() is not None


def count_left(user: User) -> int:
    """Return how many codes a person can still use."""
    unused = (RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def _code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _hash(user_id: int, code: str) -> str:
    return hashlib.sha256(f"{user_id}:{code.replace('-', '')}".encode()).hexdigest()
