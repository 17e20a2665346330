"""The optional Redis connection (PORTAL_REDIS_URL). It may be unreachable at any time; nothing may depend on it.

Every command has a short timeout and may raise Unavailable; callers have a fallback. After a failure Redis is not
contacted for some seconds, so that a hanging Redis delays one request instead of all.
"""

import hashlib
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import structlog
from flask import Flask, current_app

from portal.core.config import Settings

if TYPE_CHECKING:
    from redis import Redis

EXTENSION = "redis"
CONNECT_SECONDS, ANSWER_SECONDS = 0.25, 0.25
"""Timeouts in seconds; a nearby Redis needs a thousandth of them."""
LEAVE_ALONE_SECONDS = 5.0
CONNECTIONS = 32
T = TypeVar("T")
log = structlog.get_logger()


class Unavailable(Exception):
    """Redis did not answer in time, refused, or failed a moment ago."""


class Shared:
    """The connection of one process to Redis; thread-safe."""

    def __init__(self, url: str, namespace: str) -> None:
        """Store the URL and the prefix of our keys; does not connect yet."""
        import redis  # installed with the extra `scale`
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # the server may have closed an idle connection: retry once over a new one
        once_more = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
        self.errors = (redis.RedisError, OSError)
        self._client: Redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            max_connections=CONNECTIONS,
            retry=once_more,
        )
        self._namespace = namespace
        self._lock = Lock()
        self._left_alone_until = 0.0
        self._is_well = True

    def key(self, *parts: str) -> str:
        """Return the name of a key of ours."""
        return ":".join((self._namespace, *parts))

    def ask(self, question: "Callable[[Redis], T]") -> T:
        """Return the answer to a command; raises Unavailable."""
        if time.monotonic() < self._left_alone_until:
            raise Unavailable
        try:
            answer = question(self._client)
        except self.errors as error:
            self._note_failure(error)
            raise Unavailable from error
        if not self._is_well:
            self._is_well = True
            log.info("redis_is_back")
        return answer

    def _note_failure(self, error: Exception) -> None:
        with self._lock:
            self._left_alone_until = time.monotonic() + LEAVE_ALONE_SECONDS
            was_well, self._is_well = self._is_well, False
        if was_well:
            log.warning("redis_away", reason=type(error).__name__)


def connect(settings: Settings) -> Shared | None:
    """Return the Redis of these settings; None when they name none."""
    if settings.redis_url is None:
        return None
    owner = hashlib.blake2b(settings.secret_key.encode(), digest_size=6).hexdigest()
    return Shared(settings.redis_url, f"portal:{owner}")


def init_app(app: Flask) -> None:
    """Give the application its Redis, if it has one."""
    app.extensions[EXTENSION] = connect(app.config["SETTINGS"])


def shared() -> Shared | None:
    """Return the Redis of the current application, if it has one."""
    found: Shared | None = current_app.extensions.get(EXTENSION)
    return found
