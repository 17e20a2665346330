"""Limits on guessing and flooding: counted in the database, so they hold for all processes and after a restart."""

import hashlib
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import delete
from werkzeug.exceptions import TooManyRequests

from portal.core.clock import now
from portal.core.database import transaction
from portal.core.models import LimitCount


def hit(name: str, who: object, most: int, seconds: int) -> None:
    """Count one more; raises TooManyRequests with Retry-After when it is more than `most` in a window of `seconds`.

    Opens a transaction of its own: call it outside of one, so that what fails afterwards counts too.
    """
    resets_at = count(name, who, most, seconds)
    if resets_at is not None:
        raise TooManyRequests(retry_after=max(1, int((resets_at - now()).total_seconds()) + 1))


def count(name: str, who: object, most: int, seconds: int) -> datetime | None:
    """Count one more; returns until when it is too much (UTC), None while it is not."""
    most = max(1, int(most * current_app.config["SETTINGS"].limits))
    with transaction() as session:
        row = session.get(LimitCount, _key(name, who), with_for_update=True)
        if row is None:
            row = LimitCount(key=_key(name, who), count=0, resets_at=now() + timedelta(seconds=seconds))
            session.add(row)
        elif row.resets_at <= now():
            row.count, row.resets_at = 0, now() + timedelta(seconds=seconds)
        row.count += 1
        return row.resets_at if row.count > most else None


def reset(name: str, who: object) -> None:
    """Forget what was counted."""
    with transaction() as session:
        session.execute(delete(LimitCount).where(LimitCount.key == _key(name, who)))


def address() -> str:
    """Return the network address of this request: the connection's, never what a header claims."""
    return request.environ.get("REMOTE_ADDR", "") or "?"


def forget_old(at: datetime) -> None:
    """Delete the windows that ended before a moment (UTC)."""
    with transaction() as session:
        session.execute(delete(LimitCount).where(LimitCount.resets_at <= at))


def _key(name: str, who: object) -> str:
    secret = str(current_app.config["SECRET_KEY"])
    return hashlib.sha256(f"{secret}|{name}|{who}".encode()).hexdigest()
