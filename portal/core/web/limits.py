"""Limits on guessing and flooding: counted where all processes look, so they hold for each and after a restart.

That is Redis when there is one, else a table; the table too whenever Redis does not answer, so never nowhere.
"""

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request
from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import TooManyRequests

from portal.core.clock import now
from portal.core.extensions import db
from portal.core.models import LimitCount
from portal.core.storage import redis
from portal.core.storage.database import transaction

COUNT = """
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    left = tonumber(ARGV[1])
end
return {count, left}
"""
"""Runs in Redis as one step: nobody else counts between reading and writing, and no count stays without an end."""


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
    counted, resets_at = _count_in_redis(_key(name, who), seconds) or _count_in_table(_key(name, who), seconds)
    return resets_at if counted > most else None


def reset(name: str, who: object) -> None:
    """Forget what was counted, in both places: it may have been counted in either."""
    if shared := redis.shared():
        key = shared.key("limit", _key(name, who))
        with suppress(redis.Unavailable):
            shared.ask(lambda client: client.delete(key))
    with transaction() as session:
        session.execute(delete(LimitCount).where(LimitCount.key == _key(name, who)))


def address() -> str:
    """Return the network address of this request: the connection's, never what a header claims."""
    return request.environ.get("REMOTE_ADDR", "") or "?"


def delete_old(at: datetime) -> None:
    """Delete the windows that ended before a moment (UTC)."""
    with transaction() as session:
        session.execute(delete(LimitCount).where(LimitCount.resets_at <= at))


def _count_in_redis(key: str, seconds: int) -> tuple[int, datetime] | None:
    """Return the count and when its window ends; None when there is no Redis, or it does not answer."""
    shared = redis.shared()
    if shared is None:
        return None
    try:
        counted, left = shared.ask(lambda client: client.eval(COUNT, 1, shared.key("limit", key), str(seconds * 1000)))
    except redis.Unavailable:
        return None
    return int(counted), now() + timedelta(milliseconds=int(left))


def _count_in_table(key: str, seconds: int) -> tuple[int, datetime]:
    """Return the count and when its window ends: one statement, for on PostgreSQL two may count at once."""
    moment = now()
    ends = moment + timedelta(seconds=seconds)
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    new = dialect.insert(LimitCount).values(key=key, count=1, resets_at=ends)
    is_over = LimitCount.resets_at <= moment
    statement = new.on_conflict_do_update(
        index_elements=[LimitCount.key],
        set_={
            "count": case((is_over, 1), else_=LimitCount.count + 1),
            "resets_at": case((is_over, ends), else_=LimitCount.resets_at),
        },
    ).returning(LimitCount.count, LimitCount.resets_at)
    with transaction() as session:
        counted, resets_at = session.execute(statement).one()
    return counted, resets_at


def _key(name: str, who: object) -> str:
    secret = str(current_app.config["SECRET_KEY"])
    return hashlib.sha256(f"{secret}|{name}|{who}".encode()).hexdigest()
