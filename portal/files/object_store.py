"""File store in a bucket of an S3-compatible object store, for a portal on several machines.

The bucket is private: the portal fetches each file and serves it after checking access. The credentials are in the
usual environment variables (AWS_…).
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
"""Timeouts in seconds; a picture of 8 MB at 10 Mbit/s takes 7 seconds."""
TRIES_AGAIN = 2
LONGEST_REASON = 200
log = structlog.get_logger()


class ObjectStore:
    """A bucket, or the part of it below a prefix."""

    def __init__(self, place: FilesLocation) -> None:
        """Take the location; does not connect yet."""
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
        """Store content durably; an interrupted upload leaves nothing."""
        path = place_of(name)
        with _answering("write"):
            obstore.put(self.bucket, path, content, use_multipart=False)

    def read(self, name: str) -> bytes:
        """Return content; raises FileNotFoundError."""
        path = place_of(name)
        with _answering("read", missing=True):
            return bytes(obstore.get(self.bucket, path).bytes())

    def delete(self, name: str) -> None:
        """Delete content; does nothing when it does not exist."""
        path = place_of(name)
        with suppress(FileNotFoundError), _answering("delete", missing=True):
            obstore.delete(self.bucket, path)

    def names(self, older_than: float | None = None) -> Iterator[str]:
        """Yield the names of stored content, optionally only what was stored before a moment (Unix time)."""
        with _answering("list"):
            for portion in obstore.list(self.bucket):
                for found in portion:
                    name = found["path"].rpartition("/")[2]
                    old = older_than is None or found["last_modified"].timestamp() < older_than
                    if old and NAME.fullmatch(name) and found["path"].endswith(place_of(name)):
                        yield name

    def sweep_unfinished(self, older_than: float) -> int:
        """Return 0: an object store never holds incomplete files."""
        return 0


@contextmanager
def _answering(what: str, *, missing: bool = False) -> Iterator[None]:
    """Turn every error of the store into StoreAway; the details are only logged.

    With `missing`, a 404 becomes FileNotFoundError; without, it means that the bucket is missing.
    """
    try:
        yield
    except (BaseError, OSError) as error:
        if missing and isinstance(error, FileNotFoundError):
            raise
        reason = NAME.sub("***", f"{type(error).__name__}: {error}")[:LONGEST_REASON]
        log.error("file_store_away", call=what, reason=reason)
        raise StoreAway(type(error).__name__) from error
