"""Content in a bucket of an S3-compatible object store, for a portal on several machines.

The bucket stays closed: we fetch what a page of ours may hand out. Keys come from the usual variables (AWS_…).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import S3Store

from portal.core.config import FilesLocation
from portal.files.store import NAME, StoreAway, place_of

CONNECT_SECONDS, ANSWER_SECONDS = 2, 10
"""A picture of 8 MB at 10 Mbit/s takes 7 seconds; who waits longer is told to come back."""
TRIES_AGAIN = 2
LONGEST_REASON = 200
log = structlog.get_logger()


class ObjectStore:
    """A bucket, or what begins with a prefix in it."""

    def __init__(self, place: FilesLocation) -> None:
        """Take where it is; nothing is asked yet."""
        plain = bool(place.endpoint and place.endpoint.startswith("http:"))
        self.bucket = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            endpoint=place.endpoint,
            region=place.region,
            client_options={
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "timeout": timedelta(seconds=ANSWER_SECONDS),
                "allow_http": plain,
            },
            retry_config={
                "max_retries": TRIES_AGAIN,
                "retry_timeout": timedelta(seconds=ANSWER_SECONDS),
                "backoff": {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=1), "base": 2},
            },
        )

    def write(self, name: str, content: bytes) -> None:
        """Store content: the store answers when it is safe there, and keeps nothing of what came half."""
        path = place_of(name)
        with _answering("write"):
            obstore.put(self.bucket, path, content, use_multipart=False)

    def read(self, name: str) -> bytes:
        """Return content; raises FileNotFoundError."""
        path = place_of(name)
        with _answering("read", missing=True):
            return bytes(obstore.get(self.bucket, path).bytes())

    def delete(self, name: str) -> None:
        """Remove content; nothing happens when it is gone already."""
        path = place_of(name)
        with suppress(FileNotFoundError), _answering("delete", missing=True):
            obstore.delete(self.bucket, path)

    def names(self, older_than: float | None = None) -> Iterator[str]:
        """Yield what is stored, or was before a moment (seconds since 1970, by the clock of the store)."""
        with _answering("list"):
            for portion in obstore.list(self.bucket):
                for found in portion:
                    name = found["path"].rpartition("/")[2]
                    old = older_than is None or found["last_modified"].timestamp() < older_than
                    if old and NAME.fullmatch(name) and found["path"].endswith(place_of(name)):
                        yield name

    def sweep_unfinished(self, older_than: float) -> int:
        """Remove nothing: an object store shows what is whole only."""
        return 0


@contextmanager
def _answering(what: str, *, missing: bool = False) -> Iterator[None]:
    """Turn every trouble of the store into StoreAway; what it says goes to the log only.

    With `missing`, what is not there is FileNotFoundError; else it is the bucket that is missing.
    """
    try:
        yield
    except (BaseError, OSError) as error:
        if missing and isinstance(error, FileNotFoundError):
            raise
        reason = NAME.sub("***", f"{type(error).__name__}: {error}")[:LONGEST_REASON]
        log.error("file_store_away", call=what, reason=reason)
        raise StoreAway(type(error).__name__) from error
