"""The second-level page cache, in Redis, shared by all processes.

It uses the keys of the cache in memory (`core.web.freshness`). A page is stored for 90 seconds, because its key
contains the minute; a miss, or a slow Redis, means that the page is rendered.
"""

import hashlib
import json
from contextlib import suppress
from typing import Any

import brotli

from portal.core import clock
from portal.core.storage import redis
from portal.core.web.freshness import KeptPage, compress

KEEP_SECONDS = 90
MOST_BYTES_OF_PAGE = 256_000
MOST_BYTES_A_MINUTE = 32_000_000
"""A limit on compressed bytes stored per minute; at most three times this is in Redis at any moment."""

PUT = """
local size = #ARGV[1]
local used = redis.call('INCRBY', KEYS[2], size)
if used == size then
    redis.call('EXPIRE', KEYS[2], ARGV[2])
end
if used <= tonumber(ARGV[3]) then
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
return used
"""


class SharedPages:
    """Pages in Redis, each as one line of JSON (status and headers) and a body compressed with Brotli."""

    def __init__(self, shared: redis.Shared) -> None:
        """Take the Redis connection."""
        self._shared = shared

    def get(self, key: str) -> KeptPage | None:
        """Return the page stored under a key; None on a miss or when Redis is unavailable."""
        name = self._name(key)
        try:
            found: Any = self._shared.ask(lambda client: client.get(name))
            if not found:
                return None
            head, _, packed = found.partition(b"\n")
            status, headers = json.loads(head)
            body = brotli.decompress(packed)
        except (redis.Unavailable, ValueError, brotli.error):
            return None
        return KeptPage(status, [(name, value) for name, value in headers], body, {"br": packed})

    def put(self, key: str, kept: KeptPage) -> None:
        """Store a page, unless it is large or the limit per minute is reached."""
        packed = kept.encoded.get("br") or compress(kept.body, "br", thorough=False)
        if len(packed) > MOST_BYTES_OF_PAGE:
            return
        kept.encoded["br"] = packed
        content = json.dumps([kept.status, kept.headers]).encode() + b"\n" + packed
        minute = str(int(clock.now().timestamp() // 60))
        names = self._name(key), self._shared.key("pages", minute)
        bounds = str(KEEP_SECONDS), str(MOST_BYTES_A_MINUTE)
        with suppress(redis.Unavailable):
            self._shared.ask(lambda client: client.eval(PUT, 2, *names, content, *bounds))

    def _name(self, key: str) -> str:
        return self._shared.key("page", hashlib.blake2b(key.encode("latin-1", "replace"), digest_size=20).hexdigest())
