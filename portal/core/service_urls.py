"""Parsing of the URLs of services: Redis, the file store, the mailbox for replies."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

REDIS_SCHEMES = ("redis", "rediss", "unix")
INBOUND_SCHEMES = ("imaps", "imap+starttls", "imap")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ConfigurationError(Exception):
    """A setting is invalid; the message is one line that names the variable."""


@dataclass(frozen=True, slots=True)
class FilesLocation:
    """Where uploads are stored: an S3 bucket, or else a folder (None: `files/` in the instance folder)."""

    folder: Path | None = None
    bucket: str = ""
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"


def parse_redis_url(url: str | None) -> str | None:
    """Return the checked Redis URL. Error messages leave the URL out, because it may contain a password."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        whole = bool(parts.path if parts.scheme == "unix" else parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.scheme not in REDIS_SCHEMES:
        raise ConfigurationError("PORTAL_REDIS_URL must look like redis://host:6379/0, rediss://… or unix:///path")
    require_package("PORTAL_REDIS_URL", "redis")
    return url


def parse_files_url(url: str | None) -> FilesLocation:
    """Return where uploads are stored; a URL with credentials is refused."""
    if not url:
        return FilesLocation()
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise ConfigurationError("PORTAL_FILES_URL cannot be read") from None
    if parts.scheme == "file" and not parts.netloc and parts.path.strip("/") and not asked:
        return FilesLocation(folder=Path(parts.path))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or set(asked) - {"endpoint", "region"}:
        raise ConfigurationError(
            "PORTAL_FILES_URL must look like s3://bucket/prefix?endpoint=https://host&region=name, or file:///folder; "
            "keys stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    endpoint = asked.get("endpoint")
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ConfigurationError("PORTAL_FILES_URL: endpoint must begin with https:// (or http://)")
    require_package("PORTAL_FILES_URL", "obstore")
    return FilesLocation(None, parts.netloc, parts.path.strip("/"), endpoint, asked.get("region", "us-east-1"))


def require_package(variable: str, package: str, extra: str = "scale") -> None:
    """Raise ConfigurationError when a package of an extra is missing; the message tells what to install."""
    if find_spec(package) is None:
        raise ConfigurationError(f"{variable} needs a package that is not here: pip install 'portal[{extra}]'")


def require_shared_key(environ: Mapping[str, str]) -> None:
    """Raise ConfigurationError when machines share services but PORTAL_SECRET_KEY is not set on this one."""
    shared = environ.get("PORTAL_REDIS_URL") or environ.get("PORTAL_FILES_URL", "").startswith("s3:")
    if shared and not environ.get("PORTAL_SECRET_KEY"):
        raise ConfigurationError(
            "PORTAL_SECRET_KEY must be set, the same on every machine, when PORTAL_REDIS_URL or an s3:// "
            "PORTAL_FILES_URL is; a portal that ran before keeps its key in the file secret_key of its data folder"
        )


def parse_inbound_url(url: str | None) -> str | None:
    """Return the checked address of the mailbox. Error messages leave it out, because it contains a password."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port_is_well = parts.port is None or parts.port > 0
    except ValueError:
        raise ConfigurationError("PORTAL_INBOUND_URL cannot be read") from None
    whole = parts.scheme in INBOUND_SCHEMES and parts.hostname and parts.username and parts.password
    if not whole or parts.query or parts.fragment or not port_is_well:
        raise ConfigurationError("PORTAL_INBOUND_URL must look like imaps://user:password@host/INBOX")
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
        raise ConfigurationError("PORTAL_INBOUND_URL would send its password in the clear: use imaps or imap+starttls")
    return url
