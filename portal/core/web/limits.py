"""Rate limits, counted where all processes share them, so that they survive a restart.

Counters are in Redis when there is one, else (or when Redis does not answer) in a database table.
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
"""A Lua script, so that counting is atomic and every counter gets an expiry."""


def hit(name: str, who: object, most: int, seconds: int) -> None:
    """Count an event; raises TooManyRequests with Retry-After above `most` events in a window of `seconds`.

    Opens its own transaction: call it outside of one, so that the event counts even if the request fails later.
    """
    resets_at = count(name, who, most, seconds)
    if resets_at is not None:
        raise TooManyRequests(retry_after=max(1, int((resets_at - now()).total_seconds()) + 1))


def count(name: str, who: object, most: int, seconds: int) -> datetime | None:
    """Count an event; return the end of the window (UTC) when the limit is exceeded, else None."""
    most = max(1, int(most * current_app.config["SETTINGS"].limits))
    counted, resets_at = _count_in_redis(_key(name, who), seconds) or _count_in_table(_key(name, who), seconds)
    return resets_at if counted > most else None


def reset(name: str, who: object) -> None:
    """Delete a counter from Redis and from the table; it may be in either."""
    if shared := redis.shared():
        key = shared.key("limit", _key(name, who))
        with suppress(redis.Unavailable):
            shared.ask(lambda client: client.delete(key))
    with transaction() as session:
        session.execute(delete(LimitCount).where(LimitCount.key == _key(name, who)))


def address() -> str:
    """Return the IP address of this connection; request headers are not trusted."""
    return request.environ.get("REMOTE_ADDR", "") or "?"


def delete_old(at: datetime) -> None:
    """Delete the counters whose window ended before a time (UTC)."""
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
    """Return the count and the end of its window, with one upsert so that concurrent requests are all counted."""
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
